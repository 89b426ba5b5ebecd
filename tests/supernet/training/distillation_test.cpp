#include "supernet/training/distillation.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(Distillation, WithoutTeacherItIsSmoothedCrossEntropy) {
  at::manual_seed(1);
  const at::Tensor logits = at::randn({5, 7});
  const at::Tensor labels = at::randint(7, {5}, at::kLong);
  const at::Tensor expected =
      at::cross_entropy_loss(logits, labels, {}, at::Reduction::Mean, -100, 0.1);
  const at::Tensor loss = distillation_loss(logits, labels, {}, LossOptions{});
  EXPECT_NEAR(loss.item<double>(), expected.item<double>(), 1e-5);
}

TEST(Distillation, TheTeachersTermIsCrossEntropyWithItsProbabilities) {
  at::manual_seed(2);
  const at::Tensor logits = at::randn({5, 7});
  const at::Tensor teacher = at::randn({5, 7});
  const at::Tensor labels = at::randint(7, {5}, at::kLong);
  LossOptions options;
  options.teacher_weight = 0.7;
  const double both = distillation_loss(logits, labels, teacher, options).item<double>();
  const double alone = distillation_loss(logits, labels, {}, options).item<double>();
  const double soft = at::cross_entropy_loss(logits, at::softmax(teacher, 1)).item<double>();
  EXPECT_NEAR(both - alone, 0.7 * soft, 1e-5);
}

TEST(Distillation, NoGradientReachesTheTeacher) {
  at::Tensor logits = at::randn({2, 3}).requires_grad_(true);
  at::Tensor teacher = at::randn({2, 3}).requires_grad_(true);
  distillation_loss(logits, at::zeros({2}, at::kLong), teacher, {}).backward();
  EXPECT_TRUE(logits.grad().defined());
  EXPECT_FALSE(teacher.grad().defined());
}

}  // namespace
}  // namespace coppice
