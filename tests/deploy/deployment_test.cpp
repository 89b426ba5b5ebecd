// Random subnets of every built-in space in other people's runtimes, on real test images.
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "export/onnx_file.hpp"
#include "export/onnx_runner.hpp"
#include "export/onnxruntime.hpp"
#include "export/verify.hpp"
#include "supernet/calibration.hpp"
#include "supernet/supernet.hpp"
#include "supernet/training/evaluate.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/onnxruntime_here.hpp"

namespace coppice {
namespace {

constexpr const char* kImages = "/usr/share/datasets/fashion-mnist";
constexpr std::int64_t kCalibrated = 16;  // images behind the batch norm of a random network
constexpr std::int64_t kCompared = 3;

// Test images of Fashion-MNIST as a space takes them: resized, grey repeated over its channels.
at::Tensor real_images(const PreparedImages& images, const LayerPlan& plan) {
  const at::Tensor grey = images.batch(0, plan.resolution).images;
  return grey.expand({-1, plan.input_channels, -1, -1}).contiguous();
}

std::vector<float> values_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

class Deployment : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kImages)) {
      GTEST_SKIP() << "skipped: " << kImages << " is not there (package dataset-fashion-mnist)";
    }
    if (std::filesystem::exists(COPPICE_DEPLOY_NODE "/node_modules")) {
      onnxruntime_ = std::make_unique<OnnxRuntime>(COPPICE_DEPLOY_NODE);
    }
    images_ = std::make_unique<PreparedImages>(
        open_data(kImages).test, Preprocessing{{0.286F}, {0.353F}, 1}, kCalibrated);
  }

  // `count` random subnets of one supernet; each resolution's turn comes.
  void compare(const std::string& space_name, int count, std::uint64_t seed) {
    const Supernet net(builtin_space(space_name, {}), Random(seed));
    const auto& resolutions = net.space().spec().resolutions;
    Random random = Random(seed).fork("subnets");
    for (int i = 0; i < count; ++i) {
      const Architecture sample = net.space().sample(random);
      const std::size_t turn = (static_cast<std::size_t>(i) + seed) % resolutions.size();
      compare(net.extract(net.space().with_resolution(sample, resolutions[turn])));
    }
  }

 private:
  void compare(Subnet subnet) {
    const at::Tensor images = real_images(*images_, subnet.plan());
    calibrate(subnet, {images});
    const at::Tensor some = images.slice(0, 0, kCompared);
    const std::vector<float> expected = values_of(subnet.forward(some));
    const std::vector<float> inputs = values_of(some);
    const auto classes = static_cast<std::size_t>(subnet.plan().classes);
    const auto path = folder_ / "model.onnx";
    write_onnx(subnet.plain(), {}, path);
    const auto expect_equal = [&](const std::vector<float>& found, const std::string& runtime) {
      const LogitComparison comparison = compare_logits(expected, found, classes);
      EXPECT_LE(comparison.largest_difference, kLogitTolerance) << runtime;
      EXPECT_EQ(comparison.top1_agreement, 100) << runtime;
    };
    OnnxRunner opencv(path, 1);
    expect_equal(opencv.run(inputs, kCompared), "OpenCV");
    if (!onnxruntime_) return;
    const int model = onnxruntime_->load(path);
    const auto channels = static_cast<std::size_t>(subnet.plan().input_channels);
    const auto size = static_cast<std::size_t>(subnet.plan().resolution);
    expect_equal(onnxruntime_->run(model, inputs, {kCompared, channels, size, size}),
                 onnxruntime_->name());
    onnxruntime_->release(model);
  }

  TemporaryFolder folder_;
  std::unique_ptr<OnnxRuntime> onnxruntime_;
  std::unique_ptr<PreparedImages> images_;
};

TEST_F(Deployment, ADozenSubnetsOfAllSpaces) {
  compare("small", 3, 1);
  compare("ofa-mobilenetv3", 3, 2);
  compare("ofa-proxyless", 3, 3);
  compare("ofa-resnet50", 3, 4);
}

TEST_F(Deployment, SlowTwoHundredSubnetsOfAllSpacesAndResolutions) {
  for (const std::uint64_t seed : {5U, 6U}) {
    compare("small", 40, seed);
    compare("ofa-mobilenetv3", 20, seed);
    compare("ofa-proxyless", 20, seed);
    compare("ofa-resnet50", 20, seed);
  }
}

}  // namespace
}  // namespace coppice
