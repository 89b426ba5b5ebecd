#include "search/operators.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

/// Every built-in space with some choices taken away, also the smallest of a block's gene.
Choices reduced(const SearchSpace& space) {
  Choices choices = all_choices(space);
  for (auto& allowed : choices.allowed) {
    if (allowed.size() > 1) allowed.erase(allowed.begin());
  }
  return choices;
}

TEST(Operators, ResultsAreCanonicalAndAllowedInEverySpace) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = builtin_space(name);
    for (const Choices& choices : {all_choices(space), reduced(space)}) {
      const Operators operators(space, choices, {0.3, 0.3, 0.3, 0.3});
      Random random(5);
      for (int i = 0; i < 200; ++i) {
        const Architecture a = operators.sample(random);
        const Architecture b = operators.sample_across_sizes(random);
        Architecture child = operators.crossover(a, b, random);
        ASSERT_TRUE(allows(space, choices, a)) << name;
        ASSERT_TRUE(allows(space, choices, b)) << name;
        ASSERT_TRUE(allows(space, choices, child)) << name;
        operators.mutate(child, random);
        ASSERT_TRUE(allows(space, choices, child)) << name;
      }
    }
  }
}

TEST(Operators, SamplingReachesEveryNetwork) {
  const SearchSpace space = tiny_search_space();
  const Operators operators(space, all_choices(space), {});
  Random random(1);
  std::set<Architecture> seen;
  for (int i = 0; i < 40000; ++i) seen.insert(operators.sample(random));
  EXPECT_EQ(seen.size(), all_architectures(space).size());
  EXPECT_EQ(seen.size(), 800U);
}

TEST(Operators, MutationReachesEveryNetwork) {
  const SearchSpace space = tiny_search_space();
  const Operators operators(space, all_choices(space), {});
  Random random(1);
  std::set<Architecture> seen;
  Architecture walker = space.smallest();
  for (int i = 0; i < 60000; ++i) {
    operators.mutate(walker, random);
    seen.insert(walker);
  }
  EXPECT_EQ(seen.size(), 800U);
}

TEST(Operators, GenesOfAChildComeFromAParentThatHasTheBlock) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const Operators operators(space, all_choices(space), {});
  Random random(2);
  for (int i = 0; i < 200; ++i) {
    const Architecture a = operators.sample(random);
    const Architecture b = operators.sample(random);
    const Architecture child = operators.crossover(a, b, random);
    for (const BlockSlot& slot : space.slots()) {
      if (!space.active(child, slot)) continue;
      const auto gene = static_cast<std::size_t>(slot.kernel_gene);
      const bool from_a = space.active(a, slot) && child.genes[gene] == a.genes[gene];
      const bool from_b = space.active(b, slot) && child.genes[gene] == b.genes[gene];
      ASSERT_TRUE(from_a || from_b);
    }
  }
}

TEST(Operators, SamplesAcrossSizesCoverSmallAndLarge) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const Operators operators(space, all_choices(space), {});
  Random random(4);
  int shallow = 0;
  int deep = 0;
  for (int i = 0; i < 1000; ++i) {
    const Architecture a = operators.sample_across_sizes(random);
    int blocks = 0;
    for (int stage = 0; stage < 5; ++stage) blocks += space.depth(a, stage);
    shallow += blocks <= 11;
    deep += blocks >= 19;
  }
  EXPECT_GT(shallow, 100);
  EXPECT_GT(deep, 100);
}

TEST(Operators, MutationWithoutProbabilityStillDrawsOneGroup) {
  const SearchSpace space = builtin_space("small");
  const Operators operators(space, all_choices(space), {0, 0, 0, 0});
  Random random(6);
  int changed = 0;
  for (int i = 0; i < 200; ++i) {
    const Architecture before = space.largest();
    Architecture after = before;
    operators.mutate(after, random);
    changed += after != before;
  }
  EXPECT_GT(changed, 120);
}

TEST(Operators, ProbabilitiesOutsideTheUnitIntervalAreRefused) {
  EXPECT_EQ(message_of([] {
              validate(MutationOptions{1.5, 0, 0, 0});
            }),
            "block_mutation = 1.5, must be in [0, 1]");
  EXPECT_EQ(message_of([] {
              validate(MutationOptions{0, 0, 0, -0.1});
            }),
            "resolution_mutation = -0.1, must be in [0, 1]");
}

}  // namespace
}  // namespace coppice
