// An evaluator that never asks twice for the same architecture.
#pragma once

#include <cstdint>
#include <memory>

#include "search/evaluator.hpp"

namespace coppice {

class CachingEvaluator final : public Evaluator {
 public:
  /// `inner` is borrowed and must outlive this one.
  explicit CachingEvaluator(const Evaluator& inner);
  ~CachingEvaluator() override;

  [[nodiscard]] const std::vector<std::string>& names() const override;

  /// Asks `inner` once, in one batch, for the architectures whose fingerprint (seen_set.hpp) is
  /// new. Calls from several threads wait for each other.
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override;

  [[nodiscard]] const BlockSums* block_sums(std::size_t quantity) const noexcept override {
    return inner_.block_sums(quantity);
  }

  /// Rows handed out, and those that `inner` had to compute.
  [[nodiscard]] std::int64_t asked() const;
  [[nodiscard]] std::int64_t evaluated() const;

 private:
  struct Cache;
  const Evaluator& inner_;
  std::unique_ptr<Cache> cache_;
};

}  // namespace coppice
