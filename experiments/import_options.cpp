#include "experiments/import_options.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"
#include "supernet/base/nearest.hpp"

namespace coppice {

const std::vector<std::string>& import_kinds() {
  static const std::vector<std::string> kinds{
      "ofa-accuracy-predictor", "ofa-latency-table", "ofa-checkpoint", "ofa-net-config"};
  return kinds;
}

void bind(ImportCommand& command, OptionSet& options) {
  command.space.space = "ofa-mobilenetv3";
  options
      .add("from",
           command.from,
           "KIND",
           "ofa-accuracy-predictor, ofa-latency-table, ofa-checkpoint or ofa-net-config")
      .as_required();
  options.add("file", command.file, "FILE", "what to import: a file or a folder of tables")
      .as_required()
      .as_positional();
  options.add("out", command.out, "P", "where to write it").as_required();
  bind(command.space, options, false);
}

void validate(const ImportCommand& command) {
  validate(command.space);
  const auto& kinds = import_kinds();
  require_usage(std::find(kinds.begin(), kinds.end(), command.from) != kinds.end(),
                "--from = ",
                command.from,
                ", must be ofa-accuracy-predictor, ofa-latency-table, ofa-checkpoint or "
                "ofa-net-config; the nearest is ",
                nearest(command.from, kinds));
}

}  // namespace coppice
