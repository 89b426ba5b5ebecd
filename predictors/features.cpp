#include "predictors/features.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kMega = 1e6;
constexpr std::size_t kNoFeature = std::numeric_limits<std::size_t>::max();

/// Sums over the active blocks of a stage or of the network.
struct BlockSums {
  double blocks = 0;
  double kernels = 0;
  double expands = 0;
  PieceCost cost;

  void add(const SearchSpace& space, const Architecture& architecture, const BlockSlot& slot) {
    blocks += 1;
    if (slot.kernel_gene >= 0) kernels += space.value(architecture, slot.kernel_gene);
    expands += space.value(architecture, slot.expand_gene);
  }
};

std::size_t as_index(int value) { return static_cast<std::size_t>(value); }

bool has_kernels(const SearchSpace& space) { return space.slots().front().kernel_gene >= 0; }

std::size_t count_widths(const SearchSpace& space) {
  return space.first_width_gene() < 0 ? 0 : space.spec().stages.size() + 2;
}

std::string prefix_of(const Gene& gene, bool stem) {
  switch (gene.kind) {
    case GeneKind::depth:
      return stem ? "stem.depth=" : text("stage", gene.index + 1, ".depth=");
    case GeneKind::kernel:
      return text("slot", gene.index, ".kernel=");
    case GeneKind::expand:
      return text("slot", gene.index, ".expand=");
    case GeneKind::width:
      return text("width", gene.index, "=");
    case GeneKind::resolution:
      return "resolution=";
  }
  return "";
}

}  // namespace

std::string to_text(FeatureSet set) {
  switch (set) {
    case FeatureSet::physical:
      return "physical";
    case FeatureSet::stages:
      return "stages";
    case FeatureSet::choices:
      return "choices";
    case FeatureSet::hybrid:
      return "hybrid";
    case FeatureSet::grouped:
      return "grouped";
  }
  return "";
}

FeatureEncoder::FeatureEncoder(const SearchSpace& space, FeatureSet set)
    : FeatureEncoder(
          space, set, std::make_shared<const PieceCosts>(space), space.spec().resolutions) {}

FeatureEncoder::FeatureEncoder(SearchSpace space,
                               FeatureSet set,
                               std::shared_ptr<const PieceCosts> costs,
                               std::vector<int> one_hot_resolutions)
    : space_(std::move(space)),
      set_(set),
      costs_(std::move(costs)),
      one_hot_resolutions_(std::move(one_hot_resolutions)) {
  const bool grouped = set_ == FeatureSet::grouped;
  if (has(FeatureSet::physical)) name_physical();
  if (grouped) group_ends_.push_back(names_.size());
  if (has(FeatureSet::stages) && !grouped) name_globals();
  if (has(FeatureSet::stages)) name_stages();
  if (grouped) group_ends_.push_back(names_.size());
  if (has(FeatureSet::choices)) name_choices();
  group_ends_.push_back(names_.size());
}

/// Whether the set contains that smaller one.
bool FeatureEncoder::has(FeatureSet part) const {
  if (set_ == FeatureSet::grouped) return true;
  if (set_ == FeatureSet::hybrid) return part != FeatureSet::physical;
  return set_ == part;
}

void FeatureEncoder::encode(const Architecture& architecture, double* features) const {
  double* out = features;
  const bool grouped = set_ == FeatureSet::grouped;
  if (has(FeatureSet::physical)) out = put_physical(architecture, out);
  if (has(FeatureSet::stages) && !grouped) out = put_globals(architecture, out);
  if (has(FeatureSet::stages)) out = put_stages(architecture, out);
  if (has(FeatureSet::choices)) put_choices(architecture, out, features + length());
}

void FeatureEncoder::name_physical() {
  names_ = {"macs_depthwise_m",
            "macs_pointwise_m",
            "macs_other_m",
            "activations_m",
            "params_m",
            "layers",
            "peak_mb",
            "resolution",
            "mean_kernel",
            "mean_expand",
            "log_macs",
            "log_activations",
            "log_params"};
}

double* FeatureEncoder::put_physical(const Architecture& architecture, double* out) const {
  const PieceCost cost = costs_->network(architecture);
  BlockSums sums;
  for (const BlockSlot& slot : space_.slots()) {
    if (space_.active(architecture, slot)) sums.add(space_, architecture, slot);
  }
  *out++ = cost.macs_depthwise / kMega;
  *out++ = cost.macs_pointwise / kMega;
  *out++ = cost.macs_other / kMega;
  *out++ = cost.activations / kMega;
  *out++ = cost.params / kMega;
  *out++ = cost.layers;
  *out++ = cost.peak_bytes / kMega;
  *out++ = space_.resolution(architecture);
  *out++ = sums.kernels / sums.blocks;
  *out++ = sums.expands / sums.blocks;
  *out++ = std::log(cost.macs() / kMega);
  *out++ = std::log(cost.activations / kMega);
  *out++ = std::log(cost.params / kMega);
  return out;
}

void FeatureEncoder::name_globals() {
  names_ = {"macs_depthwise_m",
            "macs_pointwise_m",
            "macs_other_m",
            "activations_m",
            "params_m",
            "resolution",
            "log_macs"};
}

double* FeatureEncoder::put_globals(const Architecture& architecture, double* out) const {
  const PieceCost cost = costs_->network(architecture);
  *out++ = cost.macs_depthwise / kMega;
  *out++ = cost.macs_pointwise / kMega;
  *out++ = cost.macs_other / kMega;
  *out++ = cost.activations / kMega;
  *out++ = cost.params / kMega;
  *out++ = space_.resolution(architecture);
  *out++ = std::log(cost.macs() / kMega);
  return out;
}

void FeatureEncoder::name_stages() {
  for (std::size_t stage = 1; stage <= space_.spec().stages.size(); ++stage) {
    names_.push_back(text("stage", stage, ".blocks"));
    if (has_kernels(space_)) names_.push_back(text("stage", stage, ".mean_kernel"));
    names_.push_back(text("stage", stage, ".mean_expand"));
    names_.push_back(text("stage", stage, ".macs_m"));
  }
  for (std::size_t place = 0; place < count_widths(space_); ++place) {
    names_.push_back(text("width", place));
  }
}

double* FeatureEncoder::put_stages(const Architecture& architecture, double* out) const {
  std::size_t slot = 0;
  for (std::size_t stage = 0; stage < space_.spec().stages.size(); ++stage) {
    BlockSums sums;
    for (; slot < space_.slots().size() && as_index(space_.slots()[slot].stage) == stage; ++slot) {
      if (!space_.active(architecture, space_.slots()[slot])) continue;
      sums.add(space_, architecture, space_.slots()[slot]);
      sums.cost += costs_->block(architecture, slot);
    }
    *out++ = sums.blocks;
    if (has_kernels(space_)) *out++ = sums.kernels / sums.blocks;
    *out++ = sums.expands / sums.blocks;
    *out++ = sums.cost.macs() / kMega;
  }
  for (std::size_t place = 0; place < count_widths(space_); ++place) {
    *out++ = space_.value(architecture, space_.first_width_gene() + static_cast<int>(place));
  }
  return out;
}

void FeatureEncoder::name_choices() {
  const std::size_t first = names_.size();
  for (std::size_t i = 0; i < space_.genes().size(); ++i) {
    const Gene& gene = space_.genes()[i];
    choice_offsets_.push_back(names_.size() - first);
    if (gene.kind == GeneKind::resolution) continue;
    const std::string prefix = prefix_of(gene, i == 0 && space_.depth_gene(0) > 0);
    for (const double choice : gene.choices) names_.push_back(text(prefix, choice));
  }
  const std::vector<int>& known = one_hot_resolutions_;
  for (const int pixels : space_.spec().resolutions) {
    const auto found = std::find(known.begin(), known.end(), pixels);
    const auto index = static_cast<std::size_t>(found - known.begin());
    resolution_offsets_.push_back(found == known.end() ? kNoFeature
                                                       : names_.size() - first + index);
  }
  for (const int pixels : known) names_.push_back(text("resolution=", pixels));
  if (set_ == FeatureSet::choices) names_.emplace_back("resolution");
}

void FeatureEncoder::put_choices(const Architecture& architecture,
                                 double* out,
                                 const double* end) const {
  std::fill(out, out + (end - out), 0.0);
  const auto mark = [&](std::size_t gene) {
    out[choice_offsets_[gene] + architecture.genes[gene]] = 1.0;
  };
  for (std::size_t gene = 0; gene < choice_offsets_.size(); ++gene) {
    const GeneKind kind = space_.genes()[gene].kind;
    if (kind == GeneKind::depth || kind == GeneKind::width) mark(gene);
  }
  for (const BlockSlot& slot : space_.slots()) {
    if (!space_.active(architecture, slot)) continue;
    if (slot.kernel_gene >= 0) mark(as_index(slot.kernel_gene));
    mark(as_index(slot.expand_gene));
  }
  const std::size_t resolution =
      resolution_offsets_[architecture.genes[as_index(space_.resolution_gene())]];
  if (resolution != kNoFeature) out[resolution] = 1.0;
  if (set_ == FeatureSet::choices) out[end - out - 1] = space_.resolution(architecture);
}

}  // namespace coppice
