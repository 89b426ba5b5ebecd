#include "supernet/elastic/shared_norm.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "tests/support/rank_threads.hpp"

namespace coppice {
namespace {

constexpr std::int64_t kImages = 6;
constexpr std::int64_t kChannels = 5;

/// What a normalisation of some images gives, forward and back.
struct Outcome {
  at::Tensor y, x_gradient, gamma_gradient, beta_gradient, running_mean, running_variance;
};

at::Tensor numbers(at::IntArrayRef shape, double seed) {
  return at::arange(at::empty(shape).numel(), at::kFloat).mul(seed).sin().reshape(shape).add(0.3);
}

Outcome outcome_of(const at::Tensor& images,
                   const at::Tensor& y_gradient,
                   const BatchShare& share) {
  const at::Tensor x = images.detach().clone().requires_grad_();
  const NormTensors tensors{numbers({kChannels}, 1.7).requires_grad_(),
                            numbers({kChannels}, 2.3).requires_grad_(),
                            at::zeros({kChannels}),
                            at::ones({kChannels})};
  NormOptions options;
  options.batch_statistics = true;
  options.activation = Activation::h_swish;
  options.share = share.sum ? &share : nullptr;
  const at::Tensor y = norm_activation(x, tensors, options);
  y.backward(y_gradient);
  return {y.detach(),
          x.grad(),
          tensors.gamma.grad(),
          tensors.beta.grad(),
          tensors.running_mean,
          tensors.running_variance};
}

void expect_near(const at::Tensor& a, const at::Tensor& b, const char* what) {
  EXPECT_LT((a - b).abs().max().item<double>(), 1e-5) << what;
}

// The kernels of our own want channels last; anything else goes through libtorch's operators.
void expect_equal_to_one_process(at::MemoryFormat format, int size) {
  const at::Tensor x = numbers({kImages, kChannels, 4, 3}, 0.77).contiguous(format);
  const at::Tensor gradient = numbers({kImages, kChannels, 4, 3}, 0.31).contiguous(format);
  const Outcome one = outcome_of(x, gradient, {});
  std::vector<Outcome> parts(static_cast<std::size_t>(size));
  run_ranks(size, [&](const std::shared_ptr<RankGroup>& ranks) {
    const Share own = share_of(kImages, ranks->rank(), size);
    const BatchShare share{
        own.first, kImages, [&](const at::Tensor& tensor) { ranks->sum(tensor); }};
    const auto part = [&](const at::Tensor& tensor) {
      return tensor.narrow(0, own.first, own.count).contiguous(format);
    };
    parts[static_cast<std::size_t>(ranks->rank())] = outcome_of(part(x), part(gradient), share);
  });
  std::vector<at::Tensor> y, x_gradient;
  at::Tensor gamma = at::zeros({kChannels}), beta = at::zeros({kChannels});
  for (const Outcome& part : parts) {
    y.push_back(part.y);
    x_gradient.push_back(part.x_gradient);
    gamma += part.gamma_gradient;
    beta += part.beta_gradient;
    expect_near(part.running_mean, one.running_mean, "running mean");
    expect_near(part.running_variance, one.running_variance, "running variance");
  }
  expect_near(at::cat(y), one.y, "y");
  expect_near(at::cat(x_gradient), one.x_gradient, "gradient of x");
  expect_near(gamma, one.gamma_gradient, "gradient of gamma");
  expect_near(beta, one.beta_gradient, "gradient of beta");
}

TEST(SharedNorm, OwnKernelsEqualOneProcess) {
  at::set_num_threads(1);
  expect_equal_to_one_process(at::MemoryFormat::ChannelsLast, 2);
  expect_equal_to_one_process(at::MemoryFormat::ChannelsLast, 4);
}

TEST(SharedNorm, LibtorchsOperatorsEqualOneProcess) {
  at::set_num_threads(1);
  expect_equal_to_one_process(at::MemoryFormat::Contiguous, 2);
  expect_equal_to_one_process(at::MemoryFormat::Contiguous, 4);
}

}  // namespace
}  // namespace coppice
