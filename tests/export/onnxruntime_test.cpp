#include "export/onnxruntime.hpp"

#include "export/onnx_file.hpp"
#include "export/verify.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/hand_made_onnx.hpp"
#include "tests/support/node_here.hpp"
#include "tests/support/onnxruntime_here.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

TEST(OnnxRuntime, MissingPackageIsExplained) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      message_of([&] { const OnnxRuntime runtime(folder.path()); }),
      "ONNX Runtime is not installed: " + (folder / "node_modules" / "onnxruntime-node").string() +
          " does not exist; run npm ci --ignore-scripts in " + folder.path().string());
}

TEST(OnnxRuntime, BrokenPackageIsExplained) {
  if (node_is_missing()) GTEST_SKIP() << "skipped: no Node.js";
  const TemporaryFolder folder;
  const auto package = folder / "node_modules" / "onnxruntime-node";
  write_bytes(package / "index.js", "throw new Error('half installed');");
  EXPECT_EQ(message_of([&] { const OnnxRuntime runtime(folder.path()); }),
            "ONNX Runtime in " + package.string() +
                " does not start: half installed; run npm ci --ignore-scripts in " +
                folder.path().string());
}

TEST(OnnxRuntime, ComputesWhatTheReferenceComputes) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const TemporaryFolder folder;
  const PlainNetwork network = tiny_network();
  write_onnx(network, {}, folder / "model.onnx");
  OnnxRuntime runtime(COPPICE_DEPLOY_NODE);
  EXPECT_EQ(runtime.name().rfind("ONNX Runtime 1.", 0), 0U) << runtime.name();
  const int model = runtime.load(folder / "model.onnx");
  for (const std::size_t count : {1U, 3U}) {
    const auto images = random_images(network.plan, static_cast<int>(count), Random(2));
    const auto exact = reference_logits(network, images, static_cast<int>(count));
    const auto found = runtime.run(model, images, {count, 3, 28, 28});
    EXPECT_LE(compare_logits({exact.begin(), exact.end()}, found, exact.size() / count)
                  .largest_difference,
              kLogitTolerance);
  }
  EXPECT_GT(runtime.time(model, {1, 3, 28, 28}, 2).value(), 0);
  runtime.release(model);
}

TEST(OnnxRuntime, OtherSizesAndFilesAreRefusedByName) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const TemporaryFolder folder;
  write_onnx(tiny_network(), {}, folder / "model.onnx");
  OnnxRuntime runtime(COPPICE_DEPLOY_NODE);
  const int model = runtime.load(folder / "model.onnx");
  const std::string start =
      "ONNX Runtime cannot run " + (folder / "model.onnx").string() + ": Got invalid dimensions";
  const std::string message = message_of([&] {
    static_cast<void>(runtime.run(model, std::vector<float>(3 * 30 * 30), {1, 3, 30, 30}));
  });
  EXPECT_EQ(message.rfind(start, 0), 0U) << message;
  write_bytes(folder / "other.onnx", "no model");
  const std::string other =
      message_of([&] { static_cast<void>(runtime.load(folder / "other.onnx")); });
  EXPECT_EQ(
      other.rfind("ONNX Runtime cannot run " + (folder / "other.onnx").string() + ": Load", 0), 0U)
      << other;
}

// Softmax over the batch: each image's result depends on its neighbours.
TEST(OnnxRuntime, FileThatDependsOnItsBatchIsFound) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const TemporaryFolder folder;
  const ReferenceData data{2, 2, 1, 2, {0, 1, 0, 1}, {0.5F, 0.5F, 0.5F, 0.5F}};
  write_bytes(folder / "model.onnx", batch_softmax_model(2, -1));
  const Runtime runtime = onnxruntime_runtime(std::make_shared<OnnxRuntime>(COPPICE_DEPLOY_NODE));
  EXPECT_EQ(message_of([&] { runtime.run(folder / "model.onnx", data); }),
            (folder / "model.onnx").string() +
                ": the first image alone gives logits that differ by 1 from those in a batch of 2");
}

}  // namespace
}  // namespace coppice
