#include "experiments/runtime_options.hpp"

namespace coppice {

const std::vector<std::string>& runtime_names() {
  static const std::vector<std::string> names{"libtorch", "onnxruntime", "opencv"};
  return names;
}

std::string latency_target(const std::string& runtime) {
  return runtime == "libtorch" ? "latency_ms" : "latency_" + runtime + "_ms";
}

void bind_onnxruntime(std::filesystem::path& folder, OptionSet& options) {
  options
      .add("onnxruntime",
           folder,
           "DIR",
           "folder in which npm installed onnxruntime-node, see experiments/deploy/node")
      .shows("the source tree's experiments/deploy/node, where installed");
}

}  // namespace coppice
