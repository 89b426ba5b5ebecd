#include "predictors/choice_network.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "predictors/covered.hpp"
#include "predictors/slot_genes.hpp"
#include "supernet/base/error.hpp"
#include "supernet/kernels/dense.hpp"
#include "supernet/space/most_choices.hpp"

namespace coppice {
namespace {

std::size_t as_size(std::int64_t value) { return static_cast<std::size_t>(value); }

/// Rows that pass through all layers together: their activations and a panel of weights stay in the
/// second-level cache. A multiple of the tiles of every instruction set.
constexpr std::size_t kBlock = 60;

}  // namespace

void Mlp::check(std::size_t inputs, const std::string& origin) const {
  const auto finite = [](const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
  };
  require(layers.size() >= 2, origin, " has ", layers.size(), " layers, at least 2 are needed");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    require(!layer.bias.empty() && layer.weights.size() == layer.bias.size() * inputs,
            origin,
            ": layer ",
            i,
            " has ",
            layer.weights.size(),
            " weights and ",
            layer.bias.size(),
            " outputs; with ",
            inputs,
            " inputs it needs ",
            layer.bias.size() * inputs,
            " weights");
    require(finite(layer.weights) && finite(layer.bias),
            origin,
            ": layer ",
            i,
            " has a value that is not finite");
    inputs = layer.bias.size();
  }
  require(inputs == 1, origin, " has ", inputs, " outputs, a predictor has 1");
}

ChoiceInputs choice_inputs(const SearchSpace& space, std::size_t resolutions) {
  ChoiceInputs inputs;
  const auto choices = [&space](int gene) {
    return space.genes()[static_cast<std::size_t>(gene)].choices.size();
  };
  for (const BlockSlot& slot : space.slots()) {
    inputs.kernels.push_back(inputs.count);
    if (slot.kernel_gene >= 0) inputs.count += choices(slot.kernel_gene);
  }
  for (const BlockSlot& slot : space.slots()) {
    inputs.expands.push_back(inputs.count);
    inputs.count += choices(slot.expand_gene);
  }
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    const bool stem = i == 0 && space.depth_gene(0) > 0;
    if (!stem && space.genes()[i].kind != GeneKind::width) continue;
    inputs.whole.push_back(i);
    inputs.whole_at.push_back(inputs.count);
    inputs.count += space.genes()[i].choices.size();
  }
  inputs.resolutions = inputs.count;
  inputs.count += resolutions;
  return inputs;
}

std::vector<std::string> choice_input_names(const SearchSpace& space,
                                            const std::vector<int>& resolutions) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& prefix, std::size_t gene) {
    for (const double choice : space.genes()[gene].choices) names.push_back(text(prefix, choice));
  };
  for (std::size_t i = 0; i < space.slots().size(); ++i) {
    const int gene = space.slots()[i].kernel_gene;
    if (gene >= 0) add(text("slot", i, ".kernel="), static_cast<std::size_t>(gene));
  }
  for (std::size_t i = 0; i < space.slots().size(); ++i) {
    add(text("slot", i, ".expand="), static_cast<std::size_t>(space.slots()[i].expand_gene));
  }
  for (const std::size_t gene : choice_inputs(space, 0).whole) {
    const Gene& whole = space.genes()[gene];
    add(whole.kind == GeneKind::depth ? "stem.depth=" : text("width", whole.index, "="), gene);
  }
  for (const int pixels : resolutions) names.push_back(text("resolution=", pixels));
  return names;
}

/// The network arranged for speed. The one-hot first layer is a sum of columns of its weights, one
/// for kernel and expansion of each block together.
class ChoiceNetwork::Evaluation {
 public:
  /// `rough`: with hidden layers in bfloat16. REQUIRES has_rough_dense() then.
  Evaluation(const SearchSpace& space, const Mlp& mlp, const PredictorInfo& info, bool rough)
      : width_(dense_padded(static_cast<std::int64_t>(mlp.layers.front().bias.size()))),
        slots_(slot_genes(space)),
        kernels_(most_choices(space, GeneKind::kernel)),
        expands_(most_choices(space, GeneKind::expand)),
        resolution_gene_(static_cast<std::size_t>(space.resolution_gene())),
        resolutions_(space.spec().resolutions),
        inputs_(choice_inputs(space, info.resolutions.size())) {
    arrange_blocks(space, mlp.layers.front());
    arrange_rest(space, mlp.layers.front(), info.resolutions);
    for (std::size_t i = 1; i + 1 < mlp.layers.size(); ++i) {
      const Mlp::Layer& layer = mlp.layers[i];
      if (rough) {
        rough_layers_.emplace_back(layer.weights, layer.bias);
      } else {
        layers_.emplace_back(layer.weights, layer.bias);
      }
    }
    const Mlp::Layer& last = mlp.layers.back();
    last_ = AlignedFloats(as_size(dense_padded(static_cast<std::int64_t>(last.weights.size()))));
    std::copy(last.weights.begin(), last.weights.end(), last_.data());
    last_bias_ = static_cast<double>(last.bias.front());
    for (const Mlp::Layer& layer : mlp.layers) {
      widest_ = std::max(widest_, dense_padded(static_cast<std::int64_t>(layer.bias.size())));
    }
  }

  /// The network's outputs. Throws Error(usage) when an architecture has a resolution that is no
  /// input.
  [[nodiscard]] std::vector<double> run(const std::vector<Architecture>& architectures,
                                        const PredictorInfo& info) const {
    std::vector<double> outputs(architectures.size());
    std::vector<const float*> rows_added;
    AlignedFloats one(kBlock * as_size(widest_));
    AlignedFloats other(kBlock * as_size(widest_));
    AlignedFloats rounded(rough_layers_.empty() ? 0 : kBlock * as_size(widest_));
    for (std::size_t at = 0; at < outputs.size(); at += kBlock) {
      const std::size_t rows = std::min(kBlock, outputs.size() - at);
      for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t resolution = architectures[at + i].genes[resolution_gene_];
        if (!known_[resolution]) throw_not_covered(info, resolutions_[resolution]);
        first_layer(architectures[at + i], rows_added, one.data() + i * as_size(width_));
      }
      const AlignedFloats& hidden = hidden_layers(rows, one, other, rounded);
      const std::int64_t width = static_cast<std::int64_t>(last_.size());
      for (std::size_t i = 0; i < rows; ++i) {
        outputs[at + i] =
            last_bias_ + dense_dot(hidden.data() + i * last_.size(), last_.data(), width);
      }
    }
    return outputs;
  }

 private:
  void arrange_blocks(const SearchSpace& space, const Mlp::Layer& first) {
    const std::size_t pairs = kernels_ * expands_;
    blocks_ = AlignedFloats(slots_.size() * pairs * as_size(width_));
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      const SlotGenes& genes = slots_[slot];
      const std::size_t kernels =
          genes.has_kernel ? space.genes()[genes.kernel].choices.size() : std::size_t{0};
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        float* row = blocks_.data() + (slot * pairs + pair) * as_size(width_);
        const std::size_t kernel = pair / expands_;
        const std::size_t expand = pair % expands_;
        if (kernel < kernels) add_column(first, inputs_.kernels[slot] + kernel, row);
        if (expand < space.genes()[genes.expand].choices.size()) {
          add_column(first, inputs_.expands[slot] + expand, row);
        }
      }
    }
  }

  void arrange_rest(const SearchSpace& space,
                    const Mlp::Layer& first,
                    const std::vector<int>& resolutions) {
    std::size_t rows = 0;
    for (const std::size_t gene : inputs_.whole) {
      whole_rows_.push_back(rows);
      rows += space.genes()[gene].choices.size();
    }
    whole_ = AlignedFloats(rows * as_size(width_));
    for (std::size_t i = 0; i < inputs_.whole.size(); ++i) {
      for (std::size_t c = 0; c < space.genes()[inputs_.whole[i]].choices.size(); ++c) {
        add_column(
            first, inputs_.whole_at[i] + c, whole_.data() + (whole_rows_[i] + c) * as_size(width_));
      }
    }
    const std::vector<int>& asked = space.spec().resolutions;
    known_.resize(asked.size());
    bias_ = AlignedFloats(asked.size() * as_size(width_));
    for (std::size_t r = 0; r < asked.size(); ++r) {
      const auto found = std::find(resolutions.begin(), resolutions.end(), asked[r]);
      known_[r] = found != resolutions.end();
      if (!known_[r]) continue;
      float* row = bias_.data() + r * as_size(width_);
      std::copy(first.bias.begin(), first.bias.end(), row);
      const auto place = static_cast<std::size_t>(found - resolutions.begin());
      add_column(first, inputs_.resolutions + place, row);
    }
  }

  void add_column(const Mlp::Layer& first, std::size_t input, float* row) const {
    for (std::size_t o = 0; o < first.bias.size(); ++o) {
      row[o] += first.weights[o * inputs_.count + input];
    }
  }

  /// `rows` is scratch.
  void first_layer(const Architecture& architecture,
                   std::vector<const float*>& rows,
                   float* y) const {
    rows.clear();
    rows.push_back(bias_.data() + architecture.genes[resolution_gene_] * as_size(width_));
    for (std::size_t i = 0; i < inputs_.whole.size(); ++i) {
      rows.push_back(whole_.data() +
                     (whole_rows_[i] + architecture.genes[inputs_.whole[i]]) * as_size(width_));
    }
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      const SlotGenes& genes = slots_[slot];
      if (!genes.active(architecture)) continue;
      const std::size_t pair =
          genes.kernel_choice(architecture) * expands_ + genes.expand_choice(architecture);
      rows.push_back(blocks_.data() + (slot * kernels_ * expands_ + pair) * as_size(width_));
    }
    dense_sum_rectified(rows.data(), rows.size(), width_, y);
  }

  /// Where the last hidden layer's values stand afterwards.
  const AlignedFloats& hidden_layers(std::size_t rows,
                                     AlignedFloats& one,
                                     AlignedFloats& other,
                                     AlignedFloats& rounded) const {
    const std::int64_t tile = dense_tile_rows();
    const std::int64_t padded = (static_cast<std::int64_t>(rows) + tile - 1) / tile * tile;
    AlignedFloats* from = &one;
    AlignedFloats* to = &other;
    for (const DenseLayer& layer : layers_) {
      layer.apply_rectified(from->data(), padded, to->data());
      std::swap(from, to);
    }
    for (const RoughDenseLayer& layer : rough_layers_) {
      layer.apply_rectified(from->data(), padded, rounded.data(), to->data());
      std::swap(from, to);
    }
    return *from;
  }

  std::int64_t width_;
  std::vector<SlotGenes> slots_;
  std::size_t kernels_;
  std::size_t expands_;
  std::size_t resolution_gene_;
  std::vector<int> resolutions_;  ///< of the space
  ChoiceInputs inputs_;
  AlignedFloats blocks_;  ///< [slot][kernel][expansion][width]
  AlignedFloats whole_;   ///< [genes of the whole network][choice][width]
  AlignedFloats bias_;    ///< [resolution][width]
  std::vector<std::size_t> whole_rows_;
  std::vector<bool> known_;                    ///< resolutions that are inputs
  std::vector<DenseLayer> layers_;             ///< hidden ones ...
  std::vector<RoughDenseLayer> rough_layers_;  ///< ... of one kind or the other
  AlignedFloats last_;
  double last_bias_ = 0;
  std::int64_t widest_ = 0;
};

ChoiceNetwork::ChoiceNetwork(
    const SearchSpace& space, Mlp mlp, double scale, double offset, PredictorInfo info)
    : space_(space),
      mlp_(std::move(mlp)),
      scale_(scale),
      offset_(offset),
      info_(std::move(info)),
      evaluation_(new Evaluation(space, mlp_, info_, false)) {}

ChoiceNetwork::ChoiceNetwork(const ChoiceNetwork& exact, bool rough)
    : space_(exact.space_),
      mlp_(exact.mlp_),
      scale_(exact.scale_),
      offset_(exact.offset_),
      info_(exact.info_),
      evaluation_(new Evaluation(space_, mlp_, info_, rough)) {}

ChoiceNetwork::~ChoiceNetwork() = default;
ChoiceNetwork::ChoiceNetwork(ChoiceNetwork&& other) noexcept = default;
ChoiceNetwork& ChoiceNetwork::operator=(ChoiceNetwork&& other) noexcept = default;

std::unique_ptr<ChoiceNetwork> ChoiceNetwork::rough_network() const {
  if (!has_rough_dense()) return nullptr;
  return std::unique_ptr<ChoiceNetwork>(new ChoiceNetwork(*this, true));
}

std::vector<double> ChoiceNetwork::predict(const std::vector<Architecture>& architectures) const {
  std::vector<double> values = evaluation_->run(architectures, info_);
  for (double& value : values) value = offset_ + scale_ * value;
  return values;
}

}  // namespace coppice
