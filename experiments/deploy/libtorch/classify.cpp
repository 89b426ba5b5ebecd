// What an exported network sees in a picture, with libtorch:
//
//   build/release/deploy/classify-libtorch EXPORT_DIR PICTURE.pgm
//
// EXPORT_DIR holds model.pt and card.json of one network. libtorch reads no picture formats, so the
// picture is a binary PGM (grey) or PPM (RGB) of exactly the network's size.
#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include "experiments/deploy/common/export_folder.hpp"

namespace {

using Json = nlohmann::json;

// [1, channels, size, size], pixels from 0 to 1.
at::Tensor read_picture(const std::string& path, const Json& input) {
  std::ifstream in(path, std::ios::binary);
  std::string kind;
  int width = 0;
  int height = 0;
  int largest = 0;
  in >> kind >> width >> height >> largest;
  in.get();
  if (!in || (kind != "P5" && kind != "P6") || largest != 255) {
    throw std::runtime_error(path + " is no binary PGM or PPM picture of 8 bits");
  }
  const int channels = kind == "P5" ? 1 : 3;
  const int wanted = input.at("channels");
  if (channels != wanted) {
    throw std::runtime_error(path + " has " + std::to_string(channels) +
                             " channels, the network takes " + std::to_string(wanted) +
                             "; convert it first");
  }
  const int size = input.at("height");
  if (width != size || height != size) {
    throw std::runtime_error(path + " is " + std::to_string(width) + " x " +
                             std::to_string(height) + ", the network takes " +
                             std::to_string(size) + " x " + std::to_string(size) +
                             "; resize it first");
  }
  at::Tensor pixels = at::empty({1, size, size, channels}, at::kByte);
  in.read(reinterpret_cast<char*>(pixels.data_ptr<std::uint8_t>()), pixels.numel());
  if (!in) throw std::runtime_error(path + " is truncated");
  return pixels.permute({0, 3, 1, 2}).to(at::kFloat) / 255;
}

void classify(const std::string& folder, const std::string& picture) {
  const Json card = read_card(folder);
  at::Tensor image = read_picture(picture, card.at("input"));
  const Json& rule = card["preprocessing"];
  for (std::int64_t c = 0; c < image.size(1); ++c) {
    const auto place = static_cast<std::size_t>(c);
    const double mean = rule.at("mean")[place];
    const double deviation = rule.at("std")[place];
    image.select(1, c).sub_(mean).div_(deviation);
  }
  torch::jit::Module network = torch::jit::load(checked_model(folder, card, "model.pt"));
  const at::NoGradGuard no_grad;
  const at::Tensor logits = network.forward({image}).toTensor().contiguous();
  print_best({logits.data_ptr<float>(), logits.data_ptr<float>() + logits.numel()}, card);
}

}  // namespace

int main(int count, char** words) {
  try {
    if (count != 3) throw std::runtime_error("usage: classify-libtorch EXPORT_DIR PICTURE.pgm");
    classify(words[1], words[2]);
  } catch (const c10::Error& error) {
    std::fprintf(stderr, "classify-libtorch: %s\n", error.what_without_backtrace());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify-libtorch: %s\n", error.what());
    return 1;
  }
}
