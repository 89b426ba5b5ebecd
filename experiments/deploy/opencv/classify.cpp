// What an exported network sees in a picture, with OpenCV and nothing of Coppice:
//
//   build/release/deploy/classify-opencv EXPORT_DIR PICTURE
//
// EXPORT_DIR holds model.onnx and card.json of one network.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::json;

Json read_card(const std::string& folder) {
  std::ifstream in(folder + "/card.json");
  if (!in) throw std::runtime_error("cannot read " + folder + "/card.json; run coppice export");
  Json card = Json::parse(in, nullptr, false);
  if (!card.is_object() || !card.contains("preprocessing") || card["preprocessing"].is_null()) {
    throw std::runtime_error(folder + "/card.json does not say how pictures are prepared");
  }
  return card;
}

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
  const cv::Mat large = resized(picture,
                                static_cast<int>(std::lround(picture.cols * scale)),
                                static_cast<int>(std::lround(picture.rows * scale)));
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

void print_best(const cv::Mat& logits, const Json& card) {
  std::vector<int> order(logits.total());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  const auto* values = logits.ptr<float>();
  std::sort(order.begin(), order.end(), [values](int a, int b) { return values[a] > values[b]; });
  double sum = 0;
  for (const int i : order) sum += std::exp(double{values[i]} - values[order[0]]);
  for (std::size_t place = 0; place < std::min<std::size_t>(3, order.size()); ++place) {
    const int i = order[place];
    const Json& names = card.at("class_names");
    const std::string name = names.is_array()
                                 ? names[static_cast<std::size_t>(i)].get<std::string>()
                                 : "class " + std::to_string(i);
    const double share = std::exp(double{values[i]} - values[order[0]]) / sum;
    std::printf("%5.1f %%  %s\n", 100 * share, name.c_str());
  }
}

void classify(const std::string& folder, const std::string& picture) {
  const Json card = read_card(folder);
  const int size = card.at("input").at("height");
  const cv::Mat pixels = read_picture(picture, card.at("input").at("channels"));
  const Json& rule = card["preprocessing"];
  cv::dnn::Net net = cv::dnn::readNetFromONNX(folder + "/model.onnx");
  net.setInput(input_of(squared(pixels, size, rule.at("crop_fraction")), rule));
  print_best(net.forward(), card);
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
