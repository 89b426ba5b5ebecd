// How new networks come from old ones: sampling, crossover and mutation inside the allowed
// choices. Pure but for the Random they are given; every result is canonical.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "search/choices.hpp"
#include "supernet/base/random.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Probabilities that a group of genes is drawn anew, in [0, 1]. The groups are those of Cai et
/// al., "Once-for-All", 2020: a block's kernel and expansion together, each stage's depth (and
/// the stem's), each width, the resolution.
struct MutationOptions {
  double block = 0.08;
  double depth = 0.1;
  double width = 0.1;
  double resolution = 0.1;
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const MutationOptions& options);

/// "block_mutation=0.08 ...", for search_log.hpp.
[[nodiscard]] std::string to_text(const MutationOptions& options);

/// Immutable; may be used from many threads. Keeps no reference to its arguments.
class Operators {
 public:
  Operators(const SearchSpace& space, const Choices& choices, const MutationOptions& options);

  /// Every gene uniform and independent.
  [[nodiscard]] Architecture sample(Random& random) const;

  /// Like sample, but all genes lean to one random side, so that small and large networks come
  /// as often as middling ones (independent genes alone nearly always give middling ones).
  [[nodiscard]] Architecture sample_across_sizes(Random& random) const;

  /// Each gene from either parent with equal chance; a block that only one parent has comes from
  /// that parent.
  [[nodiscard]] Architecture crossover(const Architecture& a,
                                       const Architecture& b,
                                       Random& random) const;

  /// Draws groups anew, at least one. Blocks that a greater depth adds are drawn at random.
  void mutate(Architecture& architecture, Random& random) const;

 private:
  /// A gene is in effect while genes[depth_gene] >= from; always where from is 0.
  struct Rule {
    std::size_t depth_gene = 0;
    std::uint8_t from = 0;
  };
  struct Group {
    double probability = 0;
    int first = 0;
    int second = -1;
    bool is_depth = false;
  };

  [[nodiscard]] bool in_effect(const Architecture& architecture, std::size_t gene) const {
    return architecture.genes[rules_[gene].depth_gene] >= rules_[gene].from;
  }
  void canonicalize(Architecture& architecture) const;
  void draw(Architecture& architecture, std::size_t gene, Random& random) const;
  void redraw_depth(Architecture& architecture, std::size_t gene, Random& random) const;
  void redraw(Architecture& architecture, const Group& group, Random& random) const;

  std::vector<std::vector<std::uint8_t>> allowed_;
  std::vector<Rule> rules_;
  std::vector<Group> groups_;  ///< depths first, so that blocks are mutated where they exist
};

}  // namespace coppice
