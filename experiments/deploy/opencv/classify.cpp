// What an exported network sees in a picture, with OpenCV:
//
//   build/release/deploy/classify-opencv EXPORT_DIR PICTURE
//
// EXPORT_DIR holds model.onnx and card.json of one network.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "experiments/deploy/common/export_folder.hpp"

namespace {

using Json = nlohmann::json;

cv::Mat read_picture(const std::string& path, int channels) {
  const cv::Mat picture = cv::imread(path, cv::IMREAD_UNCHANGED);
  if (picture.empty()) throw std::runtime_error("cannot read the picture " + path);
  if (picture.channels() != channels || picture.depth() != CV_8U) {
    throw std::runtime_error(path + " has " + std::to_string(picture.channels()) +
                             " channels, the network takes " + std::to_string(channels) +
                             " of 8 bits; convert it first");
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

cv::Mat input_of(const cv::Mat& square, const Json& rule) {
  std::vector<cv::Mat> channels;
  cv::split(square, channels);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const double mean = rule.at("mean")[c];
    const double deviation = rule.at("std")[c];
    channels[c].convertTo(channels[c], CV_32F, 1 / (255 * deviation), -mean / deviation);
  }
  cv::Mat normalised;
  cv::merge(channels, normalised);
  return cv::dnn::blobFromImage(normalised);
}

void classify(const std::string& folder, const std::string& picture) {
  const Json card = read_card(folder);
  const int size = card.at("input").at("height");
  const cv::Mat pixels = read_picture(picture, card.at("input").at("channels"));
  const Json& rule = card["preprocessing"];
  cv::dnn::Net net = cv::dnn::readNetFromONNX(checked_model(folder, card, "model.onnx"));
  net.setInput(input_of(squared(pixels, size, rule.at("crop_fraction")), rule));
  const cv::Mat logits = net.forward();
  print_best({logits.ptr<float>(), logits.ptr<float>() + logits.total()}, card);
}

}  // namespace

int main(int count, char** words) {
  try {
    if (count != 3) throw std::runtime_error("usage: classify-opencv EXPORT_DIR PICTURE");
    classify(words[1], words[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify-opencv: %s\n", error.what());
    return 1;
  }
}
