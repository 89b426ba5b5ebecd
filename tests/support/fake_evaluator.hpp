// An evaluator with known answers: every quantity is a sum of one number an active gene.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "search/evaluator.hpp"
#include "supernet/base/random.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// A space of 800 networks: two stages of one or two blocks, two kernels, two expansions, two
/// resolutions.
inline SearchSpace tiny_search_space() {
  SpaceParameters parameters;
  parameters.resolutions = {28, 32};
  SpaceSpec spec = parse_space_spec(builtin_space_text("small"), "small", parameters);
  spec.name = "tiny";
  spec.stages.resize(2);
  for (StageSpec& stage : spec.stages) {
    stage.depths = {1, 2};
    stage.kernels = {3, 5};
    stage.expands = {2, 3};
  }
  return SearchSpace(spec);
}

/// All networks of a space small enough to count through.
inline std::vector<Architecture> all_architectures(const SearchSpace& space) {
  std::set<Architecture> found;
  Architecture architecture = space.smallest();
  for (;;) {
    Architecture canonical = architecture;
    space.canonicalize(canonical);
    found.insert(canonical);
    std::size_t gene = 0;
    for (; gene < space.genes().size(); ++gene) {
      if (++architecture.genes[gene] < space.genes()[gene].choices.size()) break;
      architecture.genes[gene] = 0;
    }
    if (gene == space.genes().size()) break;
  }
  return {found.begin(), found.end()};
}

/// Quantity q of a network: the sum of weight(q, gene, choice) over the genes in effect. "gain0"
/// and so on grow with every gene, "noise0" and so on do not. Remembers what it was asked.
class FakeEvaluator final : public Evaluator {
 public:
  FakeEvaluator(const SearchSpace& space, std::vector<std::string> names, std::uint64_t seed = 1)
      : space_(space), names_(std::move(names)) {
    const Random random(seed);
    for (const std::string& name : names_) {
      Random stream = random.fork(name);
      const bool grows = name.rfind("gain", 0) == 0;
      std::vector<std::vector<double>> table;
      for (const Gene& gene : space.genes()) {
        std::vector<double> weights;
        for (std::size_t i = 0; i < gene.choices.size(); ++i) weights.push_back(stream.uniform());
        if (grows) std::sort(weights.begin(), weights.end());
        table.push_back(weights);
      }
      tables_.push_back(table);
    }
    for (const BlockSlot& slot : space.slots()) {
      for (const int gene : {slot.kernel_gene, slot.expand_gene}) {
        if (gene >= 0) slot_of_gene_.emplace_back(static_cast<std::size_t>(gene), slot);
      }
    }
  }

  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }

  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> rows;
    for (const Architecture& architecture : architectures) {
      const std::vector<double> row = values(architecture);
      rows.insert(rows.end(), row.begin(), row.end());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    asked_.insert(asked_.end(), architectures.begin(), architectures.end());
    return rows;
  }

  [[nodiscard]] std::vector<double> values(const Architecture& architecture) const {
    std::vector<bool> counts(space_.genes().size(), true);
    for (const auto& [gene, slot] : slot_of_gene_) counts[gene] = space_.active(architecture, slot);
    std::vector<double> row;
    for (const auto& table : tables_) {
      double sum = 0;
      for (std::size_t gene = 0; gene < counts.size(); ++gene) {
        if (counts[gene]) sum += table[gene][architecture.genes[gene]];
      }
      row.push_back(sum);
    }
    return row;
  }

  /// In the order of the calls.
  [[nodiscard]] std::vector<Architecture> asked() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return asked_;
  }

 private:
  SearchSpace space_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::vector<double>>> tables_;
  std::vector<std::pair<std::size_t, BlockSlot>> slot_of_gene_;
  mutable std::mutex mutex_;
  mutable std::vector<Architecture> asked_;
};

}  // namespace coppice
