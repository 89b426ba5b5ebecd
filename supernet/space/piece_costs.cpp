#include "supernet/space/piece_costs.hpp"

#include <algorithm>
#include <utility>

#include "supernet/space/most_choices.hpp"

namespace coppice {
namespace {

using Layers = std::vector<Layer>;

void add_layer(const Layer& layer, PieceCost& cost) {
  const auto macs = static_cast<double>(count_macs(layer));
  const bool conv = layer.kind == LayerKind::conv;
  if (conv && layer.groups > 1) {
    cost.macs_depthwise += macs;
  } else if (conv && layer.kernel == 1) {
    cost.macs_pointwise += macs;
  } else {
    cost.macs_other += macs;
  }
  cost.params += static_cast<double>(count_params(layer));
  const bool squeeze = layer.kind == LayerKind::squeeze_excite;
  if (!conv && !squeeze && layer.kind != LayerKind::linear) return;
  cost.layers += squeeze ? 2 : 1;
  cost.activations += static_cast<double>(layer.out_channels) * layer.out_size * layer.out_size;
}

/// The layers [first, last) as a network of their own. Nothing but the piece's input is alive when
/// a piece starts, so the peak of the whole is the largest peak of a piece.
double peak_of(const LayerPlan& plan, std::size_t first, std::size_t last) {
  LayerPlan piece;
  const bool at_start = first == 0;
  piece.input_channels = at_start ? plan.input_channels : plan.layers[first].in_channels;
  piece.resolution = at_start ? plan.resolution : plan.layers[first].in_size;
  const int offset = static_cast<int>(first);
  const auto rebased = [offset](int value) {
    return value < offset ? kNetworkInput : value - offset;
  };
  for (std::size_t i = first; i < last; ++i) {
    Layer layer = plan.layers[i];
    layer.input = rebased(layer.input);
    layer.shortcut = rebased(layer.shortcut);
    piece.layers.push_back(std::move(layer));
  }
  return static_cast<double>(count_cost(piece).peak_activation_bytes);
}

PieceCost cost_of(const LayerPlan& plan, std::size_t first, std::size_t last) {
  PieceCost cost;
  for (std::size_t i = first; i < last; ++i) add_layer(plan.layers[i], cost);
  cost.peak_bytes = peak_of(plan, first, last);
  return cost;
}

/// One choice for all genes of a kind; genes with fewer choices take their last. Widths alternate
/// between two choices, since a block depends on those of two neighbouring places.
struct Pattern {
  std::size_t kernel = 0;
  std::size_t expand_and_stem = 0;
  std::size_t even_width = 0;
  std::size_t odd_width = 0;
  std::size_t resolution = 0;
};

Architecture all_blocks(const SearchSpace& space, const Pattern& pattern) {
  Architecture architecture = space.largest();
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    const Gene& gene = space.genes()[i];
    const bool stem = i == 0 && space.depth_gene(0) > 0;
    std::size_t choice = gene.choices.size() - 1;
    if (gene.kind == GeneKind::kernel) choice = std::min(choice, pattern.kernel);
    if (gene.kind == GeneKind::expand || stem) choice = std::min(choice, pattern.expand_and_stem);
    if (gene.kind == GeneKind::resolution) choice = pattern.resolution;
    if (gene.kind == GeneKind::width) {
      choice = gene.index % 2 == 0 ? pattern.even_width : pattern.odd_width;
    }
    architecture.genes[i] = static_cast<std::uint8_t>(choice);
  }
  return architecture;
}

/// As many as every piece needs to meet each of its joint choices once.
std::vector<Pattern> all_patterns(const SearchSpace& space) {
  const std::size_t kernels = most_choices(space, GeneKind::kernel);
  const std::size_t expands = std::max(most_choices(space, GeneKind::expand),
                                       space.depth_gene(0) > 0 ? std::size_t{2} : std::size_t{1});
  const std::size_t widths = most_choices(space, GeneKind::width);
  const std::size_t resolutions = most_choices(space, GeneKind::resolution);
  std::vector<Pattern> patterns;
  for (std::size_t k = 0; k < kernels; ++k) {
    for (std::size_t e = 0; e < expands; ++e) {
      for (std::size_t pair = 0; pair < widths * widths; ++pair) {
        for (std::size_t r = 0; r < resolutions; ++r) {
          patterns.push_back({k, e, pair / widths, pair % widths, r});
        }
      }
    }
  }
  return patterns;
}

}  // namespace

Cost PieceCost::cost() const {
  Cost whole;
  whole.macs = static_cast<std::int64_t>(macs());
  whole.params = static_cast<std::int64_t>(params);
  whole.peak_activation_bytes = static_cast<std::int64_t>(peak_bytes);
  return whole;
}

PieceCost& PieceCost::operator+=(const PieceCost& other) {
  macs_depthwise += other.macs_depthwise;
  macs_pointwise += other.macs_pointwise;
  macs_other += other.macs_other;
  params += other.params;
  activations += other.activations;
  layers += other.layers;
  peak_bytes = std::max(peak_bytes, other.peak_bytes);
  return *this;
}

PieceCosts::PieceCosts(const SearchSpace& space) {
  for (const Gene& gene : space.genes()) choices_.push_back(gene.choices.size());
  name_pieces(space);
  for (const Pattern& pattern : all_patterns(space)) record(space, all_blocks(space, pattern));
}

void PieceCosts::add_piece(const std::vector<int>& genes) {
  Piece piece;
  piece.first = costs_.size();
  std::size_t entries = 1;
  for (const int gene : genes) {
    piece.genes.push_back(static_cast<std::size_t>(gene));
    entries *= choices_[piece.genes.back()];
  }
  costs_.resize(costs_.size() + entries);
  pieces_.push_back(std::move(piece));
}

void PieceCosts::name_pieces(const SearchSpace& space) {
  const int resolution = space.resolution_gene();
  const int width = space.first_width_gene();
  for (const BlockSlot& slot : space.slots()) {
    std::vector<int> genes;
    if (slot.kernel_gene >= 0) genes.push_back(slot.kernel_gene);
    genes.push_back(slot.expand_gene);
    if (width >= 0) genes.push_back(width + slot.stage + 2);
    if (width >= 0 && slot.position == 0) genes.push_back(width + slot.stage + 1);
    genes.push_back(resolution);
    add_piece(genes);
    depth_genes_.push_back(space.depth_gene(slot.stage));
    const StageSpec& stage = space.spec().stages[static_cast<std::size_t>(slot.stage)];
    std::vector<bool> active;
    for (const int depth : stage.depths) active.push_back(slot.position < stage.base_depth + depth);
    active_.push_back(active);
  }
  if (width < 0) {
    add_piece({resolution});
    add_piece({resolution});
  } else {
    add_piece({0, width, width + 1, resolution});
    const auto stages = static_cast<int>(space.spec().stages.size());
    add_piece({width + stages + 1, resolution});
  }
}

std::size_t PieceCosts::entry(const Piece& piece, const Architecture& architecture) const {
  std::size_t index = 0;
  for (const std::size_t gene : piece.genes) {
    index = index * choices_[gene] + architecture.genes[gene];
  }
  return piece.first + index;
}

void PieceCosts::record(const SearchSpace& space, const Architecture& architecture) {
  const LayerPlan plan = plan_layers(space, architecture);
  const std::size_t slots = depth_genes_.size();
  std::size_t first = 0;
  std::size_t piece = slots;  // the stem comes first
  for (std::size_t i = 0; i <= plan.layers.size(); ++i) {
    const bool end = i == plan.layers.size();
    const int block = end ? -1 : plan.layers[i].block;
    const std::size_t next =
        block >= 0 ? static_cast<std::size_t>(block) : (piece == slots ? slots : slots + 1);
    if (!end && next == piece) continue;
    costs_[entry(pieces_[piece], architecture)] = cost_of(plan, first, i);
    first = i;
    piece = next;
  }
}

const PieceCost& PieceCosts::stem(const Architecture& architecture) const {
  return costs_[entry(pieces_[pieces_.size() - 2], architecture)];
}

const PieceCost& PieceCosts::head(const Architecture& architecture) const {
  return costs_[entry(pieces_.back(), architecture)];
}

const PieceCost& PieceCosts::block(const Architecture& architecture, std::size_t slot) const {
  return costs_[entry(pieces_[slot], architecture)];
}

PieceCost PieceCosts::network(const Architecture& architecture) const {
  PieceCost sum = stem(architecture);
  for (std::size_t slot = 0; slot < depth_genes_.size(); ++slot) {
    const auto depth = architecture.genes[static_cast<std::size_t>(depth_genes_[slot])];
    if (active_[slot][depth]) sum += block(architecture, slot);
  }
  sum += head(architecture);
  return sum;
}

}  // namespace coppice
