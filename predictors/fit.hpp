// Fits a predictor to measurements and picks its kind by cross-validation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "predictors/fitted_predictor.hpp"
#include "predictors/measurements.hpp"

namespace coppice {

/// Fewer say too little about the errors: a 90 % interval alone needs nine.
constexpr std::size_t kFewestMeasurements = 10;

struct FitOptions {
  std::vector<std::string> kinds;  ///< to choose from; empty: default_kinds()
  int folds = 0;                   ///< of the cross-validation, 2 to 20; 0: 20 for 40 to 79
                                   ///< architectures, 10 for 80 to 199, else 5
  std::uint64_t seed = 1;          ///< of the division into folds
  /// Whether more is better; unset: yes for targets named accuracy... or top..., else no.
  std::optional<bool> maximize;
};

/// Throws Error(usage) when an option is out of its range or a kind is unknown.
void validate(const FitOptions& options);

[[nodiscard]] bool maximize_by_default(const std::string& target);

/// Repeated architectures are averaged first. Every kind, and for targets that are positive and to
/// be minimised also its fit to their logarithm (accuracies: to that of their error), is judged by
/// the RMSE of its predictions for held-out folds, all but ridge-groups with a handicap of 5 %; the
/// best is fitted again to all. The interval allows for the choice among kinds. The same inputs
/// give the same bits with any number of threads. Throws Error when fewer than kFewestMeasurements
/// architectures have the target, or the table belongs to another space.
[[nodiscard]] FittedPredictor fit(const SearchSpace& space,
                                  MeasurementTable table,
                                  const std::string& target,
                                  const FitOptions& options = {});

}  // namespace coppice
