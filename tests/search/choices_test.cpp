#include "search/choices.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

PredictorInfo info(const std::string& target, const std::vector<int>& resolutions) {
  PredictorInfo result;
  result.target = target;
  result.resolutions = resolutions;
  return result;
}

TEST(Choices, OnlyResolutionsThatEveryPredictorCoversAreLeft) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const Choices choices = allowed_choices(space,
                                          {info("accuracy", {160, 176, 192, 208, 224}),
                                           info("latency_ms", {}),
                                           info("x", {128, 176, 224})});
  EXPECT_EQ(allowed_resolutions(space, choices), (std::vector<int>{176, 224}));
  EXPECT_EQ(space.resolution(smallest_allowed(space, choices)), 176);
  EXPECT_EQ(space.resolution(largest_allowed(space, choices)), 224);
  EXPECT_TRUE(allows(space, choices, largest_allowed(space, choices)));
  EXPECT_FALSE(allows(space, choices, space.smallest()));
}

TEST(Choices, NoCommonResolutionNamesThePredictors) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  EXPECT_EQ(message_of([&] {
              static_cast<void>(allowed_choices(
                  space, {info("accuracy", {160, 176}), info("latency_ms", {224})}));
            }),
            "no resolution of the space ofa-mobilenetv3 is covered by every predictor: accuracy "
            "(160 176), latency_ms (224); fit them on a common resolution");
}

}  // namespace
}  // namespace coppice
