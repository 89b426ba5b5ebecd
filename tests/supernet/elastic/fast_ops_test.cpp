#include "supernet/elastic/fast_ops.hpp"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <vector>

namespace coppice {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

// Fixed values without a global seed: a chirp, scaled to about unit variance.
at::Tensor values(at::IntArrayRef shape, double seed) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  const at::Tensor i = at::arange(count, at::kDouble);
  return at::sin(i * i * 0.37 + i * 1.7 + seed).mul(1.4).to(at::kFloat).reshape(shape);
}

at::Tensor leaf(const at::Tensor& tensor) { return tensor.detach().clone().requires_grad_(true); }

at::Tensor image_leaf(at::IntArrayRef shape, double seed) {
  return values(shape, seed).contiguous(kChannelsLast).requires_grad_(true);
}

// Relative to the largest value.
double difference(const at::Tensor& found, const at::Tensor& expected) {
  EXPECT_EQ(found.sizes(), expected.sizes());
  const double largest = expected.abs().max().item<double>();
  return (found.to(at::kDouble) - expected).abs().max().item<double>() / (largest + 1e-30);
}

at::Tensor doubled(const at::Tensor& tensor) {
  return tensor.detach().to(at::kDouble).requires_grad_(true);
}

std::int64_t padding_of(const at::Tensor& weight) { return weight.size(3) / 2; }

at::Tensor reference_conv(const at::Tensor& x, const at::Tensor& weight, int stride) {
  const std::int64_t padding = padding_of(weight);
  return at::conv2d(x, weight, {}, {stride, stride}, {padding, padding}, {1, 1}, weight.size(0));
}

void expect_conv_like_libtorch(std::int64_t batch,
                               std::int64_t channels,
                               std::int64_t size,
                               int k) {
  for (const int stride : {1, 2}) {
    SCOPED_TRACE(testing::Message() << batch << " x " << channels << " x " << size << "^2, kernel "
                                    << k << " stride " << stride);
    const at::Tensor x = image_leaf({batch, channels, size, size}, 1);
    const at::Tensor weight = leaf(values({channels, 1, k, k}, 2));
    const at::Tensor y = depthwise_conv(x, weight, {}, stride);
    const at::Tensor x2 = doubled(x);
    const at::Tensor weight2 = doubled(weight);
    const at::Tensor expected = reference_conv(x2, weight2, stride);
    EXPECT_TRUE(y.is_contiguous(kChannelsLast));
    EXPECT_LT(difference(y, expected), 1e-5);
    // As a gradient may come: in the other layout.
    const at::Tensor gradient = values(y.sizes(), 3);
    y.backward(gradient);
    expected.backward(gradient.to(at::kDouble));
    EXPECT_LT(difference(x.grad(), x2.grad()), 1e-5);
    EXPECT_LT(difference(weight.grad(), weight2.grad()), 1e-5);
  }
}

TEST(DepthwiseConv, AgreesWithLibtorchForEverySizeAndKernel) {
  for (const int kernel : {1, 3, 5, 7, 9}) {
    for (std::int64_t size = 1; size <= 15; ++size) expect_conv_like_libtorch(2, 24, size, kernel);
  }
}

TEST(DepthwiseConv, AgreesWithLibtorchForEveryWidthAndBatch) {
  for (const std::int64_t channels : {1, 3, 8, 24, 33, 96}) {
    for (std::int64_t batch = 1; batch <= 5; ++batch) {
      for (const int kernel : {3, 5, 7}) expect_conv_like_libtorch(batch, channels, 6, kernel);
    }
  }
}

TEST(DepthwiseConv, TakesSlicesOfALargerWeight) {
  const at::Tensor x = image_leaf({2, 16, 7, 7}, 1);
  for (const bool centred : {false, true}) {
    const at::Tensor stored = leaf(values({24, 1, 7, 7}, 2));
    at::Tensor part = stored.narrow(0, 0, 16);
    if (centred) part = part.narrow(2, 1, 5).narrow(3, 1, 5);
    const at::Tensor y = depthwise_conv(x, part, {}, 1);
    const at::Tensor stored2 = doubled(stored);
    at::Tensor part2 = stored2.narrow(0, 0, 16);
    if (centred) part2 = part2.narrow(2, 1, 5).narrow(3, 1, 5);
    const at::Tensor expected = reference_conv(doubled(x), part2, 1);
    EXPECT_LT(difference(y, expected), 1e-5);
    y.sum().backward();
    expected.sum().backward();
    EXPECT_LT(difference(stored.grad(), stored2.grad()), 1e-5);
  }
}

TEST(DepthwiseConv, AddsItsBiasAndGivesItAGradient) {
  const at::Tensor x = image_leaf({2, 24, 5, 5}, 1);
  const at::Tensor weight = values({24, 1, 3, 3}, 2);
  const at::Tensor bias = leaf(values({24}, 3));
  const at::Tensor y = depthwise_conv(x, weight, bias, 1);
  const at::Tensor expected =
      reference_conv(x.to(at::kDouble), weight.to(at::kDouble), 1) + bias.view({1, 24, 1, 1});
  EXPECT_LT(difference(y, expected), 1e-5);
  y.sum().backward();
  EXPECT_LT(difference(bias.grad(), at::full({24}, 50.0, at::kDouble)), 1e-6);
  EXPECT_FALSE(weight.grad().defined());
}

TEST(DepthwiseConv, OnlyInputsThatNeedAGradientGetOne) {
  const at::Tensor x = values({2, 24, 5, 5}, 1).contiguous(kChannelsLast);
  const at::Tensor weight = leaf(values({24, 1, 3, 3}, 2));
  depthwise_conv(x, weight, {}, 1).sum().backward();
  EXPECT_FALSE(x.grad().defined());
  EXPECT_TRUE(weight.grad().defined());
  const at::NoGradGuard no_grad;
  EXPECT_FALSE(depthwise_conv(x, weight, {}, 1).requires_grad());
}

TEST(DepthwiseConv, OtherTypesAndLayoutsGoToLibtorch) {
  const at::Tensor x = values({2, 8, 5, 5}, 1);
  const at::Tensor weight = values({8, 1, 3, 3}, 2);
  const at::Tensor expected = reference_conv(x.to(at::kDouble), weight.to(at::kDouble), 1);
  EXPECT_LT(difference(depthwise_conv(x, weight, {}, 1), expected), 1e-5);
  const at::Tensor exact = depthwise_conv(x.to(at::kDouble), weight.to(at::kDouble), {}, 1);
  EXPECT_EQ(exact.scalar_type(), at::kDouble);
  EXPECT_LT(difference(exact, expected), 1e-14);
}

// ---- norm_activation

NormTensors norm_tensors(std::int64_t channels, at::ScalarType type = at::kFloat) {
  NormTensors t;
  t.gamma = (values({channels}, 5) + 0.3).to(type).requires_grad_(true);
  t.beta = values({channels}, 6).to(type).requires_grad_(true);
  t.running_mean = values({channels}, 7).to(type);
  t.running_variance = (values({channels}, 8).abs() + 0.5).to(type);
  return t;
}

NormOptions norm_options(Activation activation, bool batch) {
  NormOptions options;
  options.activation = activation;
  options.batch_statistics = batch;
  options.momentum = 0.3;
  options.eps = 1e-3;
  return options;
}

// Double runs libtorch's operators: it is the reference.
void expect_norm_like_libtorch(at::IntArrayRef shape, Activation activation) {
  SCOPED_TRACE(testing::Message() << shape << " activation " << static_cast<int>(activation));
  const NormOptions options = norm_options(activation, true);
  const at::Tensor x = image_leaf(shape, 1);
  const at::Tensor x2 = doubled(x);
  const NormTensors t = norm_tensors(shape[1]);
  const NormTensors t2 = norm_tensors(shape[1], at::kDouble);
  const at::Tensor y = norm_activation(x, t, options);
  const at::Tensor expected = norm_activation(x2, t2, options);
  EXPECT_LT(difference(y, expected), 1e-5);
  EXPECT_LT(difference(t.running_mean, t2.running_mean), 1e-6);
  EXPECT_LT(difference(t.running_variance, t2.running_variance), 1e-6);
  const at::Tensor gradient = values(shape, 3);
  y.backward(gradient);
  expected.backward(gradient.to(at::kDouble));
  EXPECT_LT(difference(x.grad(), x2.grad()), 1e-5);
  EXPECT_LT(difference(t.gamma.grad(), t2.gamma.grad()), 1e-5);
  EXPECT_LT(difference(t.beta.grad(), t2.beta.grad()), 1e-5);
}

constexpr Activation kActivations[] = {
    Activation::none, Activation::relu, Activation::relu6, Activation::h_swish};

TEST(NormActivationOp, AgreesWithLibtorchInTraining) {
  for (const Activation activation : kActivations) {
    for (const std::int64_t channels : {1, 3, 8, 24, 33, 96}) {
      expect_norm_like_libtorch({3, channels, 5, 7}, activation);
      expect_norm_like_libtorch({5, channels, 2, 2}, activation);
    }
  }
}

TEST(NormActivationOp, AgreesWithLibtorchInEvaluation) {
  const at::NoGradGuard no_grad;
  for (const Activation activation : kActivations) {
    const NormOptions options = norm_options(activation, false);
    const at::Tensor x = values({3, 33, 5, 7}, 1).contiguous(kChannelsLast);
    const NormTensors t = norm_tensors(33);
    const at::Tensor mean = t.running_mean.clone();
    const at::Tensor expected =
        norm_activation(x.to(at::kDouble), norm_tensors(33, at::kDouble), options);
    EXPECT_LT(difference(norm_activation(x, t, options), expected), 1e-5);
    EXPECT_TRUE(at::equal(mean, t.running_mean));
  }
}

TEST(NormActivationOp, EvaluationWithGradientsStillGivesThem) {
  const at::Tensor x = image_leaf({2, 8, 3, 3}, 1);
  const NormTensors t = norm_tensors(8);
  norm_activation(x, t, norm_options(Activation::relu, false)).sum().backward();
  EXPECT_TRUE(x.grad().defined());
  EXPECT_TRUE(t.gamma.grad().defined());
}

TEST(NormActivationOp, UpdatesOnlyThePrefixOfLongerStatistics) {
  const NormTensors stored = norm_tensors(40);
  NormTensors part = norm_tensors(24);
  part.running_mean = stored.running_mean.narrow(0, 0, 24);
  part.running_variance = stored.running_variance.narrow(0, 0, 24);
  const NormTensors before = norm_tensors(40);
  const at::Tensor x = values({3, 24, 5, 5}, 1).contiguous(kChannelsLast);
  static_cast<void>(norm_activation(x, part, norm_options(Activation::relu, true)));
  for (const bool variance : {false, true}) {
    const at::Tensor now = variance ? stored.running_variance : stored.running_mean;
    const at::Tensor was = variance ? before.running_variance : before.running_mean;
    EXPECT_TRUE((now.narrow(0, 0, 24) != was.narrow(0, 0, 24)).all().item<bool>());
    EXPECT_TRUE(at::equal(now.narrow(0, 24, 16), was.narrow(0, 24, 16)));
  }
}

TEST(FastOps, OneAndTwoThreadsGiveTheSameBits) {
  std::vector<std::vector<at::Tensor>> results;
  const int threads = at::get_num_threads();
  for (const int count : {1, 2}) {
    at::set_num_threads(count);
    const at::Tensor x = image_leaf({9, 40, 14, 14}, 1);
    const at::Tensor weight = leaf(values({40, 1, 5, 5}, 2));
    const NormTensors t = norm_tensors(40);
    const at::Tensor y = norm_activation(
        depthwise_conv(x, weight, {}, 2), t, norm_options(Activation::h_swish, true));
    y.backward(values(y.sizes(), 3));
    results.push_back({y, x.grad(), weight.grad(), t.gamma.grad(), t.beta.grad(), t.running_mean});
  }
  at::set_num_threads(threads);
  for (std::size_t i = 0; i < results[0].size(); ++i) {
    EXPECT_TRUE(at::equal(results[0][i], results[1][i])) << "result " << i;
  }
}

}  // namespace
}  // namespace coppice
