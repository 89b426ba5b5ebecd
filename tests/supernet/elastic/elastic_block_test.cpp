// The supernet against plain torch layers with weights sliced by hand, for every choice of a block.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "supernet/supernet.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

class ByHand {
 public:
  explicit ByHand(const Supernet& net) : net_(net) {}

  at::Tensor conv(const at::Tensor& x,
                  const std::string& name,
                  const at::Tensor& weight,
                  std::int64_t stride,
                  std::int64_t groups,
                  Activation activation) const {
    const LayerTensors& t = net_.stored(name);
    const std::int64_t out = weight.size(0);
    const std::int64_t pad = weight.size(2) / 2;
    at::Tensor y = at::conv2d(x, weight, {}, {stride, stride}, {pad, pad}, {1, 1}, groups);
    y = at::batch_norm(y,
                       t.norm_weight.slice(0, 0, out),
                       t.norm_bias.slice(0, 0, out),
                       t.norm_mean.slice(0, 0, out),
                       t.norm_variance.slice(0, 0, out),
                       false,
                       0.1,
                       1e-5,
                       false);
    if (activation == Activation::relu) return at::relu(y);
    return activation == Activation::h_swish ? y * at::relu6(y + 3) / 6 : y;
  }

  // An inverted residual without shortcut: the first of its stage.
  at::Tensor block(const at::Tensor& x,
                   const std::string& name,
                   std::int64_t middle,
                   int kernel,
                   std::int64_t stride,
                   Activation activation,
                   std::int64_t hidden) const {
    const at::Tensor expand = net_.stored(name + ".expand").weight.slice(0, 0, middle);
    at::Tensor y = conv(x, name + ".expand", expand, 1, 1, activation);
    y = conv(y, name + ".depthwise", depthwise(name, middle, kernel), stride, middle, activation);
    if (hidden > 0) y = gated(y, name + ".squeeze_excite", middle, hidden);
    const at::Tensor project = net_.stored(name + ".project").weight.slice(1, 0, middle);
    return conv(y, name + ".project", project, 1, 1, Activation::none);
  }

 private:
  at::Tensor depthwise(const std::string& name, std::int64_t middle, int kernel) const {
    at::Tensor weight = net_.stored(name + ".depthwise").weight.slice(0, 0, middle);
    const KernelTransforms& transforms = net_.transforms(name + ".depthwise");
    for (std::size_t i = 0; weight.size(2) > kernel; ++i) {
      const std::int64_t size = weight.size(2) - 2;
      weight = weight.slice(2, 1, 1 + size).slice(3, 1, 1 + size).reshape({middle, size * size});
      weight = at::matmul(weight, transforms.matrices[i].t()).view({middle, 1, size, size});
    }
    return weight;
  }

  at::Tensor gated(const at::Tensor& x,
                   const std::string& name,
                   std::int64_t channels,
                   std::int64_t hidden) const {
    const LayerTensors& t = net_.stored(name);
    at::Tensor gate = x.mean({2, 3}, true);
    gate = at::relu(at::conv2d(gate,
                               t.reduce_weight.slice(0, 0, hidden).slice(1, 0, channels),
                               t.reduce_bias.slice(0, 0, hidden)));
    gate = at::conv2d(gate,
                      t.expand_weight.slice(0, 0, channels).slice(1, 0, hidden),
                      t.expand_bias.slice(0, 0, channels));
    return x * (at::relu6(gate + 3) / 6);
  }

  const Supernet& net_;
};

TEST(ElasticBlock, EveryChoiceEqualsPlainLayersWithSlicedWeights) {
  at::manual_seed(5);
  const at::NoGradGuard no_grad;
  Supernet net(tiny_space(), Random(1));
  for (const auto* list : {&net.parameters(), &net.statistics()}) {
    for (const NamedTensor& named : *list) {
      at::Tensor tensor = named.tensor;
      tensor.add_(at::rand_like(tensor), 0.1);
    }
  }
  const ByHand hand(net);
  const SearchSpace& space = net.space();
  const at::Tensor images = at::randn({2, 1, 12, 12});
  int checked = 0;
  for (std::uint8_t k1 = 0; k1 < 3; ++k1) {
    for (std::uint8_t e1 = 0; e1 < 3; ++e1) {
      for (std::uint8_t k2 = 0; k2 < 2; ++k2) {
        for (std::uint8_t e2 = 0; e2 < 3; ++e2) {
          Architecture a = space.smallest();
          const auto set = [&a](int gene, std::uint8_t choice) {
            a.genes[static_cast<std::size_t>(gene)] = choice;
          };
          set(space.slots()[0].kernel_gene, k1);
          set(space.slots()[0].expand_gene, e1);
          set(space.slots()[2].kernel_gene, k2);
          set(space.slots()[2].expand_gene, e2);

          at::Tensor x =
              hand.conv(images, "stem", net.stored("stem").weight, 2, 1, Activation::h_swish);
          at::Tensor y = hand.conv(x,
                                   "blocks.0.depthwise",
                                   net.stored("blocks.0.depthwise").weight,
                                   1,
                                   8,
                                   Activation::relu);
          y = hand.conv(
              y, "blocks.0.project", net.stored("blocks.0.project").weight, 1, 1, Activation::none);
          x = x + y;
          // Stage 1 keeps size and width, so its first block has a shortcut.
          x = x + hand.block(x, "blocks.1", 8 * (2 + e1), 3 + 2 * k1, 1, Activation::relu, 0);
          x = hand.block(x, "blocks.3", 8 * (2 + e2), 3 + 2 * k2, 2, Activation::h_swish, 8);
          x = hand.conv(
              x, "final_expand", net.stored("final_expand").weight, 1, 1, Activation::h_swish);
          x = x.mean({2, 3}, true);
          x = at::conv2d(x, net.stored("feature_mix").weight);
          x = (x * at::relu6(x + 3) / 6).flatten(1);
          const LayerTensors& head = net.stored("classifier");
          const at::Tensor expected = at::linear(x, head.weight, head.bias);

          EXPECT_LE((net.forward(images, a) - expected).abs().max().item<double>(),
                    1e-4 * expected.abs().max().item<double>())
              << int{k1} << int{e1} << int{k2} << int{e2};
          ++checked;
        }
      }
    }
  }
  EXPECT_EQ(checked, 54);
}

}  // namespace
}  // namespace coppice
