#include "experiments/tensors/spike_simulation.hpp"

#include <ATen/ops/argmax.h>
#include <ATen/ops/eq.h>

#include <algorithm>

namespace coppice {
namespace {

// Few enough that the potentials of a layer stay in the processor's cache.
constexpr std::int64_t kImagesTogether = 50;

void add(const SpikingState& state, const at::Tensor& labels, SpikingPoint& point) {
  count_hits(state.logits, labels, point.accuracy);
  SpikingActivity& activity = point.activity;
  activity.timesteps = state.timesteps;
  activity.images += static_cast<double>(labels.size(0));
  activity.spikes.resize(state.spikes.size());
  for (std::size_t i = 0; i < state.spikes.size(); ++i) {
    activity.spikes[i].resize(state.spikes[i].size());
    for (std::size_t pixel = 0; pixel < state.spikes[i].size(); ++pixel) {
      activity.spikes[i][pixel] += state.spikes[i][pixel];
    }
  }
}

}  // namespace

SimulatedImages simulate_images(const SpikingSimulator& simulator,
                                const PreparedImages& images,
                                const std::vector<int>& timesteps,
                                const ChargeOptions& charge,
                                const std::function<void(std::int64_t)>& progress) {
  SimulatedImages result;
  result.points.resize(timesteps.size());
  PhaseMeter meter(charge);
  meter.begin("simulate");
  for (std::size_t i = 0; i < images.batch_count(); ++i) {
    const Batch batch = images.batch(i, simulator.network().nodes.front().size);
    for (std::int64_t first = 0; first < batch.labels.size(0); first += kImagesTogether) {
      const at::Tensor part = batch.images.slice(0, first, first + kImagesTogether);
      const at::Tensor labels = batch.labels.slice(0, first, first + kImagesTogether);
      const SimulationResult simulated = simulator.run(part, timesteps);
      for (std::size_t t = 0; t < timesteps.size(); ++t) {
        add(simulated.states[t], labels, result.points[t]);
      }
      progress(result.points.front().accuracy.total);
    }
  }
  result.spent = meter.spent();
  return result;
}

EnergyRatios energy_ratios(const SpikingCostModel& model,
                           const SpikingActivity& activity,
                           const LayerPlan& ann,
                           const Arithmetic& arithmetic) {
  const EnergyPair before = ann_energy(ann, arithmetic);
  const EnergyPair after = model.energy(activity, arithmetic);
  return {after.operations / before.operations, after.memory / before.memory};
}

Accuracy accuracy_of(const PreparedImages& images,
                     int resolution,
                     const std::function<at::Tensor(const at::Tensor&)>& logits_of) {
  Accuracy accuracy;
  for (std::size_t i = 0; i < images.batch_count(); ++i) {
    const Batch batch = images.batch(i, resolution);
    count_hits(logits_of(batch.images), batch.labels, accuracy);
  }
  return accuracy;
}

}  // namespace coppice
