#include "supernet/supernet.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "supernet/calibration.hpp"
#include "supernet/space/architecture_text.hpp"
#include "tests/support/tiny_resnet_space.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

at::Tensor random_images(const SearchSpace& space, const Architecture& architecture, int count) {
  const int r = space.resolution(architecture);
  return at::randn({count, space.spec().channels, r, r});
}

// Gives every statistic and parameter a value of its own, so that a mixed-up slice shows.
void disturb(Supernet& net) {
  const at::NoGradGuard no_grad;
  for (const NamedTensor& named : net.parameters()) {
    at::Tensor tensor = named.tensor;
    tensor.add_(at::randn_like(tensor), 0.1);
  }
  for (const NamedTensor& named : net.statistics()) {
    at::Tensor tensor = named.tensor;
    const bool variance = named.name.find("variance") != std::string::npos;
    tensor.add_(variance ? at::rand_like(tensor) : at::randn_like(tensor), 0.1);
  }
}

class EverySpace : public testing::TestWithParam<const char*> {
 protected:
  static SearchSpace space() {
    const std::string name = GetParam();
    if (name == "tiny") return tiny_space();
    if (name == "tiny-resnet") return tiny_resnet_space();
    SpaceParameters parameters;
    parameters.classes = 10;
    parameters.resolutions = {32, 40};
    if (name != "ofa-resnet50") parameters.width_mult = 0.35;
    return builtin_space(name, parameters);
  }
};

TEST_P(EverySpace, ExtractedSubnetsGiveTheSameLogitsToTheLastBit) {
  at::manual_seed(1);
  const at::NoGradGuard no_grad;
  Supernet net(space(), Random(1));
  disturb(net);
  Random random(7);
  for (int i = 0; i < 6; ++i) {
    const Architecture architecture = i == 0   ? net.space().smallest()
                                      : i == 1 ? net.space().largest()
                                               : net.space().sample(random);
    const at::Tensor images = random_images(net.space(), architecture, 2);
    EXPECT_TRUE(
        at::equal(net.forward(images, architecture), net.extract(architecture).forward(images)))
        << to_text(net.space(), architecture);
  }
}

TEST_P(EverySpace, FoldingTheNormalisationChangesNothingVisible) {
  at::manual_seed(2);
  const at::NoGradGuard no_grad;
  Supernet net(space(), Random(1));
  Random random(3);
  const Architecture architecture = net.space().sample(random);
  Subnet subnet = net.extract(architecture);
  const at::Tensor images = random_images(net.space(), architecture, 32);
  calibrate(subnet, {images});
  const at::Tensor plain = subnet.forward(images);
  const at::Tensor folded = subnet.folded().forward(images);
  EXPECT_LE((plain - folded).abs().max().item<double>(), 1e-4 * plain.abs().max().item<double>());
}

INSTANTIATE_TEST_SUITE_P(Spaces,
                         EverySpace,
                         testing::Values("tiny",
                                         "tiny-resnet",
                                         "small",
                                         "ofa-mobilenetv3",
                                         "ofa-proxyless",
                                         "ofa-resnet50"),
                         [](const auto& space) {
                           std::string name = space.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(Supernet, AnExtractedSubnetOwnsItsWeights) {
  Supernet net(tiny_space(), Random(1));
  const Architecture architecture = net.space().smallest();
  const at::Tensor images = random_images(net.space(), architecture, 2);
  const Subnet subnet = net.extract(architecture);
  const at::Tensor before = subnet.forward(images);
  disturb(net);
  EXPECT_TRUE(at::equal(before, subnet.forward(images)));
}

TEST(Supernet, ASmallerChoiceReallyUsesLess) {
  Supernet net(tiny_space(), Random(1));
  disturb(net);
  const at::Tensor images = at::randn({2, 1, 12, 12});
  const Architecture small = net.space().smallest();
  for (std::size_t gene = 0; gene + 1 < net.space().genes().size(); ++gene) {
    Architecture other = small;
    other.genes[gene] = 1;
    Architecture canonical = other;
    net.space().canonicalize(canonical);
    if (canonical == small) continue;  // a gene of a block that is not there
    EXPECT_FALSE(at::equal(net.forward(images, small), net.forward(images, other))) << gene;
  }
}

TEST(Supernet, ImagesOfAnotherSizeAreRefused) {
  const Supernet net(tiny_space(), Random(1));
  try {
    static_cast<void>(net.forward(at::randn({2, 1, 20, 20}), net.space().smallest()));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "images of shape [2, 1, 20, 20], the network needs [N, 1, 12, 12]");
  }
}

TEST(Supernet, TheSameSeedDrawsTheSameWeights) {
  const Supernet a(tiny_space(), Random(5));
  const Supernet b(tiny_space(), Random(5));
  const Supernet c(tiny_space(), Random(6));
  ASSERT_EQ(a.parameters().size(), b.parameters().size());
  EXPECT_TRUE(at::equal(a.parameters()[0].tensor, b.parameters()[0].tensor));
  EXPECT_FALSE(at::equal(a.parameters()[0].tensor, c.parameters()[0].tensor));
}

TEST(Supernet, ABlankOneHasTheSameTensorsWithoutDrawingThem) {
  const Supernet drawn(tiny_space(), Random(1));
  const Supernet blank = Supernet::blank(tiny_space());
  ASSERT_EQ(blank.parameters().size(), drawn.parameters().size());
  for (std::size_t i = 0; i < blank.parameters().size(); ++i) {
    const NamedTensor& ours = blank.parameters()[i];
    EXPECT_EQ(ours.name, drawn.parameters()[i].name);
    EXPECT_EQ(ours.tensor.sizes(), drawn.parameters()[i].tensor.sizes());
    EXPECT_TRUE(ours.tensor.requires_grad());
  }
  EXPECT_EQ(blank.stored("classifier").weight.abs().max().item<float>(), 0.0F);
}

TEST(Supernet, TrainingUpdatesOnlyTheStatisticsInUse) {
  Supernet net(tiny_space(), Random(1));
  ForwardOptions options;
  options.norm = NormMode::batch;
  const Architecture small = net.space().smallest();
  static_cast<void>(net.forward(at::randn({4, 1, 12, 12}), small, options));
  const at::Tensor mean = net.stored("blocks.1.expand").norm_mean;
  EXPECT_NE(mean.slice(0, 0, 16).abs().min().item<double>(), 0);
  EXPECT_EQ(mean.slice(0, 16, 32).abs().max().item<double>(), 0);
  // A block that this subnet skips is not touched at all.
  EXPECT_EQ(net.stored("blocks.2.expand").norm_mean.abs().max().item<double>(), 0);
}

TEST(Calibration, StatisticsAreTheWeightedMeansOfTheBatches) {
  at::manual_seed(3);
  Supernet net(tiny_space(), Random(1));
  Subnet subnet = net.extract(net.space().smallest());
  const at::Tensor a = at::randn({6, 1, 12, 12});
  const at::Tensor b = at::randn({2, 1, 12, 12}) * 3 + 1;
  calibrate(subnet, {a, b});
  // The stem sees the images themselves, so its statistics can be worked out directly.
  const at::Tensor weight = net.stored("stem").weight.detach();
  const auto moments = [&weight](const at::Tensor& x) {
    const at::Tensor y = at::conv2d(x, weight, {}, {2, 2}, {1, 1}).transpose(0, 1).flatten(1);
    return std::make_pair(y.mean(1), y.var(1, false));
  };
  const auto [mean_a, var_a] = moments(a);
  const auto [mean_b, var_b] = moments(b);
  EXPECT_TRUE(
      at::allclose(subnet.layers()[0].norm_mean, mean_a * 0.75 + mean_b * 0.25, 1e-4, 1e-5));
  EXPECT_TRUE(
      at::allclose(subnet.layers()[0].norm_variance, var_a * 0.75 + var_b * 0.25, 1e-4, 1e-5));
}

}  // namespace
}  // namespace coppice
