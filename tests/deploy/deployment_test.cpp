// Random subnets of every built-in space in other people's runtimes, on real test images.
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "export/onnx_file.hpp"
#include "export/onnx_runner.hpp"
#include "export/onnxruntime.hpp"
#include "export/verify.hpp"
#include "supernet/calibration.hpp"
#include "supernet/supernet.hpp"
#include "supernet/training/batches.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/onnxruntime_here.hpp"

namespace coppice {
namespace {

constexpr const char* kImages = "/usr/share/datasets/fashion-mnist";
constexpr std::size_t kCalibrated = 16;  // images behind the batch norm of a random network

// What one runtime made of the networks of a space.
struct Found {
  double largest_difference = 0;
  std::int64_t images = 0;
  std::int64_t same_class = 0;
};

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
    images_ = open_data(kImages).test;
  }

  // `count` random subnets of one supernet, each on `compared` images of its own; each resolution's
  // turn comes.
  void compare(const std::string& space_name,
               int count,
               std::int64_t compared,
               std::uint64_t seed) {
    const Supernet net(builtin_space(space_name, {}), Random(seed));
    const auto& resolutions = net.space().spec().resolutions;
    Random random = Random(seed).fork("subnets");
    for (int i = 0; i < count; ++i) {
      const Architecture sample = net.space().sample(random);
      const std::size_t turn = (static_cast<std::size_t>(i) + seed) % resolutions.size();
      compare(net.extract(net.space().with_resolution(sample, resolutions[turn])),
              space_name,
              compared);
    }
  }

  // The rows of the table in experiments/results/runtimes.md.
  void print_table() const {
    for (const auto& [key, found] : found_) {
      std::printf("| %s | %s | %.1e | %lld of %lld |\n",
                  key.first.c_str(),
                  key.second.c_str(),
                  found.largest_difference,
                  static_cast<long long>(found.same_class),
                  static_cast<long long>(found.images));
    }
  }

 private:
  // Test images of Fashion-MNIST as a space takes them: resized, grey repeated over its channels.
  // Other ones each time, until all had their turn.
  [[nodiscard]] at::Tensor real_images(const LayerPlan& plan) {
    std::vector<std::size_t> indices;
    while (indices.size() < kCalibrated) indices.push_back(next_image_++ % images_->size());
    const Preprocessing preprocessing{{0.286F}, {0.353F}, 1};
    const at::Tensor grey =
        load_batches(*images_, indices, {plan.resolution}, preprocessing).front().images;
    return grey.expand({-1, plan.input_channels, -1, -1}).contiguous();
  }

  void compare(Subnet subnet, const std::string& space, std::int64_t compared) {
    const at::Tensor images = real_images(subnet.plan());
    calibrate(subnet, {images});
    const at::Tensor some = images.slice(0, 0, compared);
    const std::vector<float> expected = values_of(subnet.forward(some));
    const std::vector<float> inputs = values_of(some);
    const auto classes = static_cast<std::size_t>(subnet.plan().classes);
    const auto path = folder_ / "model.onnx";
    write_onnx(subnet.plain(), {}, path);
    const auto expect_equal = [&](const std::vector<float>& logits, const std::string& runtime) {
      const LogitComparison comparison = compare_logits(expected, logits, classes);
      EXPECT_LE(comparison.largest_difference, kLogitTolerance) << runtime;
      EXPECT_EQ(comparison.top1_agreement, 100) << runtime;
      Found& found = found_[{space, runtime}];
      found.largest_difference = std::max(found.largest_difference, comparison.largest_difference);
      found.images += compared;
      found.same_class +=
          std::llround(comparison.top1_agreement / 100 * static_cast<double>(compared));
    };
    const auto count = static_cast<std::size_t>(compared);
    OnnxRunner opencv(path, 1);
    expect_equal(opencv.run(inputs, count), onnx_runtime_name());
    if (!onnxruntime_) return;  // the tests say so at their end
    const int model = onnxruntime_->load(path);
    const auto channels = static_cast<std::size_t>(subnet.plan().input_channels);
    const auto size = static_cast<std::size_t>(subnet.plan().resolution);
    expect_equal(onnxruntime_->run(model, inputs, {count, channels, size, size}),
                 onnxruntime_->name());
    onnxruntime_->release(model);
  }

  TemporaryFolder folder_;
  std::unique_ptr<OnnxRuntime> onnxruntime_;
  std::shared_ptr<const Dataset> images_;
  std::size_t next_image_ = 0;
  std::map<std::pair<std::string, std::string>, Found> found_;  // by space and runtime
};

TEST_F(Deployment, ADozenSubnetsOfAllSpaces) {
  compare("small", 3, 3, 1);
  compare("ofa-mobilenetv3", 3, 3, 2);
  compare("ofa-proxyless", 3, 3, 3);
  compare("ofa-resnet50", 3, 3, 4);
  SKIP_WITHOUT_ONNXRUNTIME() << "; OpenCV alone was compared";
}

// A thousand images together.
TEST_F(Deployment, SlowTwoHundredSubnetsOfAllSpacesAndResolutions) {
  for (const std::uint64_t seed : {5U, 6U}) {
    compare("small", 40, 5, seed);
    compare("ofa-mobilenetv3", 20, 5, seed);
    compare("ofa-proxyless", 20, 5, seed);
    compare("ofa-resnet50", 20, 5, seed);
  }
  print_table();
  SKIP_WITHOUT_ONNXRUNTIME() << "; OpenCV alone was compared";
}

}  // namespace
}  // namespace coppice
