#include "experiments/tensors/network_accuracy.hpp"

namespace coppice {

NetworkAccuracy network_accuracy(const Supernet& supernet,
                                 const Architecture& architecture,
                                 const RunData& data,
                                 const PreparedImages& test,
                                 const RankGroup* ranks) {
  const Subnet subnet = calibrated_subnet(supernet, architecture, *data.parts.calibration);
  return {evaluate(subnet, *data.parts.held_out, ranks).percent(),
          evaluate(subnet, test, ranks).percent()};
}

}  // namespace coppice
