// The examples in experiments/deploy as a newcomer runs them: each sees what the subnet sees, and
// says in one line what is wrong with its model or card.
#include "tests/deploy/examples.hpp"

#include <ATen/ops/argmax.h>
#include <ATen/ops/softmax.h>

#include <algorithm>
#include <map>

#include "supernet/base/files.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kDeploy = fs::path(COPPICE_DEPLOY_NODE).parent_path();

TEST_F(Examples, EachSeesWhatTheSubnetSees) {
  const at::Tensor shares = at::softmax(network_->subnet().forward(network_->images(0)), 1);
  for (const std::size_t image : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
    const auto row = static_cast<std::int64_t>(image);
    const auto best = at::argmax(shares[row]).item<std::int64_t>();
    std::array<char, 64> expected{};
    std::snprintf(expected.data(),
                  expected.size(),
                  "%5.1f %%  %s\n",
                  100 * shares[row][best].item<double>(),
                  network_->class_name(best).c_str());
    for (const Example& example : examples_) {
      const Ended ended = classify(example, network_->picture(image, example.ending));
      EXPECT_EQ(ended.code, 0) << ended.said;
      EXPECT_EQ(ended.said.rfind(expected.data(), 0), 0U) << example.name << " says\n"
                                                          << ended.said << "instead of\n"
                                                          << expected.data();
    }
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

TEST_F(Examples, DamagedAndForeignModelsAreRefused) {
  for (const Example& example : examples_) {
    const fs::path picture = network_->picture(0, example.ending);
    const fs::path model = folder_ / example.model;
    const std::string whole = read_bytes(model);
    write_bytes(model, whole.substr(0, 500));
    expect_complaint(example,
                     picture,
                     model.string() + " has 500 bytes, card.json says " +
                         std::to_string(whole.size()) +
                         ": it was truncated or edited; export again");
    std::string edited = whole;
    edited[edited.size() / 2] ^= 1;
    write_bytes(model, edited);
    expect_complaint(example,
                     picture,
                     model.string() +
                         " is not the file that card.json describes: their SHA-256 differ; export "
                         "again");
    fs::remove(model);
    expect_complaint(example,
                     picture,
                     model.string() + " is missing, although card.json lists it; export again");
    write_bytes(model, whole);
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

// The card vouches for bytes that are no model: no line of a library's own source is shown.
TEST_F(Examples, FilesThatAreNoModelAreRefusedByName) {
  const std::map<std::string, std::string> beginnings{
      {"classify-opencv", "OpenCV cannot run MODEL on 1 x 28 x 28, the input in card.json: "},
      {"classify-libtorch", "libtorch cannot run MODEL on 1 x 28 x 28, the input in card.json: "},
      {"classify", "ONNX Runtime cannot run MODEL: "}};
  write_bytes(folder_ / kOnnxFile, "no model");
  write_bytes(folder_ / kTorchScriptFile, "no model");
  network_->write_card();
  for (const Example& example : examples_) {
    const Ended ended = classify(example, network_->picture(0, example.ending));
    EXPECT_EQ(ended.code, 1) << example.name;
    std::string beginning = beginnings.at(example.name);
    beginning.replace(beginning.find("MODEL"), 5, (folder_ / example.model).string());
    EXPECT_EQ(ended.said.rfind(example.name + ": " + beginning, 0), 0U) << ended.said;
    EXPECT_EQ(std::count(ended.said.begin(), ended.said.end(), '\n'), 1) << ended.said;
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

// All that is checked stands in card_test.cpp.
TEST_F(Examples, DamagedCardsAreRefused) {
  const std::string card = (folder_ / "card.json").string();
  for (const Example& example : examples_) {
    const fs::path picture = network_->picture(0, example.ending);
    network_->write_card();
    edit_card("/preprocessing/std", {0});
    expect_complaint(example,
                     picture,
                     card + ": preprocessing.std.0 is 0, must be a number above 0; export again");
    write_bytes(card, "{\"files\": [");
    expect_complaint(
        example, picture, card + " is no model card: it was truncated or edited; export again");
    fs::remove(card);
    expect_complaint(example, picture, "there is no " + card + "; write it with coppice export");
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

TEST_F(Examples, CardsOfAnotherNumberOfClassesAreRefused) {
  edit_card("/output/classes", 9);
  edit_card("/class_names", nullptr);
  for (const Example& example : examples_) {
    const std::string model = (folder_ / example.model).string();
    expect_complaint(
        example,
        network_->picture(0, example.ending),
        example.name == node_.name
            ? model + " has an output of 10, output in card.json says 9; export again"
            : model + " gives 10 logits, output.classes in card.json is 9; export again");
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

// The card takes a coloured picture, the model does not.
TEST_F(Examples, CardsOfOtherChannelsAreRefused) {
  network_->card.channels = 3;
  network_->card.preprocessing =
      CardPreprocessing{"whole picture to 28 x 28", "RGB", {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}, 1};
  network_->write_card();
  for (const Example& example : examples_) {
    const fs::path picture = folder_ / (example.ending == ".pgm" ? "colour.ppm" : "colour.png");
    cv::imwrite(picture.string(), cv::Mat(28, 28, CV_8UC3, cv::Scalar(0, 0, 255)));
    const Ended ended = classify(example, picture);
    EXPECT_EQ(ended.code, 1) << ended.said;
    EXPECT_NE(ended.said.find((folder_ / example.model).string()), std::string::npos) << ended.said;
    EXPECT_NE(ended.said.find("3 x 28 x 28"), std::string::npos) << ended.said;
    EXPECT_EQ(std::count(ended.said.begin(), ended.said.end(), '\n'), 1) << ended.said;
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

TEST_F(Examples, LogitsThatAreNotFiniteAreRefused) {
  edit_card("/preprocessing/std", {1e-300});  // pixels become infinite
  for (const Example& example : examples_) {
    expect_complaint(example,
                     network_->picture(0, example.ending),
                     (folder_ / example.model).string() +
                         " gives logits that are not finite: its weights, or preprocessing in "
                         "card.json, were edited; export again");
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

TEST_F(Examples, NodeAsksTheModelForItsSizeAndName) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const std::string model = (folder_ / kOnnxFile).string();
  const fs::path picture = network_->picture(0, ".png");
  edit_size(32);
  expect_complaint(
      node_,
      picture,
      model + " has an input of 1 x 28 x 28, input in card.json says 1 x 32 x 32; export again");
  edit_size(28);
  edit_card("/input/name", "data");
  expect_complaint(node_,
                   picture,
                   model + " has the input input, input.name in card.json is data; export again");
}

TEST_F(Examples, NodeTakesOnnxFilesOnly) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const std::string picture = network_->picture(0, ".png").string();
  for (const char* other : {"model.pt", "reference.h5", "model-int8.onnx"}) {
    const Ended ended =
        run(node_.command + " " + folder_.path().string() + " " + picture + " " + other);
    EXPECT_EQ(ended.said,
              "classify: " + (folder_ / "card.json").string() + " lists no ONNX file " + other +
                  "; give one of model.onnx\n");
    EXPECT_EQ(ended.code, 1);
  }
}

TEST_F(Examples, NodeSaysThatTheRuntimeIsMissing) {
  if (run("node --version").code != 0) GTEST_SKIP() << "skipped: no Node.js";
  const fs::path copy = folder_ / "deploy";
  fs::create_directories(copy / "node");
  fs::copy(kDeploy / "common", copy / "common");
  for (const char* file : {"classify.mjs", "idx.mjs", "png.mjs"}) {
    fs::copy(kDeploy / "node" / file, copy / "node" / file);
  }
  const Ended ended = run("node " + (copy / "node/classify.mjs").string() + " " +
                          folder_.path().string() + " " + network_->picture(0, ".png").string());
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.said.rfind("classify: ONNX Runtime is not installed (", 0), 0U) << ended.said;
  EXPECT_NE(ended.said.find("; run npm ci --ignore-scripts in "), std::string::npos) << ended.said;
}

TEST_F(Examples, TheBrowsersServerSaysWhatToGiveInstead) {
  if (run("node --version").code != 0) GTEST_SKIP() << "skipped: no Node.js";
  const std::string serve = "node " + (kDeploy / "browser/serve.mjs").string();
  EXPECT_EQ(run(serve).said, "serve: usage: node serve.mjs EXPORT_DIR [PORT]\n");
  fs::create_directories(folder_ / "several");
  const std::string several = (folder_ / "several").string();
  EXPECT_EQ(
      run(serve + " " + several).said,
      "serve: " + several +
          " is no export: it has no card.json; write one with coppice export --formats onnx\n");
  write_bytes(folder_ / "several/1/card.json", "{}");
  EXPECT_EQ(run(serve + " " + several).said,
            "serve: " + several + " holds several networks; give one of them: " + several + "/1\n");
  EXPECT_EQ(run(serve + " " + folder_.path().string() + " 99999").said,
            "serve: PORT = 99999, must be 0 to 65535 (0: any free one)\n");
}

}  // namespace
}  // namespace coppice
