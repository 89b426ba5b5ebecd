#include "experiments/command.hpp"

namespace coppice {

OptionWords given_words(const std::string& command,
                        const OptionSet& options,
                        const Words& arguments) {
  OptionWords words = parse_command_line(options, arguments);
  for (const Option& option : options.all()) {
    const auto named = words.find(option.name);
    if (!option.config || named == words.end()) continue;
    const std::filesystem::path path = named->second.front();
    // insert keeps what the command line says.
    const auto from_file = config_words(read_config(path), path, command, options);
    words.insert(from_file.begin(), from_file.end());
  }
  return words;
}

}  // namespace coppice
