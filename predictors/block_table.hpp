// A predictor that looks up the parts of a network and adds them: latency tables.
#pragma once

#include <vector>

#include "predictors/predictor.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Value; predict() may be called from many threads at once and takes a tenth of a microsecond.
class BlockTable final : public Predictor {
 public:
  /// `sums` has the shape of the space; rest is NaN at resolutions that the table does not know.
  BlockTable(SearchSpace space, BlockSums sums, PredictorInfo info);
  ~BlockTable() override;
  BlockTable(BlockTable&& other) noexcept;
  BlockTable& operator=(BlockTable&& other) noexcept;

  /// Throws Error(usage) naming the known resolutions when an architecture has another one.
  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override;
  [[nodiscard]] const PredictorInfo& info() const override { return info_; }
  [[nodiscard]] const BlockSums* block_sums() const noexcept override { return &sums_; }

  [[nodiscard]] const SearchSpace& space() const noexcept { return space_; }

  /// The same table for a space that differs in its resolutions only.
  [[nodiscard]] BlockTable at_resolutions_of(const SearchSpace& space) const;

 private:
  [[nodiscard]] double sum(const Architecture& architecture) const;

  SearchSpace space_;
  BlockSums sums_;
  PredictorInfo info_;
  struct Genes;
  std::unique_ptr<const Genes> genes_;
};

/// Sums of the shape of the space, all 0.
[[nodiscard]] BlockSums empty_block_sums(const SearchSpace& space);

}  // namespace coppice
