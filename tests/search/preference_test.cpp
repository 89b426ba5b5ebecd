#include "search/preference.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

const std::vector<std::string> kNames = {"accuracy", "latency_ms"};

SearchProblem problem() {
  const SearchSpace space = tiny_search_space();
  return {space,
          all_choices(space),
          {{"accuracy", true}, {"latency_ms", false}},
          {},
          {{70, 80}, {10, 40}},
          {}};
}

std::vector<Candidate> front() {
  return {{{}, {80, 38}, 0}, {{}, {78, 29}, 0}, {{}, {75, 20}, 0}, {{}, {71, 12}, 0}};
}

std::size_t pick(const std::string& preference) {
  return preferred(front(), parse_preference(preference), problem(), kNames);
}

TEST(Preference, PicksTheNetworkThatMissesLeast) {
  EXPECT_EQ(pick("accuracy#75+latency_ms#20"), 2U);
  EXPECT_EQ(pick("accuracy#80+latency_ms#36"), 0U);
  // 78/29 misses by 2 points of 10 and 9 ms of 30; 75/20 misses by 5 points of 10.
  EXPECT_EQ(pick("accuracy#80+latency_ms#20"), 1U);
  EXPECT_EQ(pick("latency_ms#11"), 3U);
  EXPECT_EQ(pick("accuracy#99"), 0U);
}

TEST(Preference, BadTextsAreUsageErrors) {
  const auto message = [](const std::string& text) {
    return message_of([&] { static_cast<void>(parse_preference(text)); });
  };
  for (const std::string bad : {"",
                                "accuracy",
                                "accuracy#",
                                "#3",
                                "accuracy#x",
                                "accuracy#nan",
                                "accuracy#80+",
                                "accuracy#80 latency_ms#20"}) {
    EXPECT_EQ(message(bad),
              "--prefer = '" + bad + "', must be NAME#VALUE, or several of them joined by '+'");
  }
  EXPECT_EQ(message("a#1+a#2"), "--prefer = 'a#1+a#2' names a twice");
  EXPECT_EQ(message_of([] { static_cast<void>(pick("macs#3")); }),
            "--prefer names macs, which is no objective; the objectives are accuracy, latency_ms");
}

}  // namespace
}  // namespace coppice
