#include "experiments/import_options.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"

namespace coppice {

const std::vector<std::string>& import_kinds() {
  static const std::vector<std::string> kinds{"ofa-checkpoint"};
  return kinds;
}

void bind(ImportCommand& command, OptionSet& options) {
  command.space.space = "ofa-mobilenetv3";
  options.add("from", command.from, "KIND", "what FILE is: ofa-checkpoint (weights, .pth)")
      .as_required();
  options.add("file", command.file, "FILE", "what to import").as_required().as_positional();
  options.add("out", command.out, "P", "where to write it").as_required();
  bind(command.space, options, false);
}

void validate(const ImportCommand& command) {
  validate(command.space);
  const auto& kinds = import_kinds();
  require_usage(std::find(kinds.begin(), kinds.end(), command.from) != kinds.end(),
                "--from = ",
                command.from,
                ", must be ofa-checkpoint");
}

}  // namespace coppice
