#include "search/neighbourhood.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/fake_evaluator.hpp"
#include "tests/support/tiny_resnet_space.hpp"

namespace coppice {
namespace {

std::set<Architecture> neighbours_of(const Neighbourhood& neighbourhood,
                                     const Architecture& place) {
  std::set<Architecture> found;
  for (const Move& move : neighbourhood.moves(place)) {
    found.insert(neighbourhood.apply(place, {&move}));
  }
  return found;
}

TEST(Neighbourhood, SmallestAndLargestHaveTheNeighboursThatCountingGives) {
  const SearchSpace space = tiny_search_space();
  const Neighbourhood neighbourhood(space, all_choices(space));
  // Two blocks with 3 other choices each; two stages that can add a block of 4 kinds; a resolution.
  EXPECT_EQ(neighbours_of(neighbourhood, space.smallest()).size(), 2U * 3 + 2 * 4 + 1);
  // Four blocks; two stages that can lose one; a resolution.
  EXPECT_EQ(neighbours_of(neighbourhood, space.largest()).size(), 4U * 3 + 2 + 1);
}

TEST(Neighbourhood, EveryNetworkIsReachedFromEveryOther) {
  const SearchSpace space = tiny_search_space();
  const Neighbourhood neighbourhood(space, all_choices(space));
  std::set<Architecture> reached = {space.smallest()};
  std::vector<Architecture> open = {space.smallest()};
  while (!open.empty()) {
    const Architecture place = open.back();
    open.pop_back();
    for (const Architecture& next : neighbours_of(neighbourhood, place)) {
      if (reached.insert(next).second) open.push_back(next);
    }
  }
  EXPECT_EQ(reached.size(), all_architectures(space).size());
}

TEST(Neighbourhood, NeighboursAreAllowedCanonicalAndOther) {
  for (const SearchSpace& space : {builtin_space("ofa-proxyless"), tiny_resnet_space()}) {
    Choices choices = all_choices(space);
    choices.allowed[static_cast<std::size_t>(space.resolution_gene())].resize(1);
    choices.allowed[0].erase(choices.allowed[0].begin());
    const Neighbourhood neighbourhood(space, choices);
    Architecture place = largest_allowed(space, choices);
    for (int step = 0; step < 5; ++step) {
      const std::set<Architecture> neighbours = neighbours_of(neighbourhood, place);
      EXPECT_EQ(neighbours.count(place), 0U);
      for (const Architecture& each : neighbours) ASSERT_TRUE(allows(space, choices, each));
      place = *neighbours.begin();
    }
  }
}

TEST(Neighbourhood, MovesOfOneGroupStandTogether) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const Neighbourhood neighbourhood(space, all_choices(space));
  std::set<std::size_t> closed;
  std::size_t open = 1000;
  for (const Move& move : neighbourhood.moves(space.smallest())) {
    if (move.group == open) continue;
    closed.insert(open);
    open = move.group;
    EXPECT_EQ(closed.count(open), 0U);
  }
}

}  // namespace
}  // namespace coppice
