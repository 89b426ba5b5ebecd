#include "supernet/elastic/fast_gate.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

namespace coppice {
namespace {

at::Tensor values(at::IntArrayRef shape, double seed) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  const at::Tensor i = at::arange(count, at::kDouble);
  return at::sin(i * i * 0.37 + i * 1.7 + seed).to(at::kFloat).reshape(shape);
}

double difference(const at::Tensor& found, const at::Tensor& expected) {
  EXPECT_EQ(found.sizes(), expected.sizes());
  return (found.to(at::kDouble) - expected).abs().max().item<double>() /
         (expected.abs().max().item<double>() + 1e-30);
}

at::Tensor doubled(const at::Tensor& tensor) {
  return tensor.detach().to(at::kDouble).requires_grad_(true);
}

// As squeeze-and-excite joins them: the gate comes from the mean, so x gets two gradients. Double
// goes to libtorch: it is the reference.
at::Tensor excited(const at::Tensor& x, const at::Tensor& weight) {
  return gated(x, at::hardsigmoid(global_mean(x) * weight));
}

TEST(FastGate, AgreesWithLibtorch) {
  for (const std::int64_t channels : {1, 3, 8, 24, 33, 96}) {
    for (const std::int64_t size : {1, 4, 7, 14}) {
      SCOPED_TRACE(testing::Message() << channels << " channels, size " << size);
      const at::Tensor x = (values({3, channels, size, size}, 1) + 0.5)
                               .contiguous(at::MemoryFormat::ChannelsLast)
                               .requires_grad_(true);
      const at::Tensor weight = values({1, channels, 1, 1}, 2).requires_grad_(true);
      const at::Tensor x2 = doubled(x);
      const at::Tensor weight2 = doubled(weight);
      const at::Tensor y = excited(x, weight);
      const at::Tensor expected = excited(x2, weight2);
      EXPECT_LT(difference(y, expected), 1e-5);
      const at::Tensor gradient = values(y.sizes(), 3);
      y.backward(gradient);
      expected.backward(gradient.to(at::kDouble));
      EXPECT_LT(difference(x.grad(), x2.grad()), 1e-5);
      EXPECT_LT(difference(weight.grad(), weight2.grad()), 1e-5);
    }
  }
}

TEST(FastGate, OtherLayoutsGoToLibtorch) {
  const at::Tensor x = values({2, 8, 5, 5}, 1);
  EXPECT_LT(difference(global_mean(x), x.to(at::kDouble).mean({2, 3}, true)), 1e-5);
  const at::Tensor gate = values({1, 8, 1, 1}, 2);
  EXPECT_TRUE(at::equal(gated(x, gate), x * gate));
}

}  // namespace
}  // namespace coppice
