#include "export/spiking/simulate.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "export/spiking/qcfs.hpp"
#include "supernet/base/error.hpp"
#include "tests/export/spiking/tiny_spiking_network.hpp"
#include "tests/export/spiking/tiny_subnet.hpp"

namespace coppice {
namespace {

std::vector<float> values_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.to(at::kFloat).contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

std::string failure_of(const SpikingSimulator& simulator,
                       const at::Tensor& images,
                       const std::vector<int>& timesteps) {
  try {
    static_cast<void>(simulator.run(images, timesteps));
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Simulate, SpikesComeWhenCountedByHand) {
  // Inputs 0.375 and 0.75, from 0.5. Neuron 0: 0.875, 1.25 spike, 0.625, 1 spike (at the
  // threshold), 0.375, 0.75, 1.125 spike, 0.5. Neuron 1: 1.25 spike, 1 spike, 0.75, 1.5 spike, then
  // again.
  const SpikingSimulator simulator(two_neurons());
  const SimulationResult result = simulator.run(at::full({1, 1, 1, 1}, 1.0F), {1, 2, 4, 8});
  const std::vector<std::vector<float>> logits{
      {0, 1}, {0.5, 1}, {2.0F / 3, 2.0F / 3}, {2.0F / 6, 4.0F / 6}};
  const std::vector<double> spikes{1, 3, 5, 9};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(values_of(result.states[i].logits), logits[i]);
    EXPECT_EQ(result.states[i].spikes[0], std::vector<double>{spikes[i]});
  }
  EXPECT_EQ(values_of(result.counts[0]), (std::vector<float>{3, 6}));
}

TEST(Simulate, AtMostOneSpikeATimestepAndTheRestIsKept) {
  const SpikingSimulator simulator(two_neurons());
  // Inputs 1.5 and 3: both spike in every timestep. Below zero nothing ever spikes.
  EXPECT_EQ(values_of(simulator.run(at::full({1, 1, 1, 1}, 4.0F), {5}).counts[0]),
            (std::vector<float>{5, 5}));
  EXPECT_EQ(values_of(simulator.run(at::full({1, 1, 1, 1}, -4.0F), {5}).counts[0]),
            (std::vector<float>{0, 0}));
}

TEST(Simulate, CountsDependNeitherOnTheBatchNorOnTheThreads) {
  const TinySpiking tiny = tiny_spiking(1);
  const SpikingSimulator simulator(tiny.network);
  const SimulationResult together = simulator.run(tiny.images, {16});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  std::vector<SimulationResult> alone;
  for (std::int64_t i = 0; i < tiny.images.size(0); ++i) {
    alone.push_back(simulator.run(tiny.images.slice(0, i, i + 1), {16}));
  }
  at::set_num_threads(threads);
  for (std::size_t node = 0; node < together.counts.size(); ++node) {
    std::vector<at::Tensor> counts;
    for (const SimulationResult& one : alone) counts.push_back(one.counts[node]);
    EXPECT_TRUE(at::equal(at::cat(counts), together.counts[node])) << "neurons " << node;
  }
}

TEST(Simulate, NeuronsUnderConstantCurrentAreQcfsExactly) {
  // Only the stem sees a constant current; its counts are the levels of QCFS with L = T.
  const TinySpiking tiny = tiny_spiking(2);
  const SpikingSimulator simulator(tiny.network);
  for (const int timesteps : {4, 7, 16}) {
    const at::Tensor counts = simulator.run(tiny.images, {timesteps}).counts[0];
    const at::Tensor rates = stem_rates(tiny, timesteps);
    const at::Tensor off = (counts / timesteps - rates).abs();
    // Weights are rounded to 2^-16, so an input at the edge of a level may fall to either side.
    EXPECT_LT(at::ne(counts / timesteps, rates).sum().item<double>(),
              0.001 * static_cast<double>(counts.numel()));
    EXPECT_LE(off.max().item<double>(), 1.0 / timesteps + 1e-6);
  }
}

TEST(Simulate, ManyTimestepsComeToTheClippedNetwork) {
  const TinySpiking tiny = tiny_spiking(3);
  const SpikingSimulator simulator(tiny.network);
  const SimulationResult result = simulator.run(tiny.images, {16, 64, 256, 1024});
  const at::Tensor limit = qcfs_forward(tiny.subnet, tiny.thresholds, 0, tiny.images);
  const double largest = limit.abs().max().item<double>();
  std::vector<double> errors;
  for (const SpikingState& state : result.states) {
    errors.push_back((state.logits - limit).abs().max().item<double>() / largest);
  }
  // The error of rates falls like 1 / T: a neuron is off by at most a few spikes.
  EXPECT_LT(errors[1], 0.6 * errors[0]);
  EXPECT_LT(errors[2], 0.6 * errors[1]);
  EXPECT_LT(errors[3], 0.05);
}

TEST(Simulate, AtAsManyTimestepsAsLevelsItIsNearTheQuantisedNetwork) {
  const TinySpiking tiny = tiny_spiking(4);
  const SpikingSimulator simulator(tiny.network);
  const at::Tensor quantised = qcfs_forward(tiny.subnet, tiny.thresholds, 256, tiny.images);
  const at::Tensor spiking = simulator.run(tiny.images, {256}).states[0].logits;
  // What is left is uneven arrival: spikes that come too late to be passed on.
  const double largest = quantised.abs().max().item<double>();
  EXPECT_LT((spiking - quantised).abs().max().item<double>(), 0.15 * largest);
}

TEST(Simulate, RefusesImagesAndTimestepsThatDoNotFit) {
  const SpikingSimulator simulator(two_neurons());
  EXPECT_EQ(failure_of(simulator, at::full({1, 3, 1, 1}, 1.0F), {4}),
            "images of shape [1, 3, 1, 1], the spiking network needs [N, 1, 1, 1]");
  EXPECT_EQ(failure_of(simulator, at::full({1, 1, 1, 1}, 1.0F), {8, 4}),
            "timesteps must ascend and be at least 1");
  SpikingNetwork network = two_neurons();
  network.nodes[1].weight[0] = 0.3F;
  EXPECT_EQ(
      failure_of(SpikingSimulator(network), at::full({1, 1, 1, 1}, 1.0F), {4}),
      "4 timesteps cannot be simulated exactly, at most 0 for this network: its weights are no "
      "multiples of 2^-16");
}

}  // namespace
}  // namespace coppice
