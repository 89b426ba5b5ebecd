#include "supernet/training/shrinking.hpp"

#include <gtest/gtest.h>

#include <set>

#include "supernet/base/error.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

TEST(Shrinking, PublishedPhasesAreThoseOfThePaper) {
  const auto phases = published_phases(builtin_space("ofa-mobilenetv3"));
  std::vector<std::string> names;
  for (const Phase& phase : phases) names.push_back(phase.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"full", "kernel", "depth1", "depth2", "expand1", "expand2"}));
  EXPECT_EQ(phases[1].epochs, 120);
  EXPECT_EQ(phases[1].warmup_epochs, 5);
  EXPECT_EQ(phases[2].rate, 0.0025);
  EXPECT_EQ(phases[5].subnets, 4);
}

TEST(Shrinking, ResNetsShrinkInWidthAndHaveNoKernelPhase) {
  std::vector<std::string> names;
  for (const Phase& phase : published_phases(builtin_space("ofa-resnet50"))) {
    names.push_back(phase.name);
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{
                "full", "depth1", "depth2", "expand1", "expand2", "width1", "width2"}));
}

TEST(Shrinking, APhaseSamplesExactlyItsOpenChoices) {
  const SearchSpace space = tiny_space();
  const Phase phase{"expand1", kAllChoices, 1, 2, 1, 1, 0, 0.1, 1};
  Random random(1);
  std::set<double> depths;
  std::set<double> kernels;
  std::set<double> expands;
  for (int i = 0; i < 400; ++i) {
    const Architecture a = sample(space, phase, 12, random);
    ASSERT_TRUE(space.contains(a));
    EXPECT_EQ(space.resolution(a), 12);
    depths.insert(space.depth(a, 0));
    kernels.insert(space.value(a, space.slots()[0].kernel_gene));
    expands.insert(space.value(a, space.slots()[0].expand_gene));
  }
  EXPECT_EQ(depths, (std::set<double>{2}));
  EXPECT_EQ(kernels, (std::set<double>{3, 5, 7}));
  EXPECT_EQ(expands, (std::set<double>{3, 4}));
}

TEST(Shrinking, TheSmallestOfThePhaseHasTheSmallestOpenChoices) {
  const SearchSpace space = tiny_space();
  const Phase phase{"depth1", kAllChoices, 2, 1, 1, 1, 0, 0.1, 1};
  const Architecture a = smallest_of(space, phase);
  EXPECT_EQ(space.depth(a, 0), 1);
  EXPECT_EQ(space.value(a, space.slots()[0].kernel_gene), 3);
  EXPECT_EQ(space.value(a, space.slots()[0].expand_gene), 4);
  EXPECT_EQ(space.resolution(a), 16);
}

TEST(Shrinking, BadPhasesAreRefusedByNameAndRange) {
  Phase phase{"kernel", 1, 1, 1, 1, 1, 0, -0.1, 1};
  try {
    validate(phase);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "kernel.rate = -0.1, must be above 0 and at most 100");
    EXPECT_EQ(error.failure(), Failure::usage);
  }
}

TEST(Shrinking, CoupledNetworksAreWideWhereTheyAreDeep) {
  const SearchSpace space = tiny_space();
  Phase phase;
  phase.kernels = phase.depths = phase.expands = kAllChoices;
  phase.coupled = true;
  Random random(2);
  for (int i = 0; i < 50; ++i) {
    const Architecture architecture = sample(space, phase, 16, random);
    for (const BlockSlot& slot : space.slots()) {
      if (!space.active(architecture, slot)) continue;
      // Depths 1, 2 go with expansions 2, 4 (of 2, 3, 4).
      const double expand = space.value(architecture, slot.expand_gene);
      EXPECT_EQ(expand, space.depth(architecture, slot.stage) == 1 ? 2 : 4);
    }
  }
}

TEST(Shrinking, SchedulesAreKnownByName) {
  for (const char* name : {"progressive", "sandwich", "attentive", "compound", "delayed"}) {
    EXPECT_EQ(to_text(parse_schedule(name)), name);
    EXPECT_FALSE(schedule_phases(parse_schedule(name), tiny_space()).empty());
  }
  EXPECT_EQ(message_of([] { static_cast<void>(parse_schedule("fast")); }),
            "schedule = fast, must be progressive, sandwich, attentive, compound or delayed");
}

TEST(Shrinking, ALoneNetworkCannotTeachOthers) {
  Phase phase = schedule_phases(Schedule::sandwich, tiny_space()).front();
  phase.subnets = 1;
  EXPECT_EQ(message_of([&] { validate(phase); }),
            "sandwich.subnets = 1, must be at least 2: the largest network teaches the others");
}

}  // namespace
}  // namespace coppice
