#include "experiments/import_options.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"

namespace coppice {

const std::vector<std::string>& import_kinds() {
  static const std::vector<std::string> kinds{
      "ofa-checkpoint", "ofa-accuracy-predictor", "ofa-latency-table", "ofa-net-config"};
  return kinds;
}

void bind(ImportCommand& command, OptionSet& options) {
  options
      .add("from",
           command.from,
           "KIND",
           "what FILE is: ofa-checkpoint (weights, .pth), ofa-accuracy-predictor (.pth), "
           "ofa-latency-table (folder of <resolution>_lookup_table.yaml) or ofa-net-config")
      .as_required();
  options.add("file", command.file, "FILE", "what to import").as_required().as_positional();
  options.add("out", command.out, "P", "where to write it").as_required();
  bind(command.space, options, "ofa-mobilenetv3; of a net.config what it says");
}

void validate(const ImportCommand& command) {
  validate(command.space);
  const auto& kinds = import_kinds();
  require_usage(std::find(kinds.begin(), kinds.end(), command.from) != kinds.end(),
                "--from = ",
                command.from,
                ", must be ofa-checkpoint, ofa-accuracy-predictor, ofa-latency-table or "
                "ofa-net-config");
}

}  // namespace coppice
