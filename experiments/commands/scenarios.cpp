#include "experiments/commands/scenarios.hpp"

#include <sstream>

#include "experiments/option_values.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/plain_text.hpp"

namespace coppice {
namespace {

// "a <= 3, b>=4" -> {"a<=3", "b>=4"}
Words limit_words(std::string line) {
  for (const char* sign : {"<=", ">="}) {
    for (auto place = line.find(sign); place != std::string::npos; place = line.find(sign, place)) {
      const auto begin = line.find_last_not_of(" \t", place == 0 ? 0 : place - 1);
      const auto end = line.find_first_not_of(" \t", place + 2);
      if (end != std::string::npos) line.erase(place + 2, end - place - 2);
      const auto name_end = begin == std::string::npos ? 0 : begin + 1;
      if (name_end < place) line.erase(name_end, place - name_end);
      place = name_end + 2;
    }
  }
  Words words;
  read_words({line}, words);
  return words;
}

}  // namespace

std::vector<std::vector<Limit>> read_scenarios(const std::filesystem::path& path) {
  std::vector<std::vector<Limit>> scenarios;
  const std::string content = read_text_file(path);
  require_plain_text(content, path.string());
  std::istringstream in(content);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto first = line.find_first_not_of(" \t,");
    if (first == std::string::npos || line[first] == '#') continue;
    std::vector<Limit> limits;
    try {
      for (const std::string& word : limit_words(line)) limits.push_back(parse_limit(word));
    } catch (const Error& error) {
      throw Error(text(path.string(), " line ", number, ": ", error.what()), Failure::usage);
    }
    scenarios.push_back(std::move(limits));
  }
  require_usage(!scenarios.empty(), path.string(), " holds no limits, one set a line is needed");
  return scenarios;
}

}  // namespace coppice
