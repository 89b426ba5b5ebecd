#include "export/onnx_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

#include "export/onnx_check.hpp"
#include "export/onnx_runner.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

// Largest difference to the first rows of `expected`, relative to its largest logit.
double difference(const std::vector<double>& expected, const std::vector<float>& found) {
  double scale = 0;
  double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    scale = std::max(scale, std::abs(expected[i]));
    largest = std::max(largest, std::abs(expected[i] - double{found[i]}));
  }
  return largest / scale;
}

struct Case {
  std::string space;
  int resolution;  // chosen so that sizes become odd before a stride
  bool basic_operators;
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.space << " at " << c.resolution << (c.basic_operators ? ", basic operators" : "");
}

class EverySpace : public testing::TestWithParam<Case> {};

// A network, its file and its reference; OpenCV must agree for any batch.
TEST_P(EverySpace, OpenCvComputesTheNetworkForBatches1And2And3) {
  const auto& [name, resolution, basic_operators] = GetParam();
  const TemporaryFolder folder;
  const SearchSpace space = narrow_space(name, resolution);
  Random random(2024);
  const std::vector<Architecture> architectures = {
      space.smallest(), space.sample(random), space.sample(random), space.sample(random)};
  for (const Architecture& architecture : architectures) {
    const LayerPlan plan = plan_layers(space, architecture);
    const PlainNetwork network = random_network(plan, random.fork("weights"));
    const std::vector<float> images = random_images(plan, 3, random.fork("images"));
    const std::vector<double> expected = reference_logits(network, images, 3);
    OnnxOptions options;
    options.basic_operators = basic_operators;
    write_onnx(network, options, folder / "model.onnx");
    OnnxRunner runner(folder / "model.onnx", 1);
    for (const std::size_t batch : {2UL, 1UL, 3UL}) {
      const auto end = images.begin() + static_cast<std::ptrdiff_t>(batch * images.size() / 3);
      const auto found = runner.run({images.begin(), end}, batch);
      ASSERT_EQ(found.size(), batch * 7);
      EXPECT_LT(difference(expected, found), 1e-4) << "batch " << batch;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OnnxFile,
                         EverySpace,
                         testing::Values(Case{"small", 28, false},
                                         Case{"small", 36, true},
                                         Case{"ofa-mobilenetv3", 52, false},
                                         Case{"ofa-mobilenetv3", 36, true},
                                         Case{"ofa-proxyless", 44, false},
                                         Case{"ofa-resnet50", 68, false}));

TEST(OnnxFile, GreyImagesWork) {
  const TemporaryFolder folder;
  const SearchSpace space = narrow_space("small", 28, 1);
  const LayerPlan plan = plan_layers(space, space.largest());
  const PlainNetwork network = random_network(plan, Random(3));
  const std::vector<float> images = random_images(plan, 2, Random(4));
  write_onnx(network, {}, folder / "model.onnx");
  OnnxRunner runner(folder / "model.onnx");
  EXPECT_LT(difference(reference_logits(network, images, 2), runner.run(images, 2)), 1e-5);
}

TEST(OnnxFile, StatesInterfaceVersionsAndMetadata) {
  const TemporaryFolder folder;
  OnnxOptions options;
  options.producer_version = "0.1.0";
  options.metadata = {{"space", "small"}, {"architecture", R"({"d":[1]})"}};
  write_onnx(tiny_network(), options, folder / "model.onnx");
  const OnnxSummary summary = check_onnx_file(folder / "model.onnx");
  EXPECT_EQ(summary.ir_version, 7);
  EXPECT_EQ(summary.opset, 13);
  EXPECT_EQ(summary.producer, "coppice 0.1.0");
  EXPECT_EQ(summary.input_shape, (std::vector<std::int64_t>{-1, 3, 28, 28}));
  EXPECT_EQ(summary.output_shape, (std::vector<std::int64_t>{-1, 7}));
  EXPECT_EQ(summary.metadata, options.metadata);
}

TEST(OnnxFile, NamesOfLayersAreNamesOfNodes) {
  const TemporaryFolder folder;
  write_onnx(tiny_network(), {}, folder / "model.onnx");
  const std::string bytes = read_bytes(folder / "model.onnx");
  for (const char* name : {"input",
                           "logits",
                           "batch",
                           "stem.weight",
                           "stem.h_swish",
                           "blocks.1.depthwise.bias",
                           "blocks.4.squeeze_excite.gate",
                           "classifier.flatten"}) {
    EXPECT_NE(bytes.find(name), std::string::npos) << name;
  }
}

TEST(OnnxFile, HardSigmoidIsAvoidedOnRequest) {
  const TemporaryFolder folder;
  OnnxOptions options;
  write_onnx(tiny_network(), options, folder / "a.onnx");
  EXPECT_GT(check_onnx_file(folder / "a.onnx").operators.at("HardSigmoid"), 0);
  options.basic_operators = true;
  write_onnx(tiny_network(), options, folder / "b.onnx");
  EXPECT_EQ(check_onnx_file(folder / "b.onnx").operators.count("HardSigmoid"), 0U);
}

TEST(OnnxFile, BatchCanBeFixed) {
  const TemporaryFolder folder;
  OnnxOptions options;
  options.batch = 4;
  write_onnx(tiny_network(), options, folder / "model.onnx");
  const OnnxSummary summary = check_onnx_file(folder / "model.onnx");
  EXPECT_EQ(summary.input_shape[0], 4);
  EXPECT_EQ(summary.output_shape[0], 4);
  options.batch = -1;
  EXPECT_EQ(message_of([&] { write_onnx(tiny_network(), options, folder / "x.onnx"); }),
            "ONNX batch = -1, must be > 0, or 0 for a file that accepts any batch");
}

TEST(OnnxFile, HeightAndWidthCanBeOpen) {
  const TemporaryFolder folder;
  OnnxOptions options;
  options.open_size = true;
  write_onnx(tiny_network(), options, folder / "model.onnx");
  const OnnxSummary summary = check_onnx_file(folder / "model.onnx");
  EXPECT_EQ(summary.input_shape, (std::vector<std::int64_t>{-1, 3, -1, -1}));
  EXPECT_EQ(summary.output_shape, (std::vector<std::int64_t>{-1, 7}));
}

TEST(OnnxFile, SameNetworkGivesTheSameBytes) {
  const TemporaryFolder folder;
  write_onnx(tiny_network(), {}, folder / "a.onnx");
  write_onnx(tiny_network(), {}, folder / "b.onnx");
  EXPECT_EQ(read_bytes(folder / "a.onnx"), read_bytes(folder / "b.onnx"));
  write_onnx(tiny_network(2), {}, folder / "b.onnx");
  EXPECT_NE(read_bytes(folder / "a.onnx"), read_bytes(folder / "b.onnx"));
}

// A plan whose sizes disagree with its operators must not become a file.
TEST(OnnxFile, PlanThatContradictsItsOperatorsIsRefused) {
  const TemporaryFolder folder;
  PlainNetwork network = tiny_network();
  network.plan.layers[0].out_size = 13;
  const std::string message = message_of([&] { write_onnx(network, {}, folder / "model.onnx"); });
  EXPECT_NE(message.find(" is not a valid ONNX model: "), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OnnxFile, MissingFolderIsNamed) {
  const TemporaryFolder folder;
  const auto path = folder / "none/model.onnx";
  EXPECT_EQ(message_of([&] {
              write_onnx(tiny_network(), {}, path);
            }).find("cannot write " + folder.path().string() + "/none/model.onnx"),
            0U);
}

}  // namespace
}  // namespace coppice
