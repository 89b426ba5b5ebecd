#include "experiments/config_file.hpp"

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <sstream>

#include "experiments/commands.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/nearest.hpp"
#include "supernet/base/plain_text.hpp"

namespace coppice {
namespace {

bool starts_with(const std::string& word, const std::string& start) {
  return word.rfind(start, 0) == 0;
}

// The row of the command other than `command` whose section the key stands in; null: none.
const Command* other_command(const std::string& key, const std::string& command) {
  const auto& table = commands();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Command& other) {
    return other.name != command && starts_with(key, other.name + ".");
  });
  return found == table.end() ? nullptr : &*found;
}

// Of a key whose section no command has: among the keys of all sections, and of the command.
std::string nearest_in_all_sections(const std::string& key, const OptionSet& options) {
  std::vector<std::string> known;
  for (const Option& option : options.all()) known.push_back(option.name);
  for (const Command& command : commands()) {
    const auto own = command.options();
    for (const Option& option : own->all()) known.push_back(command.name + "." + option.name);
  }
  return nearest(key, known);
}

// The option that a key of a command's section, or one before the first section, names.
const Option& option_of(const std::string& key,
                        const std::filesystem::path& path,
                        const std::string& command,
                        const OptionSet& options) {
  const bool own = starts_with(key, command + ".");
  const std::string name = canonical_name(own ? key.substr(command.size() + 1) : key);
  const Option* option = options.find(name);
  require_usage(option != nullptr && !option->config,
                path.string(),
                ": unknown key ",
                key,
                "; the nearest known one is ",
                own || key.find('.') == std::string::npos ? options.nearest_name(name)
                                                          : nearest_in_all_sections(key, options));
  return *option;
}

// The text without the section `name`.
std::string without_section(const std::string& ini, const std::string& name) {
  std::istringstream in(ini);
  std::string kept;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (starts_with(line, "[")) inside = line == "[" + name + "]";
    if (!inside) kept += line + "\n";
  }
  return kept;
}

// Boost names the line that it cannot read, but not where it stands.
void require_ini_lines(const std::string& content, const std::filesystem::path& path) {
  std::istringstream in(content);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    line.erase(std::min(line.find('#'), line.size()));
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line.find('=') != std::string::npos) continue;
    line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
    require_usage(line.front() == '[' && line.back() == ']',
                  path.string(),
                  " line ",
                  number,
                  ": '",
                  line,
                  "' is neither KEY = VALUE nor a [section]");
  }
}

// Editors of some systems put one in front.
std::string without_byte_order_mark(std::string content) {
  const std::string mark = "\xef\xbb\xbf";
  if (starts_with(content, mark)) content.erase(0, mark.size());
  return content;
}

}  // namespace

ConfigEntries read_config(const std::filesystem::path& path) {
  namespace po = boost::program_options;
  ConfigEntries entries;
  const std::string content = without_byte_order_mark(read_text_file(path));
  require_plain_text(content, path.string());
  require_ini_lines(content, path);
  std::istringstream in(content);
  try {
    const po::options_description none;
    for (const auto& option : po::parse_config_file(in, none, true).options) {
      entries.emplace_back(option.string_key, option.value.front());
    }
  } catch (const po::error& error) {
    throw Error(text(path.string(), ": ", error.what()), Failure::usage);
  }
  return entries;
}

OptionWords config_words(const ConfigEntries& entries,
                         const std::filesystem::path& path,
                         const std::string& command,
                         const OptionSet& options) {
  OptionWords words;
  for (const auto& [key, value] : entries) {
    if (const Command* other = other_command(key, command)) {
      // Not of use now, but a mistake all the same.
      static_cast<void>(option_of(key, path, other->name, *other->options()));
      continue;
    }
    const Option& option = option_of(key, path, command, options);
    Words& stored = words[option.name];
    require_usage(
        stored.empty() || option.many, path.string(), ": the key ", key, " stands there twice");
    stored.push_back(value);
  }
  return words;
}

std::string config_text(const OptionSet& options, const OptionWords& without) {
  std::string out;
  for (const Option& option : options.all()) {
    if (!option.recorded || without.count(option.name) > 0) continue;
    for (const std::string& word : option.write()) {
      require_usage(word.find_first_of("#\n") == std::string::npos,
                    "--",
                    option.name,
                    " = ",
                    word,
                    ", must not contain '#' or a line break: a configuration file cannot hold it");
      out += option.name + " = " + word + "\n";
    }
  }
  return out;
}

void record_options(const std::filesystem::path& run,
                    const std::string& command,
                    const std::string& options_text) {
  const auto path = run / "experiment.cfg";
  std::string content;
  if (std::filesystem::exists(path)) content = without_section(read_text_file(path), command);
  if (!content.empty() && content.back() != '\n') content += '\n';
  write_text_file(path, content + "[" + command + "]\n" + options_text);
}

}  // namespace coppice
