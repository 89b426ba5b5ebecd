// A small random network of the space small-relu, ready to spike, with images.
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/randn.h>

#include "export/spiking/convert.hpp"
#include "export/spiking/qcfs.hpp"
#include "supernet/calibration.hpp"
#include "supernet/supernet.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {

struct TinySpiking {
  at::Tensor images;
  Subnet subnet;
  ThresholdTensors thresholds;
  SpikingNetwork network;
};

/// Sampled from the narrow space; thresholds at the largest activation.
inline TinySpiking tiny_spiking(std::uint64_t seed, int images = 6, int resolution = 20) {
  const SearchSpace space = narrow_space("small-relu", resolution, 1);
  Random random(seed);
  const Supernet supernet(space, random.fork("weights"));
  Random choices = random.fork("architecture");
  Subnet subnet = supernet.extract(space.sample(choices));
  at::manual_seed(seed);
  const at::Tensor batch = at::randn({images, 1, resolution, resolution});
  calibrate(subnet, {at::randn({64, 1, resolution, resolution}), batch});
  ThresholdTensors thresholds = percentile_thresholds(subnet, {batch}, 100);
  SpikingNetwork network = convert(subnet.plain(), plain_thresholds(thresholds));
  return {batch, std::move(subnet), std::move(thresholds), std::move(network)};
}

/// What the neurons of the stem send a timestep by the formula of QCFS.
inline at::Tensor stem_rates(const TinySpiking& tiny, int timesteps) {
  at::Tensor rates;
  ForwardOptions options;
  options.activate = [&](std::size_t layer, const at::Tensor& x) {
    const at::Tensor z = x / tiny.thresholds[layer].view({1, -1, 1, 1});
    at::Tensor y = at::clamp(at::floor(z * timesteps + 0.5) / timesteps, 0, 1);
    if (layer == 0) rates = y;
    return y;
  };
  static_cast<void>(tiny.subnet.forward(tiny.images, options));
  return rates;
}

}  // namespace coppice
