#include "experiments/option_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// What a switch may say in a configuration file; the first pair is what is written.
constexpr std::pair<const char*, const char*> kSwitches[] = {
    {"yes", "no"}, {"true", "false"}, {"on", "off"}, {"1", "0"}};

const std::string& single(const Words& words) {
  require_usage(words.size() == 1, "takes one value, ", words.size(), " are given");
  require_usage(!words.front().empty(), "needs a value");
  return words.front();
}

template <class T>
T parse_integer(std::string_view word) {
  T value{};
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool whole = end == word.data() + word.size();
  // What is allowed is narrower mostly: the option's own check says it of numbers that can be read.
  const bool negative = word.front() == '-';
  require_usage(!whole || code != std::errc::result_out_of_range,
                "= ",
                word,
                negative ? ", is far too small; no number is read below "
                         : ", is far too large; no number is read above ",
                negative ? std::to_string(std::numeric_limits<T>::min())
                         : std::to_string(std::numeric_limits<T>::max()));
  require_usage(whole && code == std::errc(),
                "= ",
                word,
                ", must be a whole number",
                std::is_unsigned_v<T> ? ", 0 or above" : "");
  return value;
}

double parse_double(std::string_view word) {
  double value = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool whole = end == word.data() + word.size();
  require_usage(!whole || code != std::errc::result_out_of_range,
                "= ",
                word,
                ", must be 0 or of a size from ",
                shortest_text(std::numeric_limits<double>::min()),
                " to ",
                shortest_text(std::numeric_limits<double>::max()));
  require_usage(
      whole && code == std::errc() && std::isfinite(value), "= ", word, ", must be a number");
  return value;
}

// The parts of all words between spaces and commas.
Words split(const Words& words) {
  Words parts;
  for (const std::string& word : words) {
    std::size_t begin = 0;
    while ((begin = word.find_first_not_of(" \t,", begin)) != std::string::npos) {
      const std::size_t end = std::min(word.find_first_of(" \t,", begin), word.size());
      parts.push_back(word.substr(begin, end - begin));
      begin = end;
    }
  }
  require_usage(!parts.empty(), "needs a value");
  return parts;
}

void append_range(const std::string& part, std::vector<int>& numbers) {
  const auto dash = part.find('-', 1);
  const auto slash = part.find('/');
  if (dash == std::string::npos || slash == std::string::npos || slash < dash) {
    numbers.push_back(parse_integer<int>(part));
    return;
  }
  const int first = parse_integer<int>(part.substr(0, dash));
  const int last = parse_integer<int>(part.substr(dash + 1, slash - dash - 1));
  const int step = parse_integer<int>(part.substr(slash + 1));
  require_usage(step > 0 && first <= last && last <= 1'000'000,
                "= ",
                part,
                ", must be FIRST-LAST/STEP with FIRST <= LAST <= 1000000 and STEP > 0");
  for (int n = first; n <= last; n += step) numbers.push_back(n);
}

template <class T>
std::string joined(const std::vector<T>& values) {
  std::string out;
  for (const T& value : values) out += (out.empty() ? "" : ",") + text(value);
  return out;
}

}  // namespace

void read_words(const Words& words, int& field) { field = parse_integer<int>(single(words)); }
void read_words(const Words& words, std::int64_t& field) {
  field = parse_integer<std::int64_t>(single(words));
}
void read_words(const Words& words, std::uint64_t& field) {
  field = parse_integer<std::uint64_t>(single(words));
}
void read_words(const Words& words, double& field) { field = parse_double(single(words)); }
void read_words(const Words& words, bool& field) {
  const std::string& word = single(words);
  for (const auto& [yes, no] : kSwitches) {
    if (word != yes && word != no) continue;
    field = word == yes;
    return;
  }
  throw Error("= " + word + ", must be yes or no", Failure::usage);
}
void read_words(const Words& words, std::string& field) { field = single(words); }
void read_words(const Words& words, std::filesystem::path& field) { field = single(words); }

void read_words(const Words& words, std::vector<int>& field) {
  field.clear();
  for (const std::string& part : split(words)) append_range(part, field);
}
void read_words(const Words& words, std::vector<std::string>& field) { field = split(words); }

void read_words(const Words& words, std::vector<std::filesystem::path>& field) {
  field.assign(words.begin(), words.end());
  for (const auto& path : field) require_usage(!path.empty(), "needs a value");
}
void read_words(const Words& words, std::vector<Limit>& field) {
  field.clear();
  for (const std::string& word : words) {
    try {
      field.push_back(parse_limit(word));
    } catch (const Error&) {
      throw Error("= " + word + ", must be 'NAME<=VALUE' or 'NAME>=VALUE'", Failure::usage);
    }
  }
}

Words write_words(int field) { return {std::to_string(field)}; }
Words write_words(std::int64_t field) { return {std::to_string(field)}; }
Words write_words(std::uint64_t field) { return {std::to_string(field)}; }
Words write_words(double field) { return {shortest_text(field)}; }
Words write_words(bool field) { return {field ? "yes" : "no"}; }
Words write_words(const std::string& field) { return field.empty() ? Words{} : Words{field}; }
Words write_words(const std::filesystem::path& field) { return write_words(field.string()); }
Words write_words(const std::vector<int>& field) { return write_words(joined(field)); }
Words write_words(const std::vector<std::string>& field) { return write_words(joined(field)); }
Words write_words(const std::vector<std::filesystem::path>& field) {
  Words words;
  for (const auto& path : field) words.push_back(path.string());
  return words;
}
Words write_words(const std::vector<Limit>& field) {
  Words words;
  for (const Limit& limit : field) words.push_back(to_text(limit));
  return words;
}

}  // namespace coppice
