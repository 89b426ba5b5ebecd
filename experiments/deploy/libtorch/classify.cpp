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
#include <vector>

#include "experiments/deploy/common/export_folder.hpp"

namespace {

// The header of a binary PGM or PPM picture as https://netpbm.sourceforge.net/doc/pgm.html has it:
// words between white space, and comments from # to the end of the line anywhere, even in words.
class PnmHeader {
 public:
  explicit PnmHeader(std::istream& in) : in_(in) {}

  // Reads the one white space behind the word, too: behind the last one the pixels begin.
  std::string word() {
    int c = next();
    while (is_space(c)) c = next();
    std::string found;
    for (; c != EOF && !is_space(c) && found.size() < kLongest; c = next()) {
      found += static_cast<char>(c);
    }
    return found;
  }

  // 0 where no number from 1 stands.
  int number() {
    const std::string digits = word();
    const bool plain = digits.find_first_not_of("0123456789") == std::string::npos;
    return plain && !digits.empty() && digits.size() < kLongest ? std::stoi(digits) : 0;
  }

 private:
  static constexpr std::size_t kLongest = 9;  // characters of a word

  static bool is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  int next() {
    int c = in_.get();
    while (c == '#') {
      while (c != '\n' && c != '\r' && c != EOF) c = in_.get();
      c = in_.get();
    }
    return c;
  }

  std::istream& in_;
};

// Throws std::runtime_error unless the header announces what the network takes. Returns the
// largest value of a pixel.
int read_header(std::istream& in, const std::string& path, const Card& card) {
  PnmHeader header(in);
  const std::string kind = header.word();
  if (kind != "P5" && kind != "P6") {
    throw std::runtime_error(path +
                             " is no binary PGM or PPM picture (P5 or P6); convert it first");
  }
  const int width = header.number();
  const int height = header.number();
  const int largest = header.number();
  if (width == 0 || height == 0 || largest == 0) {
    throw std::runtime_error(path +
                             " has a damaged header: width, height and largest value must be "
                             "whole numbers above 0");
  }
  if (largest > 255) {
    throw std::runtime_error(path + " has values up to " + std::to_string(largest) +
                             ", at most 255 (8 bits) can be read; convert it first");
  }
  const int channels = kind == "P5" ? 1 : 3;
  if (channels != card.channels) {
    throw std::runtime_error(path + " has " + std::to_string(channels) +
                             (channels == 1 ? " channel" : " channels") + ", the network takes " +
                             std::to_string(card.channels) + "; convert it first");
  }
  if (width != card.size || height != card.size) {
    throw std::runtime_error(path + " is " + std::to_string(width) + " x " +
                             std::to_string(height) + ", the network takes " +
                             std::to_string(card.size) + " x " + std::to_string(card.size) +
                             "; resize it first");
  }
  return largest;
}

// [1, channels, size, size], pixels from 0 to 1.
at::Tensor read_picture(const std::string& path, const Card& card) {
  require_picture(path);
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  const int largest = read_header(in, path, card);
  at::Tensor pixels = at::empty({1, card.size, card.size, card.channels}, at::kByte);
  in.read(reinterpret_cast<char*>(pixels.data_ptr<std::uint8_t>()), pixels.numel());
  if (!in) throw std::runtime_error(path + " is truncated");
  const auto brightest = pixels.max().item<int>();
  if (brightest > largest) {
    throw std::runtime_error(path + " is damaged: it has the value " + std::to_string(brightest) +
                             ", its header allows " + std::to_string(largest));
  }
  return pixels.permute({0, 3, 1, 2}).to(at::kFloat) / largest;
}

// TorchScript puts the reason behind the lines of the network.
std::string reason_of(const std::string& words) {
  const std::string mark = "RuntimeError: ";
  const std::size_t place = words.rfind(mark);
  return place == std::string::npos ? words : words.substr(place + mark.size());
}

std::vector<float> logits_of(const std::string& model, const at::Tensor& image, const Card& card) {
  try {
    torch::jit::Module network = torch::jit::load(model);
    const at::NoGradGuard no_grad;
    const at::Tensor logits = network.forward({image}).toTensor().contiguous();
    return {logits.data_ptr<float>(), logits.data_ptr<float>() + logits.numel()};
  } catch (const c10::Error& error) {
    throw cannot_run("libtorch", model, card, reason_of(error.what_without_backtrace()));
  } catch (const std::exception& error) {
    throw cannot_run("libtorch", model, card, reason_of(error.what()));
  }
}

void classify(const std::string& folder, const std::string& picture) {
  const Card card = read_card(folder);
  at::Tensor image = read_picture(picture, card);
  for (int c = 0; c < card.channels; ++c) {
    const auto place = static_cast<std::size_t>(c);
    image.select(1, c).sub_(card.mean[place]).div_(card.deviation[place]);
  }
  const std::string model = checked_model(folder, card, "model.pt");
  print_best(logits_of(model, image, card), card, model);
}

}  // namespace

int main(int count, char** words) {
  try {
    if (count != 3) throw std::runtime_error("usage: classify-libtorch EXPORT_DIR PICTURE.pgm");
    classify(words[1], words[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify-libtorch: %s\n", error.what());
    return 1;
  }
}
