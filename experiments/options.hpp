// The options of a command: fields of a struct bound to flags and configuration keys.
//
// Each command has a struct whose members carry the defaults, bind(command, options), which names
// them once, and validate(command). Flags, configuration files, --help and a run's experiment.cfg
// all come from that one list. '_' and '-' mean the same in names of options.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "experiments/option_values.hpp"

namespace coppice {

struct Option {
  std::string name;        ///< without dashes: "full.warmup-epochs"
  std::string value_name;  ///< as --help shows it: "FILE"; empty: a switch
  std::string help;
  std::string default_text;  ///< as --help shows it
  bool many = false;         ///< takes several words
  bool positional = false;   ///< may stand without its name
  bool required = false;
  bool common = false;   ///< one that every command has
  bool recorded = true;  ///< stands in a run's experiment.cfg
  bool config = false;   ///< names a configuration file with more options
  std::function<void(const Words&)> read;
  std::function<Words()> write;

  // To be chained after OptionSet::add.
  Option& as_required();
  Option& as_positional();
  Option& as_config();
  Option& not_recorded();
  /// What --help shows where no default can be read from the field.
  Option& shows(const std::string& text);
};

/// Words by canonical option name.
using OptionWords = std::map<std::string, Words>;

class OptionSet {
 public:
  /// Binds `field`, which must outlive this set; its present value is the default. An empty
  /// `value_name` makes a bool that is false by default a switch.
  template <class T>
  Option& add(const std::string& name,
              T& field,
              const std::string& value_name,
              const std::string& help);

  /// Options added from now on are common (or not).
  void set_common(bool common) { common_ = common; }

  [[nodiscard]] const std::vector<Option>& all() const noexcept { return options_; }
  /// Null when there is none.
  [[nodiscard]] const Option* find(const std::string& name) const;
  /// The known name nearest to `name`, which may lack its phase: "epocs" -> "full.epochs".
  /// REQUIRES a set that is not empty.
  [[nodiscard]] std::string nearest_name(const std::string& name) const;

 private:
  Option& append(Option option);
  std::vector<Option> options_;
  bool common_ = false;
};

/// '_' becomes '-'.
[[nodiscard]] std::string canonical_name(std::string name);

/// Takes the words of a command line apart. Throws Error(usage) naming the option: unknown (with
/// the nearest known one), given twice, without its value, or an argument too many.
[[nodiscard]] OptionWords parse_command_line(const OptionSet& options, const Words& arguments);

/// Reads the words into the fields. Throws Error(usage) naming option, value and what is allowed,
/// or the required option that is missing.
void assign_options(const OptionSet& options, const OptionWords& words);

/// The options of `--help`, those of the command first.
[[nodiscard]] std::string options_help(const OptionSet& options);

template <class T>
Option& OptionSet::add(const std::string& name,
                       T& field,
                       const std::string& value_name,
                       const std::string& help) {
  Option option;
  option.name = name;
  option.value_name = value_name;
  option.help = help;
  option.many = std::is_same_v<T, std::vector<int>> || std::is_same_v<T, std::vector<Limit>> ||
                std::is_same_v<T, std::vector<std::string>> ||
                std::is_same_v<T, std::vector<std::filesystem::path>>;
  option.read = [&field](const Words& words) { read_words(words, field); };
  option.write = [&field] { return write_words(field); };
  return append(std::move(option));
}

}  // namespace coppice
