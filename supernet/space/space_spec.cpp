#include "supernet/space/space_spec.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr std::array<std::pair<Activation, const char*>, 4> kActivations{{
    {Activation::none, "none"},
    {Activation::relu, "relu"},
    {Activation::relu6, "relu6"},
    {Activation::h_swish, "h_swish"},
}};

// Genes are stored in 8 bits, and nothing real comes near these bounds; beyond them the channels
// and bytes of one layer would overflow. Their products over a network are checked by SearchSpace.
constexpr int kMostStages = 16;
constexpr int kMostBlocks = 64;
constexpr int kMostPixels = 4096;
constexpr int kMostChannels = 65536;

template <class T>
void check_range(const std::string& key, T value, T low, T high) {
  require_usage(
      value >= low && value <= high, key, " = ", value, ", must be between ", low, " and ", high);
}

template <class T>
void check_choices(const std::string& key, const std::vector<T>& values, T low, T high) {
  require_usage(!values.empty(), key, " is empty, must list at least one value");
  for (const T value : values) check_range(key, value, low, high);
  for (std::size_t i = 1; i < values.size(); ++i) {
    require_usage(values[i - 1] < values[i],
                  key,
                  " must ascend, but ",
                  values[i],
                  " follows ",
                  values[i - 1]);
  }
}

void check_stage(const StageSpec& stage, const std::string& name, Family family) {
  check_range(name + ".width", stage.width, 1, kMostChannels);
  check_range(name + ".stride", stage.stride, 1, 2);
  check_choices(name + ".kernels", stage.kernels, 1, 31);
  for (const int kernel : stage.kernels) {
    require_usage(kernel % 2 == 1, name, ".kernels = ", kernel, ", kernels must be odd");
  }
  check_choices(name + ".expands", stage.expands, 0.05, 64.0);
  if (family == Family::mobile) {
    check_choices(name + ".depths", stage.depths, 1, kMostBlocks);
    check_range(name + ".base_depth", stage.base_depth, 0, 0);
  } else {
    check_range(name + ".base_depth", stage.base_depth, 1, kMostBlocks);
    check_choices(name + ".depths", stage.depths, 0, kMostBlocks);
    require_usage(stage.kernels == std::vector<int>{3},
                  name,
                  ".kernels: the blocks of a resnet space have 3 x 3 convolutions; write 3");
    require_usage(!stage.squeeze_excite && stage.activation == Activation::relu,
                  name,
                  ": the blocks of a resnet space use relu and no squeeze_excite");
  }
}

void check_resnet(const SpaceSpec& spec) {
  check_choices("width_mults", spec.width_mults, 0.05, 16.0);
  require_usage(spec.stem_depths == std::vector<int>({0, 2}),
                "stem.depths must be 0 2 (2 keeps the stem's residual unit)");
  require_usage(spec.stem_activation == Activation::relu,
                "stem.activation = ",
                to_text(spec.stem_activation),
                ", a resnet space needs relu");
}

void check_mobile(const SpaceSpec& spec) {
  check_range("first_block.width", spec.first_width, 1, kMostChannels);
  check_range("head.final_expand_width", spec.final_expand_width, 0, kMostChannels);
  check_range("head.feature_mix_width", spec.feature_mix_width, 1, kMostChannels);
  require_usage(spec.width_mults.empty(), "width_mults belongs to the family resnet only");
}

}  // namespace

std::string to_text(Activation activation) {
  for (const auto& [value, name] : kActivations) {
    if (value == activation) return name;
  }
  return "none";
}

std::string to_text(Family family) { return family == Family::mobile ? "mobile" : "resnet"; }

void validate(const SpaceSpec& spec) {
  require_usage(!spec.name.empty(), "name is empty; a space needs a name");
  check_range("width_mult", spec.width_mult, 0.05, 16.0);
  check_range("classes", spec.classes, 2, 1'000'000);
  check_range("channels", spec.channels, 1, 1024);
  check_choices("resolutions", spec.resolutions, 8, kMostPixels);
  check_range("batch_norm_eps", spec.batch_norm_eps, 1e-12, 1.0);
  check_range("dropout", spec.dropout, 0.0, 0.95);
  check_range("stem.width", spec.stem_width, 1, kMostChannels);
  check_range("stem.stride", spec.stem_stride, 1, 2);
  const auto stages = static_cast<int>(spec.stages.size());
  check_range("number of stages", stages, 1, kMostStages);
  for (int i = 0; i < stages; ++i) {
    check_stage(spec.stages[static_cast<std::size_t>(i)], text("stage", i + 1), spec.family);
  }
  if (spec.family == Family::mobile) {
    check_mobile(spec);
  } else {
    check_resnet(spec);
  }
}

}  // namespace coppice
