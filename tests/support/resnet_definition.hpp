// ResNet50-D supernets as Once-For-All defines them (ofa_resnets.py, networks/resnets.py), written
// down a second time: weights under the reference's names, and the forward pass in plain operators
// with slices cut by hand. Shares nothing with plan_layers or the supernet.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace coppice {

/// What a space offers at most: base widths, blocks and choices.
struct ResNetDefinition {
  int channels = 3;
  int classes = 10;
  int stem_width = 64;
  int stem_stride = 2;
  std::vector<int> widths{256, 512, 1024, 2048};  ///< of the stages, before the multiplier
  std::vector<int> base_depths{2, 2, 4, 2};
  std::vector<int> strides{1, 2, 2, 2};
  int most_extra = 2;  ///< blocks a stage beyond its base
  std::vector<double> multipliers{0.65, 0.8, 1.0};
  double largest_expand = 0.35;
};

/// As in a genotype: d of the stages, e of all block slots, w as indices.
struct ResNetChoice {
  bool stem_unit = true;
  std::vector<int> extra;
  std::vector<double> expand;
  std::vector<int> width;  ///< stem's middle, stem's output, then the stages
};

using NamedTensors = std::map<std::string, at::Tensor>;

inline int divisible_by_eight(double value) {
  const int rounded = std::max(8, static_cast<int>(value + 4) / 8 * 8);
  return rounded < 0.9 * value ? rounded + 8 : rounded;
}

class ResNetByDefinition {
 public:
  ResNetByDefinition(ResNetDefinition definition, std::uint64_t seed)
      : def_(std::move(definition)) {
    at::manual_seed(seed);
    const ResNetChoice largest = largest_choice();
    const int middle = stem_middle(largest);
    const int out = stem_out(largest);
    add_conv("input_stem.0", def_.channels, middle, 3);
    add_conv("input_stem.1.conv", middle, middle, 3);
    add_conv("input_stem.2", middle, out, 3);
    int in = out;
    int slot = 0;
    for (std::size_t stage = 0; stage < def_.widths.size(); ++stage) {
      const int width = divisible_by_eight(def_.widths[stage] * def_.multipliers.back());
      const int mid = divisible_by_eight(std::round(width * def_.largest_expand));
      for (int b = 0; b < def_.base_depths[stage] + def_.most_extra; ++b, ++slot) {
        const std::string name = "blocks." + std::to_string(slot);
        add_conv(name + ".conv1", in, mid, 1);
        add_conv(name + ".conv2", mid, mid, 3);
        add_conv(name + ".conv3", mid, width, 1);
        if (b == 0) add_conv(name + ".downsample", in, width, 1);
        in = width;
      }
    }
    weights_["classifier.linear.linear.weight"] = at::randn({def_.classes, in}) / std::sqrt(in);
    weights_["classifier.linear.linear.bias"] = at::randn({def_.classes});
  }

  [[nodiscard]] const NamedTensors& weights() const { return weights_; }

  [[nodiscard]] ResNetChoice largest_choice() const {
    const auto stages = def_.widths.size();
    int slots = 0;
    for (const int base : def_.base_depths) slots += base + def_.most_extra;
    ResNetChoice choice;
    choice.extra.assign(stages, def_.most_extra);
    choice.expand.assign(static_cast<std::size_t>(slots), def_.largest_expand);
    choice.width.assign(stages + 2, static_cast<int>(def_.multipliers.size()) - 1);
    return choice;
  }

  /// Logits [batch, classes] of images [batch, channels, r, r], with stored statistics.
  [[nodiscard]] at::Tensor forward(const at::Tensor& images, const ResNetChoice& choice) const {
    at::Tensor x = at::relu(conv(images, "input_stem.0", stem_middle(choice), def_.stem_stride));
    if (choice.stem_unit) {
      x = x + at::relu(conv(x, "input_stem.1.conv", stem_middle(choice), 1));
    }
    x = at::relu(conv(x, "input_stem.2", stem_out(choice), 1));
    x = at::max_pool2d(x, {3, 3}, {2, 2}, {1, 1});
    int slot = 0;
    for (std::size_t stage = 0; stage < def_.widths.size(); ++stage) {
      const double multiplier = multiplier_at(choice, stage + 2);
      const int width = divisible_by_eight(def_.widths[stage] * multiplier);
      for (int b = 0; b < def_.base_depths[stage] + def_.most_extra; ++b, ++slot) {
        if (b >= def_.base_depths[stage] + choice.extra[stage]) continue;
        x = block(x, slot, width, b == 0 ? def_.strides[stage] : 0, choice);
      }
    }
    const at::Tensor features = x.mean({2, 3});
    const at::Tensor weight = weights_.at("classifier.linear.linear.weight");
    return at::linear(features,
                      weight.slice(1, 0, features.size(1)),
                      weights_.at("classifier.linear.linear.bias"));
  }

 private:
  [[nodiscard]] double multiplier_at(const ResNetChoice& choice, std::size_t place) const {
    return def_.multipliers[static_cast<std::size_t>(choice.width[place])];
  }
  [[nodiscard]] int stem_middle(const ResNetChoice& choice) const {
    const int half = divisible_by_eight(def_.stem_width * multiplier_at(choice, 0)) / 2;
    return divisible_by_eight(half);
  }
  [[nodiscard]] int stem_out(const ResNetChoice& choice) const {
    return divisible_by_eight(def_.stem_width * multiplier_at(choice, 1));
  }

  /// `stride` 0: not the first block of its stage.
  [[nodiscard]] at::Tensor block(
      const at::Tensor& x, int slot, int width, int stride, const ResNetChoice& choice) const {
    const std::string name = "blocks." + std::to_string(slot);
    const double expand = choice.expand[static_cast<std::size_t>(slot)];
    const int mid = divisible_by_eight(std::round(width * expand));
    at::Tensor y = at::relu(conv(x, name + ".conv1", mid, 1));
    y = at::relu(conv(y, name + ".conv2", mid, std::max(stride, 1)));
    y = conv(y, name + ".conv3", width, 1);
    if (stride == 0) return at::relu(y + x);
    at::Tensor shortcut = x;
    if (stride > 1) {
      shortcut = at::avg_pool2d(x, {stride, stride}, {stride, stride}, {0, 0}, /*ceil_mode=*/true);
    }
    return at::relu(y + conv(shortcut, name + ".downsample", width, 1));
  }

  /// Convolution and batch norm on the first channels.
  [[nodiscard]] at::Tensor conv(const at::Tensor& x,
                                const std::string& name,
                                int out,
                                int stride) const {
    const at::Tensor whole = weights_.at(name + ".conv.conv.weight");
    const at::Tensor weight = whole.slice(0, 0, out).slice(1, 0, x.size(1)).contiguous();
    const std::int64_t padding = whole.size(2) / 2;
    const at::Tensor y = at::conv2d(x, weight, {}, {stride, stride}, {padding, padding});
    const auto norm = [&](const char* array) {
      return weights_.at(name + ".bn.bn." + array).slice(0, 0, out).view({1, out, 1, 1});
    };
    return (y - norm("running_mean")) / at::sqrt(norm("running_var") + 1e-5) * norm("weight") +
           norm("bias");
  }

  void add_conv(const std::string& name, int in, int out, int kernel) {
    weights_[name + ".conv.conv.weight"] =
        at::randn({out, in, kernel, kernel}) / std::sqrt(in * kernel * kernel / 2.0);
    weights_[name + ".bn.bn.weight"] = at::rand({out}) + 0.5;
    weights_[name + ".bn.bn.bias"] = at::randn({out}) * 0.1;
    weights_[name + ".bn.bn.running_mean"] = at::randn({out}) * 0.1;
    weights_[name + ".bn.bn.running_var"] = at::rand({out}) + 0.5;
    weights_[name + ".bn.bn.num_batches_tracked"] = at::zeros({1});
  }

  ResNetDefinition def_;
  NamedTensors weights_;
};

}  // namespace coppice
