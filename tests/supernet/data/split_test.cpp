#include "supernet/data/split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "supernet/data/memory_dataset.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// Images of one pixel; sample i has pixel i and label i.
std::shared_ptr<const Dataset> numbered(int count) {
  std::vector<int> labels(static_cast<std::size_t>(count));
  std::iota(labels.begin(), labels.end(), 0);
  return std::make_shared<MemoryDataset>(
      Image{1, 1, 1, {}}, std::vector<std::uint8_t>(labels.begin(), labels.end()), labels);
}

std::vector<int> labels_of(const Dataset& dataset) {
  std::vector<int> labels;
  for (std::size_t i = 0; i < dataset.size(); ++i) labels.push_back(dataset.label(i));
  return labels;
}

TEST(Subset, GivesTheChosenSamplesInOrder) {
  const auto chosen = subset(numbered(10), {7, 2, 2});
  EXPECT_EQ(labels_of(*chosen), (std::vector<int>{7, 2, 2}));
  EXPECT_EQ(chosen->get(0).image.pixels, std::vector<std::uint8_t>{7});
  EXPECT_EQ(chosen->get(1).label, 2);
}

TEST(Subset, IndexBeyondTheEndIsQuoted) {
  EXPECT_EQ(message_of([] {
              (void)subset(numbered(10), {0, 10});
            }),
            "sample 10 of a dataset, must be < 10 (its size)");
}

TEST(HoldOut, PartsAreDisjointAndComplete) {
  const HeldOut parts = hold_out(numbered(100), 30, 1, 100);
  EXPECT_EQ(parts.train->size(), 70U);
  EXPECT_EQ(parts.held_out->size(), 30U);
  std::vector<int> all = labels_of(*parts.train);
  const auto held = labels_of(*parts.held_out);
  all.insert(all.end(), held.begin(), held.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, labels_of(*numbered(100)));
}

TEST(HoldOut, SeedDecidesTheSplit) {
  const auto held = [](std::uint64_t seed) {
    return labels_of(*hold_out(numbered(100), 30, seed, 100).held_out);
  };
  EXPECT_EQ(held(5), held(5));
  EXPECT_NE(held(5), held(6));
}

TEST(HoldOut, EverySampleIsHeldOutEquallyOften) {
  std::vector<int> counts(20);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (const int label : labels_of(*hold_out(numbered(20), 5, seed, 20).held_out)) {
      ++counts.at(static_cast<std::size_t>(label));
    }
  }
  for (const int count : counts) EXPECT_NEAR(count, 500, 100);
}

TEST(HoldOut, CountMustLeaveSomethingToTrain) {
  EXPECT_EQ(message_of([] { (void)hold_out(numbered(10), 10, 1, 10); }),
            "--held-out = 10, must be > 0 and < 10, the number of training images that are used");
  EXPECT_EQ(message_of([] { (void)hold_out(numbered(10), 0, 1, 10); }),
            "--held-out = 0, must be > 0 and < 10, the number of training images that are used");
}

TEST(HoldOut, WhatWasTrainedOnIsNotHeldOutOfMoreImages) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<int> trained = labels_of(*hold_out(numbered(50), 10, seed, 100).train);
    for (const int label : labels_of(*hold_out(numbered(100), 10, seed, 100).held_out)) {
      EXPECT_EQ(std::count(trained.begin(), trained.end(), label), 0) << label;
    }
  }
}

}  // namespace
}  // namespace coppice
