#include "supernet/space/search_space.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <string>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

std::vector<double> as_choices(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

std::vector<double> indices(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<double>(i));
  return values;
}

int most_blocks(const StageSpec& stage) { return stage.base_depth + stage.depths.back(); }

}  // namespace

SearchSpace::SearchSpace(SpaceSpec spec) : spec_(std::move(spec)) {
  validate(spec_);
  const bool resnet = spec_.family == Family::resnet;
  if (resnet) genes_.push_back({GeneKind::depth, 0, as_choices(spec_.stem_depths)});
  first_depth_gene_ = static_cast<int>(genes_.size());
  const auto stages = static_cast<int>(spec_.stages.size());
  for (int stage = 0; stage < stages; ++stage) {
    const StageSpec& s = spec_.stages[static_cast<std::size_t>(stage)];
    genes_.push_back({GeneKind::depth, stage, as_choices(s.depths)});
    for (int position = 0; position < most_blocks(s); ++position) {
      slots_.push_back({stage, position, -1, -1});
    }
  }
  const auto add_block_genes = [this](GeneKind kind, int BlockSlot::*gene, const auto& choices) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      slots_[slot].*gene = static_cast<int>(genes_.size());
      const auto stage = static_cast<std::size_t>(slots_[slot].stage);
      genes_.push_back({kind, static_cast<int>(slot), choices(spec_.stages[stage])});
    }
  };
  if (!resnet) {
    add_block_genes(GeneKind::kernel, &BlockSlot::kernel_gene, [](const StageSpec& s) {
      return as_choices(s.kernels);
    });
  }
  add_block_genes(
      GeneKind::expand, &BlockSlot::expand_gene, [](const StageSpec& s) { return s.expands; });
  if (resnet) {
    first_width_gene_ = static_cast<int>(genes_.size());
    for (int place = 0; place < stages + 2; ++place) {
      genes_.push_back({GeneKind::width, place, indices(spec_.width_mults.size())});
    }
  }
  resolution_gene_ = static_cast<int>(genes_.size());
  genes_.push_back({GeneKind::resolution, 0, as_choices(spec_.resolutions)});
  for (const Gene& gene : genes_) {
    require_usage(
        gene.choices.size() < 256, "a gene of the space ", name(), " has over 255 choices");
  }
  require_countable(plan_layers(*this, largest()), name());
}

bool SearchSpace::contains(const Architecture& architecture) const {
  if (architecture.genes.size() != genes_.size()) return false;
  for (std::size_t i = 0; i < genes_.size(); ++i) {
    if (architecture.genes[i] >= genes_[i].choices.size()) return false;
  }
  Architecture canonical = architecture;
  canonicalize(canonical);
  return canonical == architecture;
}

void SearchSpace::canonicalize(Architecture& architecture) const {
  for (const BlockSlot& slot : slots_) {
    if (active(architecture, slot)) continue;
    if (slot.kernel_gene >= 0) architecture.genes[static_cast<std::size_t>(slot.kernel_gene)] = 0;
    architecture.genes[static_cast<std::size_t>(slot.expand_gene)] = 0;
  }
}

Architecture SearchSpace::smallest() const {
  return {std::vector<std::uint8_t>(genes_.size(), std::uint8_t{0})};
}

Architecture SearchSpace::largest() const {
  Architecture architecture;
  for (const Gene& gene : genes_) {
    architecture.genes.push_back(static_cast<std::uint8_t>(gene.choices.size() - 1));
  }
  return architecture;
}

Architecture SearchSpace::sample(Random& random) const {
  Architecture architecture;
  for (const Gene& gene : genes_) {
    architecture.genes.push_back(static_cast<std::uint8_t>(random.below(gene.choices.size())));
  }
  canonicalize(architecture);
  return architecture;
}

std::string SearchSpace::count() const {
  using boost::multiprecision::cpp_int;
  const auto stages = static_cast<int>(spec_.stages.size());
  cpp_int product = 1;
  for (int stage = 0; stage < stages; ++stage) {
    const StageSpec& s = spec_.stages[static_cast<std::size_t>(stage)];
    const cpp_int a_block = s.kernels.size() * s.expands.size();
    cpp_int sum = 0;
    for (const int depth : s.depths) {
      sum += boost::multiprecision::pow(a_block, static_cast<unsigned>(s.base_depth + depth));
    }
    product *= sum;
  }
  for (const Gene& gene : genes_) {
    const bool stem = first_depth_gene_ > 0 && &gene == &genes_.front();
    if (stem || gene.kind == GeneKind::width) product *= gene.choices.size();
  }
  return product.str();
}

double SearchSpace::value(const Architecture& architecture, int gene) const {
  const auto i = static_cast<std::size_t>(gene);
  return genes_[i].choices[architecture.genes[i]];
}

int SearchSpace::resolution(const Architecture& architecture) const {
  return static_cast<int>(value(architecture, resolution_gene_));
}

int SearchSpace::depth(const Architecture& architecture, int stage) const {
  const int base = spec_.stages[static_cast<std::size_t>(stage)].base_depth;
  return base + static_cast<int>(value(architecture, depth_gene(stage)));
}

bool SearchSpace::active(const Architecture& architecture, const BlockSlot& slot) const {
  return slot.position < depth(architecture, slot.stage);
}

bool SearchSpace::stem_unit(const Architecture& architecture) const {
  return first_depth_gene_ > 0 && architecture.genes[0] > 0;
}

Architecture SearchSpace::with_resolution(Architecture architecture, int pixels) const {
  const auto& choices = spec_.resolutions;
  const auto found = std::find(choices.begin(), choices.end(), pixels);
  require_usage(found != choices.end(),
                "resolution ",
                pixels,
                " is not a choice of the space ",
                name(),
                "; it offers ",
                choices.front(),
                " to ",
                choices.back());
  architecture.genes[static_cast<std::size_t>(resolution_gene_)] =
      static_cast<std::uint8_t>(found - choices.begin());
  return architecture;
}

SearchSpace builtin_space(const std::string& name, const SpaceParameters& parameters) {
  return SearchSpace(parse_space_spec(builtin_space_text(name), "space " + name, parameters));
}

}  // namespace coppice
