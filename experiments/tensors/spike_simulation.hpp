// One spiking network on all test images, and what that cost this machine.
#pragma once

#include <functional>
#include <vector>

#include "experiments/metering.hpp"
#include "export/spiking/energy.hpp"
#include "export/spiking/simulate.hpp"
#include "supernet/training/evaluate.hpp"

namespace coppice {

/// After some number of timesteps.
struct SpikingPoint {
  Accuracy accuracy;
  SpikingActivity activity;
};

struct SimulatedImages {
  std::vector<SpikingPoint> points;  ///< one for each asked number of timesteps
  SpentEnergy spent;                 ///< of simulating all timesteps of all images
};

/// `charge` is what the energy is charged with; `progress` is told the images done.
[[nodiscard]] SimulatedImages simulate_images(const SpikingSimulator& simulator,
                                              const PreparedImages& images,
                                              const std::vector<int>& timesteps,
                                              const ChargeOptions& charge,
                                              const std::function<void(std::int64_t)>& progress);

/// To a network that does not spike.
struct EnergyRatios {
  double operations = 0;
  double memory = 0;  ///< operations and memory
};

/// Of a spiking network to the `ann` that it was made from, computed in `arithmetic` (energy.hpp).
[[nodiscard]] EnergyRatios energy_ratios(const SpikingCostModel& model,
                                         const SpikingActivity& activity,
                                         const LayerPlan& ann,
                                         const Arithmetic& arithmetic);

/// Top-1 of the logits that `logits_of` gives for each batch.
[[nodiscard]] Accuracy accuracy_of(const PreparedImages& images,
                                   int resolution,
                                   const std::function<at::Tensor(const at::Tensor&)>& logits_of);

}  // namespace coppice
