#include "export/onnx_runner.hpp"

#include <gtest/gtest.h>

#include "export/onnx_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/hand_made_onnx.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

TEST(OnnxRunner, OneThreadAndManyGiveTheSameLogits) {
  const TemporaryFolder folder;
  const PlainNetwork network = tiny_network();
  write_onnx(network, {}, folder / "model.onnx");
  const std::vector<float> images = random_images(network.plan, 5, Random(7));
  OnnxRunner one(folder / "model.onnx", 1);
  OnnxRunner many(folder / "model.onnx");
  EXPECT_EQ(one.classes(), 7U);
  EXPECT_EQ(one.values_per_image(), 3U * 28U * 28U);
  const auto expected = one.run(images, 5);
  const auto found = many.run(images, 5);
  ASSERT_EQ(expected.size(), found.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-5);
}

TEST(OnnxRunner, WrongNumberOfValuesIsRefused) {
  const TemporaryFolder folder;
  write_onnx(tiny_network(), {}, folder / "model.onnx");
  OnnxRunner runner(folder / "model.onnx");
  EXPECT_EQ(message_of([&] { return runner.run(std::vector<float>(100), 2); }),
            (folder / "model.onnx").string() +
                " needs 2352 values an image; 100 were given for 2 images");
}

TEST(OnnxRunner, DamagedFileIsRefused) {
  const TemporaryFolder folder;
  write_bytes(folder / "model.onnx", "no model");
  EXPECT_EQ(message_of([&] { const OnnxRunner runner(folder / "model.onnx"); }),
            (folder / "model.onnx").string() +
                " is no whole ONNX classifier (8 bytes): it was truncated or is of another kind; "
                "export it again");
}

// "Mod" has the signature of "Add" and is unknown to OpenCV, which reports on stderr by itself.
TEST(OnnxRunner, OperatorThatOpenCvLacksIsAnErrorAndPrintsNothing) {
  const TemporaryFolder folder;
  const SearchSpace space = narrow_space("small", 28);
  const PlainNetwork network = random_network(plan_layers(space, space.largest()), Random(1));
  write_onnx(network, {}, folder / "model.onnx");
  std::string bytes = read_bytes(folder / "model.onnx");
  for (std::size_t at = bytes.find("Add"); at != std::string::npos; at = bytes.find("Add")) {
    bytes.replace(at, 3, "Mod");
  }
  write_bytes(folder / "model.onnx", bytes);
  testing::internal::CaptureStderr();
  const std::string message = message_of([&] { const OnnxRunner runner(folder / "model.onnx"); });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  const std::string start = "OpenCV cannot load " + (folder / "model.onnx").string() + ": ";
  EXPECT_EQ(message.substr(0, start.size()), start);
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST(OnnxRunner, ModelThatReadsNoImagesIsRefused) {
  const TemporaryFolder folder;
  write_bytes(folder / "model.onnx", one_node_model("Relu", {1, 4}, {1, 4}));
  EXPECT_EQ(message_of([&] { const OnnxRunner runner(folder / "model.onnx"); }),
            (folder / "model.onnx").string() +
                " is no image classifier: its input must have 4 dimensions, its output 2");
}

TEST(OnnxRunner, NamesItsRuntime) {
  EXPECT_EQ(std::string(onnx_runtime_name()).substr(0, 7), "OpenCV ");
}

}  // namespace
}  // namespace coppice
