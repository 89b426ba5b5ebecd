// The examples prepare pictures in JavaScript; the network was trained on what supernet/data makes
// of them. Both must see the same.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "supernet/base/files.hpp"
#include "supernet/data/resize.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;

struct Case {
  int height = 0;
  int width = 0;
  int channels = 0;
  int size = 0;
  double crop_fraction = 1;
};

// Waves and edges, computed in the script below in the same way.
Image picture(const Case& c) {
  Image image{c.height, c.width, c.channels, {}};
  for (int y = 0; y < c.height; ++y) {
    for (int x = 0; x < c.width; ++x) {
      for (int k = 0; k < c.channels; ++k) {
        image.pixels.push_back(
            static_cast<std::uint8_t>((x * x + 3 * y * x + 7 * y + 31 * k) % 256));
      }
    }
  }
  return image;
}

constexpr const char* kScript = R"(
import fs from 'node:fs';
const {prepare} = await import('file://' + process.argv[2]);
const out = JSON.parse(fs.readFileSync(process.argv[3])).map(([height, width, channels, size, fraction]) => {
  const pixels = new Uint8Array(height * width * channels);
  let i = 0;
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      for (let k = 0; k < channels; ++k) pixels[i++] = (x * x + 3 * y * x + 7 * y + 31 * k) % 256;
  const std = Array(channels).fill(1 / 255);
  const preprocessing = {crop_fraction: fraction, mean: Array(channels).fill(0), std};
  return Array.from(prepare({height, width, channels, pixels}, {input: {height: size, channels}, preprocessing}), Math.round);
});
fs.writeFileSync(process.argv[4], JSON.stringify(out));
)";

TEST(Preprocess, JavaScriptSeesWhatTheTrainingSaw) {
  if (std::system("node --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "skipped: no Node.js";
  const std::vector<Case> cases{
      {28, 28, 1, 28, 1},
      {28, 28, 1, 20, 1},
      {28, 28, 1, 64, 1},
      {280, 280, 1, 28, 1},
      {37, 91, 1, 24, 1},
      {20, 100, 1, 28, 1},
      {101, 17, 3, 32, 1},
      {300, 217, 3, 224, 0.875},
      {480, 641, 3, 160, 0.875},
      {90, 133, 3, 128, 0.875},
      {1, 1, 1, 20, 1},
  };
  const TemporaryFolder folder;
  Json asked = Json::array();
  for (const Case& c : cases) {
    asked.push_back({c.height, c.width, c.channels, c.size, c.crop_fraction});
  }
  write_text_file(folder / "cases.json", asked.dump());
  write_text_file(folder / "run.mjs", kScript);
  const std::string command = "node " + (folder / "run.mjs").string() +
                              " " COPPICE_DEPLOY_NODE "/../common/preprocess.mjs " +
                              (folder / "cases.json").string() + " " +
                              (folder / "out.json").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Json found = Json::parse(read_text_file(folder / "out.json"));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& c = cases[i];
    const Image image = picture(c);
    const Image expected = c.crop_fraction < 1
                               ? resize_shorter_side_and_crop_center(image, c.size, c.crop_fraction)
                               : resize(image, c.size);
    const auto pixels = static_cast<std::size_t>(c.size) * static_cast<std::size_t>(c.size);
    int largest = 0;
    for (std::size_t p = 0; p < pixels; ++p) {
      for (std::size_t k = 0; k < static_cast<std::size_t>(c.channels); ++k) {
        const int trained = expected.pixels[p * static_cast<std::size_t>(c.channels) + k];
        largest = std::max(largest, std::abs(found[i][k * pixels + p].get<int>() - trained));
      }
    }
    // OpenCV interpolates in fixed-point numbers.
    EXPECT_LE(largest, 1) << c.height << " x " << c.width << " to " << c.size;
  }
}

}  // namespace
}  // namespace coppice
