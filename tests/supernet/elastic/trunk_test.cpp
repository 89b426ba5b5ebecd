// The fused executor of training steps against plain libtorch in double.
#include "supernet/elastic/trunk.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "supernet/base/error.hpp"
#include "tests/support/plain_network.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

// Of norms, and no worse than a small number for what is almost zero.
double difference(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor wide = a.detach().to(at::kDouble);
  return (wide - b).norm().item<double>() / (b.norm().item<double>() + 1e-3);
}

SearchSpace space_named(const std::string& name) {
  return name == "tiny" ? tiny_space() : builtin_space(name);
}

ForwardOptions training(Precision precision) {
  ForwardOptions options;
  options.norm = NormMode::batch;
  options.precision = precision;
  return options;
}

// Weights as training leaves them: norms and kernel matrices are no identities.
void disturb(const Supernet& net) {
  const at::NoGradGuard no_grad;
  for (const NamedTensor& parameter : net.parameters()) {
    parameter.tensor.add_(at::randn_like(parameter.tensor), 0.05);
  }
}

// One step of a network: its logits, statistics and gradients by name.
using StepResult = std::map<std::string, at::Tensor>;

template <class TensorOf>
StepResult collect(const Supernet& net, const at::Tensor& logits, TensorOf tensor_of) {
  StepResult result{{"logits", logits.detach()}};
  for (const NamedTensor& statistic : net.statistics()) {
    result[statistic.name] = tensor_of(statistic);
  }
  for (const NamedTensor& parameter : net.parameters()) {
    const at::Tensor gradient = tensor_of(parameter).grad();
    if (gradient.defined()) result[parameter.name] = gradient;
  }
  return result;
}

struct Step {
  at::Tensor images;
  Architecture architecture;
  at::Tensor direction;  // the loss is the logits' product with it
};

StepResult plain_step(const Supernet& net, const Step& step, at::ScalarType type) {
  PlainReference plain(net, type);
  const at::Tensor logits = plain.forward(step.images, step.architecture);
  (logits * step.direction).sum().backward();
  return collect(net, logits, [&](const NamedTensor& t) { return plain.tensor(t.name); });
}

StepResult fused_step(const Supernet& net, const Step& step, Precision precision) {
  const at::Tensor logits = net.forward(step.images, step.architecture, training(precision));
  (logits * step.direction).sum().backward();
  return collect(net, logits, [](const NamedTensor& t) { return t.tensor; });
}

Step make_step(const Supernet& net, Architecture architecture, std::int64_t count) {
  architecture = net.space().with_resolution(architecture, net.space().spec().resolutions.front());
  const LayerPlan plan = plan_layers(net.space(), architecture);
  return {at::randn({count, plan.input_channels, plan.resolution, plan.resolution}),
          architecture,
          at::randn({count, plan.classes})};
}

// The pooled features of the fused layers alone.
at::Tensor run_fused_layers(const Supernet& net, const Step& step, Precision precision) {
  LayerPlan plan = plan_layers(net.space(), step.architecture);
  const at::Tensor images = step.images.contiguous(at::MemoryFormat::ChannelsLast);
  plan.layers.resize(fused_layers(plan, images, training(precision)));
  const auto slice = [&net](const Layer& layer, std::size_t) {
    return slice_layer(layer, net.stored(layer.name), net.transforms(layer.name));
  };
  return run_trunk(plan, slice, images, training(precision));
}

class TrunkOf : public testing::TestWithParam<const char*> {};

// All gradients as one vector, in the order of names.
at::Tensor gradient_of(const Supernet& net, const StepResult& result) {
  std::vector<at::Tensor> parts;
  for (const NamedTensor& parameter : net.parameters()) {
    const auto found = result.find(parameter.name);
    if (found != result.end()) parts.push_back(found->second.to(at::kDouble).flatten());
  }
  return at::cat(parts);
}

// The layers are tested one by one (kernels/), to 1e-5. Through a deep network rounding grows, and
// a value next to a bend of its activation may fall on the other side: libtorch's own float32 says
// how much that is.
TEST_P(TrunkOf, IsAsCloseToDoubleAsLibtorch) {
  at::manual_seed(1);
  Random random(2);
  for (int i = 0; i < 2; ++i) {
    const Supernet net(space_named(GetParam()), Random(1));
    disturb(net);
    const Step step =
        make_step(net, i == 0 ? net.space().smallest() : net.space().sample(random), 16);
    const StepResult exact = plain_step(net, step, at::kDouble);
    const StepResult plain = plain_step(net, step, at::kFloat);
    const StepResult fused = fused_step(net, step, Precision::fp32);
    ASSERT_EQ(fused.size(), exact.size());
    EXPECT_LT(difference(fused.at("logits"), exact.at("logits")), 1e-4);
    EXPECT_LT(difference(gradient_of(net, fused), gradient_of(net, exact)),
              1e-4 + 5 * difference(gradient_of(net, plain), gradient_of(net, exact)));
    for (const NamedTensor& statistic : net.statistics()) {
      EXPECT_LT(difference(fused.at(statistic.name), exact.at(statistic.name)), 1e-5)
          << statistic.name;
    }
  }
}

// bfloat16 keeps 8 bits. In deeper networks without training the gradients of the first layers
// depend on every bit.
TEST(Trunk, HalfPrecisionKeepsTheDirection) {
  at::manual_seed(1);
  Random random(2);
  for (const char* name : {"tiny", "small"}) {
    const Supernet net(space_named(name), Random(1));
    const Step step = make_step(net, net.space().sample(random), 16);
    const StepResult exact = plain_step(net, step, at::kDouble);
    const StepResult fused = fused_step(net, step, Precision::bf16);
    EXPECT_LT(difference(fused.at("logits"), exact.at("logits")), 0.05);
    EXPECT_LT(difference(gradient_of(net, fused), gradient_of(net, exact)), 0.2);
  }
}

TEST(Trunk, HalfPrecisionIsRefusedWhereItDoesNotApply) {
  const Supernet net(builtin_space("ofa-resnet50"), Random(1));
  const Architecture architecture = net.space().with_resolution(net.space().smallest(), 128);
  try {
    (void)net.forward(at::randn({1, 3, 128, 128}), architecture, training(Precision::bf16));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "on CPU, bf16 serves to train networks of inverted residual blocks; use fp32");
  }
}

TEST_P(TrunkOf, IsTheSameToTheBitForAnyNumberOfThreads) {
  at::manual_seed(1);
  Random random(3);
  const Supernet start(space_named(GetParam()), Random(1));
  const Step step = make_step(start, start.space().sample(random), 5);
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    std::vector<StepResult> results;
    for (const int threads : {1, 3}) {
      at::set_num_threads(threads);
      const Supernet net(space_named(GetParam()), Random(1));
      const at::Tensor features = run_fused_layers(net, step, precision);
      features.sum().backward();
      results.push_back(collect(net, features, [](const NamedTensor& t) { return t.tensor; }));
    }
    at::set_num_threads(2);
    for (const auto& [name, tensor] : results[0]) {
      EXPECT_TRUE(at::equal(results[1].at(name), tensor)) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Spaces,
                         TrunkOf,
                         testing::Values("tiny", "small", "ofa-mobilenetv3", "ofa-proxyless"),
                         [](const auto& space) {
                           std::string name = space.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace coppice
