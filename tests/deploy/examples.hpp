// The programs of experiments/deploy that classify a picture, each beside an exported network.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/exported_network.hpp"
#include "tests/support/onnxruntime_here.hpp"

namespace coppice {

struct Ended {
  int code = 0;
  std::string said;  // on stdout and stderr
};

inline Ended run(const std::string& command) {
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
    if (!std::filesystem::exists(ExportedNetwork::kImages)) {
      GTEST_SKIP() << "skipped: " << ExportedNetwork::kImages
                   << " is not there (package dataset-fashion-mnist)";
    }
    network_.emplace(folder_.path());
    examples_ = {{COPPICE_EXAMPLES "/classify-opencv", "classify-opencv", "model.onnx", ".png"},
                 {COPPICE_EXAMPLES "/classify-libtorch", "classify-libtorch", "model.pt", ".pgm"}};
    if (std::filesystem::exists(COPPICE_DEPLOY_NODE "/node_modules")) examples_.push_back(node_);
  }

  [[nodiscard]] Ended classify(const Example& example, const std::filesystem::path& picture) const {
    return run(example.command + " " + folder_.path().string() + " " + picture.string());
  }

  // The example fails and says only this.
  void expect_complaint(const Example& example,
                        const std::filesystem::path& picture,
                        const std::string& words) {
    const Ended ended = classify(example, picture);
    EXPECT_EQ(ended.code, 1) << example.name;
    EXPECT_EQ(ended.said, example.name + ": " + words + "\n");
  }

  // The card with another value at a JSON pointer.
  void edit_card(const std::string& pointer, const nlohmann::json& value) const {
    nlohmann::json card = nlohmann::json::parse(read_bytes(folder_ / "card.json"));
    card[nlohmann::json::json_pointer(pointer)] = value;
    write_bytes(folder_ / "card.json", card.dump());
  }

  // As if the network were of this size, in every place that says so.
  void edit_size(int size) const {
    for (const char* key : {"/input/height", "/input/width", "/architecture/r/0"}) {
      edit_card(key, size);
    }
  }

  const TemporaryFolder folder_;
  std::optional<ExportedNetwork> network_;
  const Example node_{
      "node " COPPICE_DEPLOY_NODE "/classify.mjs", "classify", "model.onnx", ".png"};
  std::vector<Example> examples_;  // OpenCV, libtorch and, where it is installed, Node.js
};

constexpr const char* kWithoutNode = "; the other examples were tested";

}  // namespace coppice
