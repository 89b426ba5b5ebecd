// The examples in experiments/deploy as a newcomer runs them: each sees what the subnet sees, and
// says in one line what is wrong.
#include <ATen/ops/argmax.h>
#include <ATen/ops/softmax.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "supernet/base/files.hpp"
#include "tests/support/exported_network.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

const fs::path kDeploy = fs::path(COPPICE_DEPLOY_NODE).parent_path();

struct Ended {
  int code = 0;
  std::string said;  // on stdout and stderr
};

Ended run(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  Ended ended;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
    ended.said.append(part.data(), got);
  }
  const int status = ::pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

// A program that classifies a picture, and the model that it reads.
struct Example {
  std::string command;
  std::string name;  // as which it complains
  std::string model;
  std::string ending;  // of the pictures it reads
};

class Examples : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(ExportedNetwork::kImages)) {
      GTEST_SKIP() << "skipped: " << ExportedNetwork::kImages
                   << " is not there (package dataset-fashion-mnist)";
    }
    network_.emplace(folder_.path());
    examples_ = {{COPPICE_EXAMPLES "/classify-opencv", "classify-opencv", "model.onnx", ".png"},
                 {COPPICE_EXAMPLES "/classify-libtorch", "classify-libtorch", "model.pt", ".pgm"}};
    if (fs::exists(COPPICE_DEPLOY_NODE "/node_modules")) {
      examples_.push_back(
          {"node " COPPICE_DEPLOY_NODE "/classify.mjs", "classify", "model.onnx", ".png"});
    }
  }

  [[nodiscard]] Ended classify(const Example& example, const fs::path& picture) const {
    return run(example.command + " " + folder_.path().string() + " " + picture.string());
  }

  // The example fails and says only this.
  void expect_complaint(const Example& example, const fs::path& picture, const std::string& words) {
    const Ended ended = classify(example, picture);
    EXPECT_EQ(ended.code, 1) << example.name;
    EXPECT_EQ(ended.said, example.name + ": " + words + "\n");
  }

  const TemporaryFolder folder_;
  std::optional<ExportedNetwork> network_;
  std::vector<Example> examples_;
};

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
}

TEST_F(Examples, NodeReadsIdxFilesToo) {
  if (examples_.size() < 3) GTEST_SKIP() << "skipped: run npm ci in experiments/deploy/node";
  const std::string idx = std::string(ExportedNetwork::kImages) + "/t10k-images-idx3-ubyte.gz";
  const Ended png = classify(examples_[2], network_->picture(1, ".png"));
  const Ended same = classify(examples_[2], idx + ":1");
  // All but the last line, which tells the time.
  const auto classes = [](const std::string& said) {
    return said.substr(0, said.rfind('\n', said.size() - 2));
  };
  EXPECT_EQ(classes(png.said), classes(same.said));
  expect_complaint(examples_[2], idx + ":10000", idx + " has pictures 0 to 9999, not 10000");
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
    write_bytes(model, whole);
  }
}

TEST_F(Examples, DamagedCardsAreRefused) {
  const std::string card = (folder_ / "card.json").string();
  for (const Example& example : examples_) {
    const fs::path picture = network_->picture(0, example.ending);
    write_bytes(card, "{\"files\": [");
    expect_complaint(
        example, picture, card + " is no model card: it was truncated or edited; export again");
  }
}

TEST_F(Examples, PicturesOfOtherChannelsAreRefused) {
  const cv::Mat colour(28, 28, CV_8UC3, cv::Scalar(0, 0, 255));
  for (const Example& example : examples_) {
    const bool pnm = example.ending == ".pgm";
    const fs::path picture = folder_ / (pnm ? "colour.ppm" : "colour.png");
    cv::imwrite(picture.string(), colour);
    const std::string words =
        example.name == "classify" ? "the picture has 3 channels (RGB), the network takes 1 "
                                     "channel (grey); convert it first"
        : pnm
            ? picture.string() + " has 3 channels, the network takes 1; convert it first"
            : picture.string() + " has 3 channels, the network takes 1 of 8 bits; convert it first";
    expect_complaint(example, picture, words);
  }
}

TEST_F(Examples, PicturesThatCannotBeReadAreRefused) {
  write_bytes(folder_ / "text.png", "no picture");
  const std::string path = (folder_ / "text.png").string();
  expect_complaint(examples_[0], path, "cannot read the picture " + path);
  expect_complaint(examples_[1], path, path + " is no binary PGM or PPM picture of 8 bits");
  if (examples_.size() > 2) expect_complaint(examples_[2], path, path + " is no PNG picture");
}

TEST_F(Examples, LibtorchWantsTheNetworksSize) {
  const fs::path small = folder_ / "small.pgm";
  cv::imwrite(small.string(), cv::Mat(20, 24, CV_8UC1, cv::Scalar(7)));
  expect_complaint(examples_[1],
                   small,
                   small.string() + " is 24 x 20, the network takes 28 x 28; resize it first");
}

TEST_F(Examples, NodeSaysThatTheRuntimeIsMissing) {
  if (run("node --version").code != 0) GTEST_SKIP() << "skipped: no Node.js";
  const fs::path copy = folder_ / "deploy";
  fs::create_directories(copy / "node");
  fs::copy(kDeploy / "common", copy / "common");
  for (const char* file : {"classify.mjs", "png.mjs"}) {
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
