// A command: what the table of commands knows about each of them, and how one is parsed.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "experiments/common_options.hpp"
#include "experiments/config_file.hpp"
#include "experiments/options.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

/// Which program runs a command: `coppice` itself, or `coppice-tensors` beside it.
enum class Body { light, tensor };

struct Command {
  std::string name;
  std::string help;       ///< one line
  std::string arguments;  ///< positional ones, as the usage line shows them: "DIR"
  /// Which body runs it with these arguments; throws what parse_command throws.
  std::function<Body(const Words&)> body;
  /// All options, bound to a command that holds the defaults.
  std::function<std::shared_ptr<const OptionSet>()> options;
  /// Parses the arguments; throws what parse_command throws.
  std::function<void(const Words&)> check;
};

/// What a command was told.
struct GivenWords {
  OptionWords words;           ///< of the command line over those of its configuration file
  std::filesystem::path file;  ///< the configuration file; empty: none
  OptionWords from_file;       ///< those of `words` that stand there
};

[[nodiscard]] GivenWords given_words(const std::string& command,
                                     const OptionSet& options,
                                     const Words& arguments);

/// The error about a value of the configuration file, told as such: "--classes = 0, must be ..."
/// becomes "x.cfg: classes = 0, must be ...". Any other error as it is.
[[nodiscard]] Error named_by_origin(const Error& error, const GivenWords& given);

/// T has T::kName, a member CommonOptions `common`, bind(T&, OptionSet&) and validate(const T&).
template <class T>
[[nodiscard]] OptionSet options_of(T& command) {
  OptionSet options;
  bind(command, options);
  bind(command.common, options);
  return options;
}

/// Throws Error when the --config file cannot be read, Error(usage) for all that is wrong in it
/// or in the arguments. Afterwards common.threads is at least 1.
template <class T>
[[nodiscard]] T parse_command(const Words& arguments) {
  T command;
  const OptionSet options = options_of(command);
  const GivenWords given = given_words(T::kName, options, arguments);
  try {
    assign_options(options, given.words);
    validate(command.common);
    validate(command);
  } catch (const Error& error) {
    throw named_by_origin(error, given);
  }
  if (command.common.threads == 0) command.common.threads = default_threads();
  return command;
}

/// The options in effect as INI that parses to the same command; for record_options.
template <class T>
[[nodiscard]] std::string effective_options(T command) {
  return config_text(options_of(command));
}

/// A row of the table. `body` says which of the two runs a command.
template <class T>
[[nodiscard]] Command describe_command(const std::string& help,
                                       const std::string& arguments,
                                       Body (*body)(const T&)) {
  struct BoundOptions {
    T command;
    OptionSet options;
  };
  const auto options = [] {
    const auto bound = std::make_shared<BoundOptions>();
    bound->options = options_of(bound->command);
    return std::shared_ptr<const OptionSet>(bound, &bound->options);
  };
  const auto check = [](const Words& words) { static_cast<void>(parse_command<T>(words)); };
  const auto body_of = [body](const Words& words) { return body(parse_command<T>(words)); };
  return {T::kName, help, arguments, body_of, options, check};
}

/// The same for a command that one body always runs.
template <class T>
[[nodiscard]] Command describe_command(const std::string& help,
                                       const std::string& arguments,
                                       Body body) {
  Command command = describe_command<T>(help, arguments, [](const T&) { return Body::light; });
  command.body = [body](const Words&) { return body; };
  return command;
}

/// Runs a command; returns the exit code.
using Runner = std::function<int(const Words&)>;

/// For a function that throws when it fails.
template <class T>
[[nodiscard]] Runner runner(void (*function)(const T&)) {
  return [function](const Words& arguments) {
    function(parse_command<T>(arguments));
    return 0;
  };
}

/// For a function that returns the exit code of another process.
template <class T>
[[nodiscard]] Runner runner(int (*function)(const T&)) {
  return [function](const Words& arguments) { return function(parse_command<T>(arguments)); };
}

}  // namespace coppice
