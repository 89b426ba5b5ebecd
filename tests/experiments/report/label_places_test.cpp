#include "experiments/report/label_places.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace coppice {
namespace {

const LabelArea kArea{0, 500, 0, 300};

bool overlap(const LabelPlace& a, const LabelPlace& b, double width) {
  const double left = a.end ? a.x - width : a.x;
  const double right = b.end ? b.x - width : b.x;
  return std::abs(left - right) < width && std::abs(a.y - b.y) < kArea.line_height;
}

TEST(LabelPlaces, ALoneLabelStandsAtTheUpperLeft) {
  const auto places = place_labels({{200, 150, 80}}, kArea);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_TRUE(places[0].end);
  EXPECT_LT(places[0].x, 200);
  EXPECT_LT(places[0].y, 150);
}

TEST(LabelPlaces, AtTheLeftEdgeItStandsAtTheRight) {
  const auto places = place_labels({{20, 150, 80}}, kArea);
  EXPECT_FALSE(places[0].end);
  EXPECT_GT(places[0].x, 20);
}

TEST(LabelPlaces, LabelsOfPointsThatLieCloseDoNotOverlap) {
  const double width = 120;
  const auto places = place_labels(
      {{200, 150, width}, {204, 152, width}, {206, 149, width}, {208, 151, width}}, kArea);
  ASSERT_EQ(places.size(), 4U);
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(overlap(places[i], places[j], width)) << i << " and " << j;
    }
  }
}

TEST(LabelPlaces, WithoutRoomThereIsStillAPlace) {
  EXPECT_EQ(place_labels({{5, 5, 1000}}, kArea).size(), 1U);
}

}  // namespace
}  // namespace coppice
