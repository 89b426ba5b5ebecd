#include "supernet/training/network_sampler.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

Phase one_stage(Sampling sampling) {
  Phase phase;
  phase.name = "one";
  phase.kernels = phase.depths = phase.expands = kAllChoices;
  phase.subnets = 4;
  phase.sampling = sampling;
  return phase;
}

TEST(NetworkSampler, TheSandwichBeginsWithTheExtremes) {
  const SearchSpace space = tiny_space();
  const Phase phase = one_stage(Sampling::sandwich);
  const auto networks = NetworkSampler(space, phase, {}).draw(12, Random(1));
  ASSERT_EQ(networks.size(), 4U);
  EXPECT_EQ(networks[0].architecture, space.with_resolution(space.largest(), 12));
  EXPECT_EQ(networks[1].architecture, space.with_resolution(space.smallest(), 12));
  EXPECT_NE(networks[2].architecture, networks[3].architecture);
  EXPECT_NE(networks[2].dropout_seed, networks[3].dropout_seed);
}

TEST(NetworkSampler, EachNetworkMayHaveItsOwnResolution) {
  const SearchSpace space = tiny_space();
  Phase phase = one_stage(Sampling::sandwich);
  phase.own_resolutions = true;
  phase.subnets = 12;
  const auto networks = NetworkSampler(space, phase, {}).draw(16, Random(1));
  EXPECT_EQ(networks[0].architecture, space.with_resolution(space.largest(), 16));
  EXPECT_EQ(networks[1].architecture, space.with_resolution(space.smallest(), 12));
  std::set<int> others;
  for (std::size_t i = 2; i < networks.size(); ++i) {
    others.insert(space.resolution(networks[i].architecture));
  }
  EXPECT_EQ(others, (std::set<int>{12, 16}));
  // The full phase has one network, and that is the largest in all.
  Phase full;
  full.own_resolutions = true;
  EXPECT_EQ(space.resolution(NetworkSampler(space, full, {}).draw(12, Random(2))[0].architecture),
            16);
  // One network trained alone keeps the resolution of its images.
  full.only = space.with_resolution(space.smallest(), 12);
  EXPECT_EQ(NetworkSampler(space, full, {}).draw(12, Random(2))[0].architecture, *full.only);
}

TEST(NetworkSampler, TheSameStreamGivesTheSameNetworks) {
  const SearchSpace space = tiny_space();
  const Phase phase = one_stage(Sampling::sandwich);
  const NetworkSampler sampler(space, phase, {});
  EXPECT_EQ(sampler.draw(16, Random(5))[3].architecture,
            sampler.draw(16, Random(5))[3].architecture);
}

TEST(NetworkSampler, AttentionGoesToTheBestPredictedOfTheSameCost) {
  const SearchSpace space = tiny_space();
  const Phase phase = one_stage(Sampling::attentive);
  const PieceCosts costs(space);
  std::vector<std::vector<Architecture>> asked;
  const Scores by_genes = [&](const std::vector<Architecture>& candidates) {
    asked.push_back(candidates);
    std::vector<double> scores;
    for (const Architecture& a : candidates) scores.push_back(a.genes[2] * 10.0 + a.genes[4]);
    return scores;
  };
  const auto networks = NetworkSampler(space, phase, by_genes).draw(16, Random(3));
  ASSERT_EQ(asked.size(), 2U);  // the extremes are not chosen
  for (std::size_t i = 0; i < 2; ++i) {
    const auto macs = [&](const Architecture& a) {
      return static_cast<double>(costs.network(a).cost().macs);
    };
    const double target = macs(asked[i].front());
    double best = -1;
    for (const Architecture& a : asked[i]) {
      EXPECT_NEAR(macs(a), target, 0.05 * target);
      best = std::max(best, a.genes[2] * 10.0 + a.genes[4]);
    }
    const Architecture& chosen = networks[2 + i].architecture;
    EXPECT_EQ(chosen.genes[2] * 10.0 + chosen.genes[4], best);
  }
}

TEST(NetworkSampler, AttentionNeedsAPredictor) {
  const SearchSpace space = tiny_space();
  const Phase phase = one_stage(Sampling::attentive);
  EXPECT_EQ(message_of([&] { NetworkSampler(space, phase, {}); }),
            "the phase one samples by prediction and has no predictor");
}

}  // namespace
}  // namespace coppice
