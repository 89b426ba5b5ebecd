// Parts of a dataset: chosen samples, and a random share held out from training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "supernet/data/dataset.hpp"

namespace coppice {

/// The samples at `indices`, in that order; repeats are allowed. Shares `dataset`. Throws Error
/// when an index is not below its size.
[[nodiscard]] std::shared_ptr<const Dataset> subset(std::shared_ptr<const Dataset> dataset,
                                                    std::vector<std::size_t> indices);

struct HeldOut {
  std::shared_ptr<const Dataset> train;
  std::shared_ptr<const Dataset> held_out;
};

/// Draws `count` samples without regard to their classes, by a permutation from
/// Random(seed).fork("hold-out"): the same seed gives the same split everywhere. `dataset` holds
/// the first of `all` samples, which are permuted: where more of them are used later, no sample
/// that was trained on is held out then, if no more are held out for each that is used. Each part
/// keeps the order of `dataset`. Throws Error(usage) unless 0 < count < dataset->size(). REQUIRES
/// all >= dataset->size().
[[nodiscard]] HeldOut hold_out(const std::shared_ptr<const Dataset>& dataset,
                               std::size_t count,
                               std::uint64_t seed,
                               std::size_t all);

}  // namespace coppice
