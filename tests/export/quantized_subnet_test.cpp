#include "export/quantized_subnet.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "export/onnx_check.hpp"
#include "export/onnx_file.hpp"
#include "export/onnxruntime.hpp"
#include "export/verify.hpp"
#include "supernet/calibration.hpp"
#include "supernet/supernet.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/onnxruntime_here.hpp"

namespace coppice {
namespace {

constexpr int kSize = 32;
// Relative to the largest logit. Random weights make chaos of white noise: in trained networks
// values that are rounded the other way cost a tenth of this (verify.hpp).
constexpr double kOfNoise = 0.5;

class EverySpace : public testing::TestWithParam<const char*> {
 protected:
  Subnet subnet() const {
    const std::string name = GetParam();
    SpaceParameters parameters;
    parameters.classes = 10;
    parameters.resolutions = {kSize};
    if (name != "ofa-resnet50") parameters.width_mult = 0.35;
    Supernet net(builtin_space(name, parameters), Random(1));
    // The deeper a network of random weights, the more it makes of each rounding.
    Subnet made = net.extract(net.space().smallest());
    calibrate(made, {at::randn({32, 3, kSize, kSize})});
    return made;
  }
};

double difference(const at::Tensor& expected, const at::Tensor& found) {
  return (expected - found).abs().max().item<double>() / expected.abs().max().item<double>();
}

// The ranges name every value that the file has: nothing but the logits stays float32.
TEST_P(EverySpace, ObservedRangesFitTheFile) {
  at::manual_seed(1);
  const Subnet network = subnet();
  const at::Tensor images = at::randn({16, 3, kSize, kSize});
  const ValueRanges ranges = observe_ranges(network, {images});
  const TemporaryFolder folder;
  OnnxOptions options;
  options.ranges = ranges;
  write_onnx(network.plain(), options, folder / "model.onnx");
  const auto operators = check_onnx_file(folder / "model.onnx").operators;
  EXPECT_EQ(operators.at("QuantizeLinear"), static_cast<int>(ranges.size()));
  // Beside the values the weight and the bias of each convolution and of the classifier.
  EXPECT_EQ(operators.at("DequantizeLinear"),
            static_cast<int>(ranges.size()) + 2 * (operators.at("Conv") + operators.at("Gemm")));
}

TEST_P(EverySpace, EightBitsStayNearTheSubnet) {
  at::manual_seed(1);
  const Subnet network = subnet();
  const at::Tensor images = at::randn({16, 3, kSize, kSize});
  const QuantizedSubnet quantized(network, observe_ranges(network, {images}));
  EXPECT_LT(difference(network.forward(images), quantized.forward(images)), kOfNoise);
}

TEST_P(EverySpace, OnnxRuntimeComputesWhatTheQuantizedSubnetComputes) {
  SKIP_WITHOUT_ONNXRUNTIME();
  at::manual_seed(1);
  const Subnet network = subnet();
  const at::Tensor images = at::randn({16, 3, kSize, kSize});
  OnnxOptions options;
  options.ranges = observe_ranges(network, {images});
  const TemporaryFolder folder;
  write_onnx(network.plain(), options, folder / "model.onnx");
  OnnxRuntime runtime(COPPICE_DEPLOY_NODE);
  const int model = runtime.load(folder / "model.onnx");
  const std::vector<float> values(images.data_ptr<float>(),
                                  images.data_ptr<float>() + images.numel());
  std::vector<float> found = runtime.run(model, values, {16, 3, kSize, kSize});
  const at::Tensor expected = QuantizedSubnet(network, options.ranges).forward(images);
  EXPECT_LE(difference(expected, at::from_blob(found.data(), expected.sizes())), kOfNoise);
}

// Bytes of the 8-bit file for each of the float32 file.
double size_ratio(const std::string& space) {
  SpaceParameters parameters;
  parameters.resolutions = {kSize};
  const Supernet net(builtin_space(space, parameters), Random(1));
  Subnet network = net.extract(net.space().largest());
  const at::Tensor images = at::randn({2, network.plan().input_channels, kSize, kSize});
  calibrate(network, {images});
  const TemporaryFolder folder;
  write_onnx(network.plain(), {}, folder / "fp32.onnx");
  OnnxOptions options;
  options.ranges = observe_ranges(network, {images});
  write_onnx(network.plain(), options, folder / "int8.onnx");
  const auto bytes = [&](const char* name) {
    return static_cast<double>(std::filesystem::file_size(folder / name));
  };
  const double ratio = bytes("int8.onnx") / bytes("fp32.onnx");
  std::printf("%s: %.0f and %.0f bytes, %.3f\n",
              space.c_str(),
              bytes("fp32.onnx"),
              bytes("int8.onnx"),
              ratio);
  return ratio;
}

// A quarter are the weights; scales, biases and names are the rest, the less the larger it is.
TEST(EightBitFile, HasAboutAQuarterOfTheBytes) {
  EXPECT_LE(size_ratio("small"), 0.32);
  EXPECT_LE(size_ratio("ofa-mobilenetv3"), 0.27);
}

TEST(EightBitFile, SlowHasAQuarterOfTheBytesOfALargeNetwork) {
  EXPECT_LE(size_ratio("ofa-resnet50"), 0.255);
}

INSTANTIATE_TEST_SUITE_P(
    Spaces,
    EverySpace,
    testing::Values("small", "ofa-mobilenetv3", "ofa-proxyless", "ofa-resnet50"),
    [](const auto& space) {
      std::string name = space.param;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace coppice
