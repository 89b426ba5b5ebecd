// A network as `coppice export` leaves it: random weights of the small space for Fashion-MNIST,
// with batch norm calibrated on test images, so that its classes differ from image to image.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <optional>
#include <string>
#include <vector>

#include "export/format.hpp"
#include "export/model_card.hpp"
#include "export/onnx_file.hpp"
#include "export/torchscript_file.hpp"
#include "supernet/calibration.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/supernet.hpp"
#include "supernet/training/evaluate.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {

class ExportedNetwork {
 public:
  static constexpr const char* kImages = "/usr/share/datasets/fashion-mnist";
  static constexpr int kResolution = 28;
  static constexpr std::size_t kBatch = 100;

  /// Writes model.onnx, model.pt and the card into the folder. REQUIRES that kImages exists.
  explicit ExportedNetwork(std::filesystem::path folder)
      : folder_(std::move(folder)), source_(open_data(kImages)), subnet_(random_subnet()) {
    images_ = std::make_unique<PreparedImages>(source_.test, preprocessing_, kBatch);
    calibrate(subnet_, {images(0)});
    write_onnx(subnet_.plain(), {}, folder_ / kOnnxFile);
    write_torchscript(subnet_, folder_ / kTorchScriptFile);
    card.name = "small";
    card.space = "small";
    card.architecture = to_text(space(), subnet_.architecture());
    card.channels = 1;
    card.resolution = kResolution;
    card.classes = subnet_.plan().classes;
    card.class_names = source_.class_names;
    card.preprocessing = CardPreprocessing{"whole picture to 28 x 28",
                                           "grey",
                                           {preprocessing_.mean[0]},
                                           {preprocessing_.deviation[0]},
                                           1};
    write_card();
  }

  /// Anew, with the files as they are now.
  void write_card() {
    card.files = {describe_file(folder_ / kOnnxFile), describe_file(folder_ / kTorchScriptFile)};
    write_model_card(card, folder_);
  }

  [[nodiscard]] at::Tensor images(std::size_t batch) const {
    return images_->batch(batch, kResolution).images;
  }
  [[nodiscard]] const Subnet& subnet() const { return subnet_; }
  [[nodiscard]] const std::string& class_name(std::int64_t index) const {
    return source_.class_names[static_cast<std::size_t>(index)];
  }

  /// Test image `index` as a file of the kind that the ending says.
  [[nodiscard]] std::filesystem::path picture(std::size_t index, const std::string& ending) const {
    Image image = source_.test->get(index).image;
    auto path = folder_ / ("image" + std::to_string(index) + ending);
    cv::imwrite(path.string(), cv::Mat(image.height, image.width, CV_8UC1, image.pixels.data()));
    return path;
  }

  ModelCard card;

 private:
  static SearchSpace space() {
    SpaceParameters parameters;
    parameters.channels = 1;
    return builtin_space("small", parameters);
  }

  static Subnet random_subnet() {
    const Supernet net(space(), Random(7));
    Random random(11);
    return net.extract(net.space().with_resolution(net.space().sample(random), kResolution));
  }

  std::filesystem::path folder_;
  const Preprocessing preprocessing_{{0.286F}, {0.353F}, 1};
  DataSource source_;
  Subnet subnet_;
  std::unique_ptr<PreparedImages> images_;
};

inline std::vector<float> values_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

}  // namespace coppice
