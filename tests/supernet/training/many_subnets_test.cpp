#include "supernet/training/many_subnets.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <atomic>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/training/trainer.hpp"
#include "tests/support/synthetic_dataset.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

constexpr std::size_t kImages = 100;
constexpr std::size_t kBatch = 32;

// Counts how often an image is decoded.
class CountedDataset final : public Dataset {
 public:
  [[nodiscard]] std::size_t size() const override { return images_.size(); }
  [[nodiscard]] int label(std::size_t index) const override { return images_.label(index); }
  [[nodiscard]] Sample get(std::size_t index) const override {
    ++decoded;
    return images_.get(index);
  }
  mutable std::atomic<std::size_t> decoded{0};

 private:
  SyntheticDataset images_{kImages, 4, 1};
};

class ManySubnets : public testing::Test {
 protected:
  ManySubnets() {
    Random random(2);
    for (int i = 0; i < 5; ++i) networks_.push_back(net_.space().sample(random));
    networks_.front() = net_.space().smallest();
    networks_.back() = net_.space().largest();
  }
  // With no room to keep any, or all.
  [[nodiscard]] PreparedImages images(std::size_t most_bytes) const {
    return {dataset_, {{0.5F}, {0.25F}}, kBatch, most_bytes};
  }
  std::shared_ptr<CountedDataset> dataset_ = std::make_shared<CountedDataset>();
  Supernet net_{tiny_space(), Random(1)};
  std::vector<Architecture> networks_;
};

TEST_F(ManySubnets, AreCalibratedToTheBitsOfOneByOneInOnePass) {
  const PreparedImages kept = images(kKeptImageBytes);
  std::vector<Subnet> alone;
  for (const Architecture& each : networks_) alone.push_back(calibrated_subnet(net_, each, kept));
  dataset_->decoded = 0;
  const std::vector<Subnet> together = calibrated_subnets(net_, networks_, images(0));
  EXPECT_EQ(dataset_->decoded, kImages);
  ASSERT_EQ(together.size(), alone.size());
  for (std::size_t i = 0; i < alone.size(); ++i) {
    for (std::size_t k = 0; k < alone[i].layers().size(); ++k) {
      const at::Tensor& mean = alone[i].layers()[k].norm_mean;
      if (!mean.defined()) continue;
      EXPECT_TRUE(at::equal(together[i].layers()[k].norm_mean, mean));
      EXPECT_TRUE(
          at::equal(together[i].layers()[k].norm_variance, alone[i].layers()[k].norm_variance));
    }
  }
}

TEST_F(ManySubnets, AreEvaluatedLikeOneByOneWhetherImagesAreKeptOrNot) {
  const std::vector<Subnet> subnets = calibrated_subnets(net_, networks_, images(kKeptImageBytes));
  std::vector<std::int64_t> alone;
  for (const Subnet& subnet : subnets) {
    alone.push_back(evaluate(subnet, images(kKeptImageBytes)).correct);
  }
  const std::size_t one_resolution = kImages * 12 * 12 * sizeof(float);
  for (const std::size_t room : {std::size_t{0}, one_resolution, kKeptImageBytes}) {
    std::vector<std::int64_t> together(subnets.size(), -1);
    evaluate_all(subnets, images(room), [&](std::size_t i, const Accuracy& accuracy) {
      EXPECT_EQ(together[i], -1) << "known twice";
      EXPECT_EQ(accuracy.total, static_cast<std::int64_t>(kImages));
      together[i] = accuracy.correct;
    });
    EXPECT_EQ(together, alone) << room << " bytes";
  }
  dataset_->decoded = 0;
  evaluate_all(subnets, images(0), [](std::size_t, const Accuracy&) {});
  EXPECT_EQ(dataset_->decoded, kImages);
}

TEST_F(ManySubnets, WhatIsKeptStaysWithinItsBytes) {
  const PreparedImages one = images(kImages * 16 * 16 * sizeof(float));
  EXPECT_TRUE(one.keeps(12));
  EXPECT_FALSE(one.keeps(16));  // beside the other
  EXPECT_TRUE(one.keeps(12));
  dataset_->decoded = 0;
  static_cast<void>(one.batch(0, 12));
  EXPECT_EQ(dataset_->decoded, 0U);
  static_cast<void>(one.batch(0, 16));
  EXPECT_EQ(dataset_->decoded, kBatch);
}

TEST_F(ManySubnets, AnInterruptionStopsThem) {
  request_interruption();
  try {
    static_cast<void>(calibrated_subnets(net_, networks_, images(0)));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::interrupted);
  }
  request_interruption(false);
}

}  // namespace
}  // namespace coppice
