#include "experiments/network_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(NetworkOptions& network, OptionSet& options) {
  options.add("run", network.run, "RUN", "folder of a trained run; or give --supernet");
  options.add("supernet", network.supernet, "FILE", "supernet.h5 without its run; or give --run");
  options.add("arch", network.arch, "FILE", "architectures, one JSON object a line").as_required();
}

void validate(const NetworkOptions& network) {
  require_usage(network.run.empty() != network.supernet.empty(),
                network.run.empty() ? "neither --run nor --supernet is given"
                                    : "both --run and --supernet are given",
                "; exactly one of them says where the weights are");
}

std::filesystem::path supernet_file(const NetworkOptions& network) {
  return network.run.empty() ? network.supernet : network.run / "supernet.h5";
}

}  // namespace coppice
