// Ridge regression and Gaussian processes that weigh groups of features against each other.
//
// Few physical numbers explain most of an accuracy, one-hot choices explain the rest from many more
// weights. One penalty for all of them is wrong for both.
#pragma once

#include <cstddef>
#include <vector>

#include "predictors/gaussian_process.hpp"
#include "predictors/linear_model.hpp"

namespace coppice {

/// More take more than a few seconds to cross-validate.
constexpr std::size_t kMostProcessGroupsRows = 6000;

/// Which columns belong together: a group ends before the column group_ends[i], where the next one
/// begins; ascending, the last is the number of columns.
using GroupEnds = std::vector<std::size_t>;

/// The posterior mean of a linear function whose weights have a prior variance of their own for
/// each group of (standardised) features: ridge regression with one penalty a group. The variances
/// have the largest marginal likelihood (Rasmussen and Williams 2006, section 5.4.1) on a grid,
/// climbed coordinate by coordinate and judged on at most 150 of the rows. `lambda` of the result
/// is 0: there is not one. REQUIRES rows == targets.size() >= 2 and at least one group.
[[nodiscard]] LinearModel fit_grouped_ridge(const FeatureMatrix& features,
                                            const GroupEnds& group_ends,
                                            const std::vector<double>& targets);

/// The same plus a smooth surface over the first `near` features (GaussianProcess), whose length
/// and size are found in the same way on at most 200 of the rows. Where the surface explains
/// nothing, it has no points; over more than 2000 rows it has 1000. REQUIRES also rows <=
/// kMostProcessGroupsRows.
[[nodiscard]] GaussianProcess fit_grouped_process(const FeatureMatrix& features,
                                                  const GroupEnds& group_ends,
                                                  std::size_t near,
                                                  const std::vector<double>& targets);

}  // namespace coppice
