// The description of a search space: what a space file says, as plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace coppice {

enum class Activation { none, relu, relu6, h_swish };

/// mobile: inverted residual blocks with elastic depth, kernel and expansion (MobileNetV3,
/// ProxylessNAS). resnet: bottleneck blocks with elastic depth, expansion and width (ResNet50-D).
enum class Family { mobile, resnet };

/// One stage. Choices ascend. Widths are those at width multiplier 1.
struct StageSpec {
  int width = 0;
  int stride = 1;  ///< of the stage's first block
  Activation activation = Activation::relu;
  bool squeeze_excite = false;
  int base_depth = 0;           ///< blocks that are always there (resnet); 0 in mobile spaces
  std::vector<int> depths;      ///< number of blocks (mobile) or of extra blocks (resnet)
  std::vector<int> kernels;     ///< odd; one choice in resnet spaces
  std::vector<double> expands;  ///< middle width as a multiple of the block's input (mobile) or
                                ///< output (resnet)
};

/// Cai et al., "Once-for-All", ICLR 2020, and its reference implementation define the built-in
/// ones; a user's file may describe any other with the same keys (see builtin/*.ini).
struct SpaceSpec {
  std::string name;
  Family family = Family::mobile;
  double width_mult = 1.0;
  int classes = 1000;
  int channels = 3;
  std::vector<int> resolutions;  ///< input height = width in pixels, ascending
  double batch_norm_eps = 1e-5;
  double dropout = 0.1;  ///< before the classifier, in training

  int stem_width = 16;
  int stem_stride = 2;
  Activation stem_activation = Activation::h_swish;

  // mobile only: the first block, which has no expansion and is not elastic
  int first_width = 16;
  Activation first_activation = Activation::relu;
  bool first_shortcut = true;

  std::vector<StageSpec> stages;

  // mobile only: the head
  int final_expand_width = 0;  ///< 1x1 convolution before pooling; 0: there is none
  int feature_mix_width = 1280;
  bool feature_mix_after_pool = true;  ///< then it has no normalisation, else it has
  Activation head_activation = Activation::h_swish;

  // resnet only
  std::vector<double> width_mults;  ///< elastic widths; genes are indices into it
  std::vector<int> stem_depths;     ///< {0, 2}: 2 keeps the stem's residual unit
};

/// What every space takes from the command line in place of its file's value.
struct SpaceParameters {
  std::optional<double> width_mult;
  std::optional<int> classes;
  std::optional<int> channels;
  std::vector<int> resolutions;  ///< empty: the file's
};

/// Names of the built-in spaces, in the order of the documentation.
[[nodiscard]] std::vector<std::string> builtin_space_names();

/// The INI text of a built-in space. Throws Error(usage) naming the known ones.
[[nodiscard]] std::string builtin_space_text(const std::string& name);

/// Parses INI text (`origin` names it in messages), applies the parameters and validates.
/// Throws Error(usage) naming the key, the value and what is allowed.
[[nodiscard]] SpaceSpec parse_space_spec(const std::string& text,
                                         const std::string& origin,
                                         const SpaceParameters& parameters = {});

/// The text that space_spec_text() once wrote into the file `path`. Throws Error: what is wrong
/// with it is damage, not usage.
[[nodiscard]] SpaceSpec parse_stored_space(const std::string& text, const std::string& path);

/// The INI text that parses to the same spec: what checkpoints store.
[[nodiscard]] std::string space_spec_text(const SpaceSpec& spec);

/// Throws Error(usage) unless the spec describes a space that can be built.
void validate(const SpaceSpec& spec);

[[nodiscard]] std::string to_text(Activation activation);
[[nodiscard]] std::string to_text(Family family);

}  // namespace coppice
