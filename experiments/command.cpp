#include "experiments/command.hpp"

namespace coppice {

GivenWords given_words(const std::string& command,
                       const OptionSet& options,
                       const Words& arguments) {
  GivenWords given{parse_command_line(options, arguments), {}, {}};
  for (const Option& option : options.all()) {
    const auto named = given.words.find(option.name);
    if (!option.config || named == given.words.end()) continue;
    given.file = named->second.front();
    for (const auto& entry : config_words(read_config(given.file), given.file, command, options)) {
      // insert keeps what the command line says.
      if (given.words.insert(entry).second) given.from_file.insert(entry);
    }
  }
  return given;
}

Error named_by_origin(const Error& error, const GivenWords& given) {
  const std::string message = error.what();
  const std::string name = message.substr(0, message.find(' '));
  const bool option = name.rfind("--", 0) == 0;
  if (!option || given.from_file.count(name.substr(2)) == 0) return error;
  return Error(given.file.string() + ": " + message.substr(2), error.failure());
}

}  // namespace coppice
