// A search space: which architectures exist.
#pragma once

#include <string>
#include <vector>

#include "supernet/base/random.hpp"
#include "supernet/space/architecture.hpp"
#include "supernet/space/space_spec.hpp"

namespace coppice {

enum class GeneKind { depth, kernel, expand, width, resolution };

/// One thing that may vary. `choices` ascend; an architecture stores an index into them.
struct Gene {
  GeneKind kind = GeneKind::depth;
  int index = 0;  ///< stage of a depth, block slot of a kernel or expansion, place of a width
  std::vector<double> choices;
};

/// A place where a block can stand. Slots are numbered through all stages; the mobile spaces'
/// first block, which is not elastic, has none.
struct BlockSlot {
  int stage = 0;
  int position = 0;  ///< within the stage; active when below the stage's depth
  int kernel_gene = -1;
  int expand_gene = -1;
};

/// Immutable value; const methods may be called from many threads.
class SearchSpace {
 public:
  /// Throws Error(usage) when the spec is not valid, or its largest network too large to count.
  explicit SearchSpace(SpaceSpec spec);

  [[nodiscard]] const SpaceSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] const std::string& name() const noexcept { return spec_.name; }
  [[nodiscard]] const std::vector<Gene>& genes() const noexcept { return genes_; }
  [[nodiscard]] const std::vector<BlockSlot>& slots() const noexcept { return slots_; }

  /// Right length, every index within its gene's choices, canonical.
  [[nodiscard]] bool contains(const Architecture& architecture) const;

  /// Sets the genes of blocks beyond the chosen depth to 0.
  void canonicalize(Architecture& architecture) const;

  /// Smallest and largest choice of every gene.
  [[nodiscard]] Architecture smallest() const;
  [[nodiscard]] Architecture largest() const;

  /// Every gene uniform and independent (as the reference samples), then canonical.
  [[nodiscard]] Architecture sample(Random& random) const;

  /// Number of different networks without counting resolutions, exact, in decimal digits.
  [[nodiscard]] std::string count() const;

  /// Values of an architecture's genes.
  [[nodiscard]] double value(const Architecture& architecture, int gene) const;
  [[nodiscard]] int resolution(const Architecture& architecture) const;
  /// Active blocks of a stage (resnet: base depth + chosen extra blocks).
  [[nodiscard]] int depth(const Architecture& architecture, int stage) const;
  [[nodiscard]] bool active(const Architecture& architecture, const BlockSlot& slot) const;
  /// resnet: whether the stem's residual unit is kept.
  [[nodiscard]] bool stem_unit(const Architecture& architecture) const;

  /// Positions in genes(). resnet spaces have one depth gene more, the stem's, which comes first.
  [[nodiscard]] int depth_gene(int stage) const { return first_depth_gene_ + stage; }
  [[nodiscard]] int first_width_gene() const noexcept { return first_width_gene_; }
  [[nodiscard]] int resolution_gene() const noexcept { return resolution_gene_; }

  /// The same architecture at another resolution. Throws Error(usage) when it is not a choice.
  [[nodiscard]] Architecture with_resolution(Architecture architecture, int pixels) const;

 private:
  SpaceSpec spec_;
  std::vector<Gene> genes_;
  std::vector<BlockSlot> slots_;
  int first_depth_gene_ = 0;
  int first_width_gene_ = -1;
  int resolution_gene_ = 0;
};

/// Space of a built-in name, or of the INI text of a file that the caller read.
[[nodiscard]] SearchSpace builtin_space(const std::string& name,
                                        const SpaceParameters& parameters = {});

}  // namespace coppice
