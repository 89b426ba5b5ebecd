// What an exported network sees in a picture, with OpenCV:
//
//   build/release/deploy/classify-opencv EXPORT_DIR PICTURE
//
// EXPORT_DIR holds model.onnx and card.json of one network.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "experiments/deploy/common/export_folder.hpp"

namespace {

cv::Mat read_picture(const std::string& path, int channels) {
  require_picture(path);
  const cv::Mat picture = cv::imread(path, cv::IMREAD_UNCHANGED);
  if (picture.empty()) {
    throw std::runtime_error(path + " is no picture that OpenCV can read; convert it first");
  }
  if (picture.channels() != channels || picture.depth() != CV_8U) {
    throw std::runtime_error(path + " has " + std::to_string(picture.channels()) +
                             (picture.channels() == 1 ? " channel of " : " channels of ") +
                             std::to_string(8 * picture.elemSize1()) + " bits, the network takes " +
                             std::to_string(channels) + " of 8 bits; convert it first");
  }
  cv::Mat rgb = picture;
  if (channels == 3) cv::cvtColor(picture, rgb, cv::COLOR_BGR2RGB);
  return rgb;
}

cv::Mat resized(const cv::Mat& from, int width, int height) {
  cv::Mat to;
  const bool fewer = width * height < from.cols * from.rows;
  cv::resize(from, to, {width, height}, 0, 0, fewer ? cv::INTER_AREA : cv::INTER_LINEAR);
  return to;
}

// As the card says: the whole picture, or the centre of one whose shorter side is larger.
cv::Mat squared(const cv::Mat& picture, int size, double crop_fraction) {
  if (crop_fraction >= 1) return resized(picture, size, size);
  const double shorter = std::ceil(size / crop_fraction);
  const double scale = shorter / std::min(picture.cols, picture.rows);
  const auto scaled = [&](int side) { return static_cast<int>(std::max(shorter, side * scale)); };
  const cv::Mat large = resized(picture, scaled(picture.cols), scaled(picture.rows));
  return large({(large.cols - size) / 2, (large.rows - size) / 2, size, size}).clone();
}

cv::Mat input_of(const cv::Mat& square, const Card& card) {
  std::vector<cv::Mat> channels;
  cv::split(square, channels);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const double deviation = card.deviation[c];
    channels[c].convertTo(channels[c], CV_32F, 1 / (255 * deviation), -card.mean[c] / deviation);
  }
  cv::Mat normalised;
  cv::merge(channels, normalised);
  return cv::dnn::blobFromImage(normalised);
}

std::vector<float> logits_of(const std::string& model, const cv::Mat& input, const Card& card) {
  try {
    cv::dnn::Net net = cv::dnn::readNetFromONNX(model);
    net.setInput(input);
    const cv::Mat logits = net.forward();
    return {logits.ptr<float>(), logits.ptr<float>() + logits.total()};
  } catch (const cv::Exception& error) {
    // what() begins with OpenCV's own source.
    throw cannot_run("OpenCV", model, card, error.err);
  }
}

void classify(const std::string& folder, const std::string& picture) {
  const Card card = read_card(folder);
  const cv::Mat pixels = read_picture(picture, card.channels);
  const std::string model = checked_model(folder, card, "model.onnx");
  const cv::Mat input = input_of(squared(pixels, card.size, card.crop_fraction), card);
  print_best(logits_of(model, input, card), card, model);
}

}  // namespace

int main(int count, char** words) {
  try {
    // What goes wrong is said once, below.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    if (count != 3) throw std::runtime_error("usage: classify-opencv EXPORT_DIR PICTURE");
    classify(words[1], words[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify-opencv: %s\n", error.what());
    return 1;
  }
}
