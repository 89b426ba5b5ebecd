// How well predictions agree with measurements. Pure functions.
#pragma once

#include <vector>

namespace coppice {

/// Root of the mean squared difference, in the values' unit. REQUIRES equal sizes > 0 (so do all).
[[nodiscard]] double rmse(const std::vector<double>& predicted,
                          const std::vector<double>& measured);

/// Mean of |predicted - measured| / |measured| in percent, over the rows measured as non-zero;
/// NaN when there is none.
[[nodiscard]] double mape_percent(const std::vector<double>& predicted,
                                  const std::vector<double>& measured);

/// Kendall's rank correlation tau-b in [-1, 1], which corrects for ties; 0 when either side is
/// constant. O(n log n): Knight, "A computer method for calculating Kendall's tau with ungrouped
/// data", JASA 61 (1966).
[[nodiscard]] double kendall_tau(const std::vector<double>& predicted,
                                 const std::vector<double>& measured);

/// Spearman's rank correlation in [-1, 1], ties with their mean rank; 0 when either side is
/// constant.
[[nodiscard]] double spearman_rho(const std::vector<double>& predicted,
                                  const std::vector<double>& measured);

/// Mean of predicted - measured over the ten rows that are predicted best (all, if fewer): what a
/// search that believes its predictor will be disappointed by. Earlier rows win ties.
[[nodiscard]] double top_ten_bias(const std::vector<double>& predicted,
                                  const std::vector<double>& measured,
                                  bool maximize);

/// The four at once.
struct Agreement {
  double rmse = 0;
  double mape_percent = 0;
  double kendall_tau = 0;
  double top_ten_bias = 0;
};

[[nodiscard]] Agreement agreement(const std::vector<double>& predicted,
                                  const std::vector<double>& measured,
                                  bool maximize);

}  // namespace coppice
