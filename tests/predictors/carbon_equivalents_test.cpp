#include "predictors/carbon_equivalents.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(CarbonEquivalents, StandBesideTheGramsWithTheirSources) {
  const auto equivalents = carbon_equivalents(1240);
  ASSERT_EQ(equivalents.size(), 2U);
  EXPECT_DOUBLE_EQ(equivalents[0].amount, 100);
  EXPECT_DOUBLE_EQ(equivalents[1].amount, 1240.0 / 175);
  for (const CarbonEquivalent& e : equivalents) EXPECT_FALSE(e.source.empty()) << e.what;
}

TEST(CarbonEquivalents, AsWordsTheyKeepTheirSources) {
  EXPECT_EQ(equivalents_text(1240),
            "100 smartphone charges (12.4 g each, US EPA 2024), or 7.09 km in an average European "
            "car (175 g each, Green Algorithms 2.2)");
}

}  // namespace
}  // namespace coppice
