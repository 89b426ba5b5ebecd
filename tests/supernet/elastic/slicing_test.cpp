#include "supernet/elastic/slicing.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace coppice {
namespace {

KernelTransforms random_transforms() {
  return {{7, 5, 3}, {at::randn({25, 25}), at::randn({9, 9})}};
}

// The definition, element by element: centre, flatten row by row, multiply by the matrix.
at::Tensor by_hand(const at::Tensor& weight, const at::Tensor& matrix, int size) {
  const std::int64_t margin = (weight.size(2) - size) / 2;
  at::Tensor out = at::zeros({weight.size(0), 1, size, size});
  for (std::int64_t c = 0; c < weight.size(0); ++c) {
    for (int row = 0; row < size * size; ++row) {
      double sum = 0;
      for (int column = 0; column < size * size; ++column) {
        sum += matrix[row][column].item<double>() *
               weight[c][0][margin + column / size][margin + column % size].item<double>();
      }
      out[c][0][row / size][row % size] = sum;
    }
  }
  return out;
}

TEST(Slicing, AFullKernelIsTheStoredWeightItself) {
  const at::Tensor weight = at::randn({4, 1, 7, 7});
  EXPECT_TRUE(active_kernel(weight, random_transforms(), 7).is_same(weight));
}

TEST(Slicing, AFiveKernelPassesOneMatrix) {
  const at::Tensor weight = at::randn({4, 1, 7, 7});
  const KernelTransforms transforms = random_transforms();
  const at::Tensor expected = by_hand(weight, transforms.matrices[0], 5);
  EXPECT_TRUE(at::allclose(active_kernel(weight, transforms, 5), expected, 1e-4, 1e-5));
}

TEST(Slicing, AThreeKernelPassesBothMatrices) {
  const at::Tensor weight = at::randn({4, 1, 7, 7});
  const KernelTransforms transforms = random_transforms();
  const at::Tensor five = by_hand(weight, transforms.matrices[0], 5);
  const at::Tensor expected = by_hand(five, transforms.matrices[1], 3);
  EXPECT_TRUE(at::allclose(active_kernel(weight, transforms, 3), expected, 1e-4, 1e-5));
}

TEST(Slicing, BothMatricesOfAThreeKernelGetGradients) {
  KernelTransforms transforms = random_transforms();
  for (at::Tensor& matrix : transforms.matrices) matrix.requires_grad_(true);
  active_kernel(at::randn({4, 1, 7, 7}), transforms, 3).sum().backward();
  EXPECT_TRUE(transforms.matrices[0].grad().defined());
  EXPECT_TRUE(transforms.matrices[1].grad().defined());
}

TEST(Slicing, WithoutMatricesTheCentreIsTaken) {
  const at::Tensor weight = at::randn({2, 1, 5, 5});
  const KernelTransforms plain{{5, 3}, {}};
  EXPECT_TRUE(at::equal(active_kernel(weight, plain, 3), weight.slice(2, 1, 4).slice(3, 1, 4)));
}

TEST(Slicing, AnUnknownKernelIsRefused) {
  EXPECT_THROW(static_cast<void>(active_kernel(at::randn({2, 1, 7, 7}), random_transforms(), 1)),
               std::runtime_error);
}

TEST(Slicing, ConvolutionsTakeTheFirstChannels) {
  LayerTensors stored;
  stored.weight = at::randn({16, 12, 1, 1});
  stored.norm_weight = at::randn({16});
  stored.norm_mean = at::randn({16});
  Layer layer;
  layer.in_channels = 8;
  layer.out_channels = 4;
  const LayerTensors active = slice_layer(layer, stored, {});
  EXPECT_TRUE(at::equal(active.weight, stored.weight.slice(0, 0, 4).slice(1, 0, 8)));
  EXPECT_TRUE(at::equal(active.norm_weight, stored.norm_weight.slice(0, 0, 4)));
  EXPECT_TRUE(at::equal(active.norm_mean, stored.norm_mean.slice(0, 0, 4)));
}

TEST(Slicing, SqueezeExciteShrinksWithItsHiddenUnits) {
  LayerTensors stored;
  stored.reduce_weight = at::randn({8, 32, 1, 1});
  stored.reduce_bias = at::randn({8});
  stored.expand_weight = at::randn({32, 8, 1, 1});
  stored.expand_bias = at::randn({32});
  Layer layer;
  layer.kind = LayerKind::squeeze_excite;
  layer.in_channels = 16;
  layer.hidden_channels = 4;
  const LayerTensors active = slice_layer(layer, stored, {});
  EXPECT_TRUE(at::equal(active.reduce_weight, stored.reduce_weight.slice(0, 0, 4).slice(1, 0, 16)));
  EXPECT_TRUE(at::equal(active.reduce_bias, stored.reduce_bias.slice(0, 0, 4)));
  EXPECT_TRUE(at::equal(active.expand_weight, stored.expand_weight.slice(0, 0, 16).slice(1, 0, 4)));
  EXPECT_TRUE(at::equal(active.expand_bias, stored.expand_bias.slice(0, 0, 16)));
}

TEST(Slicing, LinearLayersTakeTheFirstInputs) {
  LayerTensors stored;
  stored.weight = at::randn({10, 32});
  stored.bias = at::randn({10});
  Layer layer;
  layer.kind = LayerKind::linear;
  layer.in_channels = 24;
  layer.out_channels = 10;
  const LayerTensors active = slice_layer(layer, stored, {});
  EXPECT_TRUE(at::equal(active.weight, stored.weight.slice(1, 0, 24)));
  EXPECT_TRUE(at::equal(active.bias, stored.bias));
}

}  // namespace
}  // namespace coppice
