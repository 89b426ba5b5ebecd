// The seam between a search and whatever knows about networks: named quantities of a batch.
#pragma once

#include <string>
#include <vector>

#include "predictors/predictor.hpp"
#include "supernet/space/architecture.hpp"

namespace coppice {

class Evaluator {
 public:
  virtual ~Evaluator() = default;

  /// Names of the quantities, with their units: "accuracy", "latency_ms", "macs" ...
  [[nodiscard]] virtual const std::vector<std::string>& names() const = 0;

  /// One row an architecture, in order, one value a name: rows after each other in one vector of
  /// architectures.size() * names().size() values. The same architecture gives the same bits in
  /// any batch. May be called from many threads at once.
  [[nodiscard]] virtual std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const = 0;

  /// Predictor::block_sums of a quantity, by its place in names(): not null where it is such a sum,
  /// whose bounds and optima can be computed (additive.hpp). Lives as long as the evaluator.
  [[nodiscard]] virtual const BlockSums* block_sums(std::size_t /*quantity*/) const noexcept {
    return nullptr;
  }
};

}  // namespace coppice
