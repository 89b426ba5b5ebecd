#include "experiments/options.hpp"

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

#include "supernet/base/error.hpp"
#include "supernet/base/nearest.hpp"

namespace coppice {
namespace {

namespace po = boost::program_options;

// Of a page of --help: where the texts of options start, and how wide they are.
constexpr std::size_t kColumn = 30;
constexpr std::size_t kWidth = 68;

// What Boost needs to know to take tokens apart; reading and checking them is ours.
po::options_description boost_options(const OptionSet& options) {
  po::options_description description;
  for (const Option& option : options.all()) {
    const char* name = option.name.c_str();
    if (option.value_name.empty()) {
      description.add_options()(name, po::value<bool>()->zero_tokens(), "");
    } else if (option.many) {
      description.add_options()(name, po::value<std::vector<std::string>>()->multitoken(), "");
    } else {
      description.add_options()(name, po::value<std::string>(), "");
    }
  }
  return description;
}

// "--full.warmup_epochs=5" -> "--full.warmup-epochs=5"; values are left alone.
Words canonical_tokens(const Words& arguments) {
  Words tokens = arguments;
  for (std::string& token : tokens) {
    if (token.rfind("--", 0) != 0) continue;
    const auto end = std::min(token.find('='), token.size());
    token = canonical_name(token.substr(0, end)) + token.substr(end);
  }
  return tokens;
}

void store_positional(const OptionSet& options, const std::string& word, OptionWords& words) {
  const auto free_place = [&words](const Option& option) {
    return option.positional && words.count(option.name) == 0;
  };
  const auto place = std::find_if(options.all().begin(), options.all().end(), free_place);
  require_usage(place != options.all().end(), "unexpected argument '", word, "'");
  words[place->name] = {word};
}

void store(const OptionSet& options, const po::option& parsed, OptionWords& words) {
  const Option* option = options.find(parsed.string_key);
  require_usage(option != nullptr,
                "unknown option --",
                parsed.string_key,
                "; the nearest known one is --",
                options.nearest_name(parsed.string_key));
  Words& stored = words[option->name];
  require_usage(stored.empty() || option->many, "--", option->name, " is given twice");
  if (option->value_name.empty()) {
    stored.emplace_back("yes");
  } else {
    stored.insert(stored.end(), parsed.value.begin(), parsed.value.end());
  }
}

std::string default_text(const Option& option) {
  if (!option.default_text.empty()) return option.default_text;
  if (option.value_name.empty() || option.required) return {};
  std::string out;
  for (const std::string& word : option.write()) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Breaks `help` into lines of at most `width` characters, each after the first indented.
std::string wrapped(const std::string& help, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = std::min(help.find(' ', begin), help.size());
    if (column > 0 && column + 1 + end - begin > width) {
      out += "\n" + std::string(indent, ' ');
      column = 0;
    }
    if (column > 0) {
      out += ' ';
      ++column;
    }
    out += help.substr(begin, end - begin);
    column += end - begin;
    begin = end + 1;
  }
  return out;
}

std::string help_of(const Option& option) {
  std::string left = "  --" + option.name;
  if (!option.value_name.empty()) left += " " + option.value_name + (option.many ? "..." : "");
  const std::string shown = default_text(option);
  std::string right = option.help;
  if (option.required) right += " (required)";
  if (!shown.empty()) right += " (default: " + shown + ")";
  left += left.size() + 1 < kColumn ? std::string(kColumn - left.size(), ' ')
                                    : "\n" + std::string(kColumn, ' ');
  return left + wrapped(right, kColumn, kWidth) + "\n";
}

}  // namespace

Option& Option::as_required() {
  required = true;
  return *this;
}
Option& Option::as_positional() {
  positional = true;
  return *this;
}
Option& Option::as_config() {
  config = true;
  recorded = false;
  return *this;
}
Option& Option::not_recorded() {
  recorded = false;
  return *this;
}
Option& Option::shows(const std::string& text) {
  default_text = text;
  return *this;
}

Option& OptionSet::append(Option option) {
  option.common = common_;
  options_.push_back(std::move(option));
  return options_.back();
}

const Option* OptionSet::find(const std::string& name) const {
  const auto found = std::find_if(
      options_.begin(), options_.end(), [&name](const Option& o) { return o.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

std::string OptionSet::nearest_name(const std::string& name) const {
  const auto distance = [&name](const Option& option) {
    const std::string tail = option.name.substr(option.name.rfind('.') + 1);
    return std::min(edit_distance(name, option.name), edit_distance(name, tail));
  };
  return std::min_element(
             options_.begin(),
             options_.end(),
             [&distance](const Option& a, const Option& b) { return distance(a) < distance(b); })
      ->name;
}

std::string canonical_name(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

OptionWords parse_command_line(const OptionSet& options, const Words& arguments) {
  namespace style = po::command_line_style;
  const auto description = boost_options(options);
  OptionWords words;
  Words positional;
  try {
    const auto parsed =
        po::command_line_parser(canonical_tokens(arguments))
            .options(description)
            .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
            .allow_unregistered()
            .run();
    for (const po::option& option : parsed.options) {
      if (option.string_key.empty()) {
        positional.insert(positional.end(), option.value.begin(), option.value.end());
      } else {
        store(options, option, words);
      }
    }
  } catch (const po::error& error) {
    throw Error(error.what(), Failure::usage);
  }
  for (const std::string& word : positional) store_positional(options, word, words);
  return words;
}

void assign_options(const OptionSet& options, const OptionWords& words) {
  for (const Option& option : options.all()) {
    const auto given = words.find(option.name);
    if (given == words.end()) {
      require_usage(!option.required, "--", option.name, " is missing: ", option.help);
      continue;
    }
    try {
      option.read(given->second);
    } catch (const Error& error) {
      throw Error(text("--", option.name, " ", error.what()), Failure::usage);
    }
  }
}

std::string options_help(const OptionSet& options) {
  std::string own;
  std::string common;
  for (const Option& option : options.all()) (option.common ? common : own) += help_of(option);
  return own + "\nCommon options:\n" + common;
}

}  // namespace coppice
