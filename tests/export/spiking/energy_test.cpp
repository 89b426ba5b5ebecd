#include "export/spiking/energy.hpp"

#include <gtest/gtest.h>

#include "tests/export/spiking/tiny_spiking_network.hpp"

namespace coppice {
namespace {

// The plan that two_neurons() would come from.
LayerPlan two_neurons_plan() {
  LayerPlan plan;
  plan.input_channels = 1;
  plan.resolution = 1;
  plan.classes = 2;
  Layer first;
  first.name = "first";
  first.in_channels = 1;
  first.out_channels = 2;
  first.in_size = first.out_size = 1;
  first.activation = Activation::relu;
  Layer logits = first;
  logits.kind = LayerKind::linear;
  logits.name = "logits";
  logits.input = 0;
  logits.in_channels = 2;
  logits.activation = Activation::none;
  plan.layers = {first, logits};
  return plan;
}

TEST(Energy, AccessesCostWhatTheTableSays) {
  EXPECT_DOUBLE_EQ(access_pj(0), 0);
  EXPECT_DOUBLE_EQ(access_pj(4096), 0.625);
  EXPECT_DOUBLE_EQ(access_pj(8192), 1.25);
  EXPECT_DOUBLE_EQ(access_pj(32768), 2.5);
  EXPECT_DOUBLE_EQ(access_pj(1048576), 12.5);
  EXPECT_DOUBLE_EQ(access_pj(1e12), 160);
}

TEST(Energy, OperationsAreCountedAsPapersDo) {
  // 2 + 4 multiply-accumulates. Spiking: 2 once, and a spike of either neuron reaches 2 logits.
  EXPECT_DOUBLE_EQ(ann_energy(two_neurons_plan(), kFloat32).operations, 6 * 4.6);
  const SpikingCostModel model(two_neurons());
  const SpikingActivity activity{8, 2, {{18}}};  // 9 spikes an image
  EXPECT_DOUBLE_EQ(model.energy(activity, kFloat32).operations, 2 * 4.6 + 18 * 0.9);
  const SpikingCost cost = model.cost(activity);
  EXPECT_DOUBLE_EQ(cost.synaptic_operations, 18);
  EXPECT_DOUBLE_EQ(cost.spikes_per_synapse, 18.0 / 4);
  EXPECT_DOUBLE_EQ(cost.spikes_per_neuron, 4.5);
  ASSERT_EQ(cost.layers.size(), 1U);
  EXPECT_DOUBLE_EQ(cost.layers[0].neurons, 2);
}

TEST(Energy, MemoryCountsEveryAccess) {
  const SpikingCostModel model(two_neurons());
  const SpikingActivity activity{8, 1, {{9}}};
  // All memories are tiny: 1.25 / 8192 pJ a byte, for each byte that the memory holds.
  const auto e = [](double bytes) { return access_pj(bytes); };
  const double image = 2 * 4.6 + 2 * (4 * e(8) + 4 * e(4)) + 8 * e(8);
  const double spikes = 18 * (0.9 + 4 * e(16) + 2 * 4 * e(8));
  const double updates = 8 * (2 * 0.9 + 3 * 8 * e(8)) * 2;  // of neurons and of logits
  const double queue = 9 * 2 * 4 * e(8);
  EXPECT_NEAR(model.energy(activity, kFloat32).memory, image + spikes + updates + queue, 1e-9);
  const double ann =
      2 * (4.6 + 4 * e(8) + 4 * e(4)) + 8 * e(8) + 4 * (4.6 + 4 * e(16) + 4 * e(8)) + 8 * e(8);
  EXPECT_NEAR(ann_energy(two_neurons_plan(), kFloat32).memory, ann, 1e-9);
}

TEST(Energy, PaddingIsNotMultiplied) {
  LayerPlan plan = two_neurons_plan();
  Layer& first = plan.layers[0];
  first.in_size = first.out_size = 4;
  first.kernel = 7;
  // 7 x 7 around each of 4 x 4 pixels meets the whole map: 16 pixels each.
  const double macs = 16 * 16 * 2;
  EXPECT_DOUBLE_EQ(ann_energy(plan, kFloat32).operations, (macs + 4) * 4.6);
}

}  // namespace
}  // namespace coppice
