// What a run has cost, against the published searches.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "export/comparison.hpp"
#include "predictors/energy_csv.hpp"

namespace coppice {

/// Choices of the comparison, as `carbon compare` has them.
struct ComparisonOptions {
  int scenarios = 0;
  std::string baseline;             ///< empty: all per-model methods
  std::string region;               ///< empty: the world's average
  std::filesystem::path per_model;  ///< searches carried out for each model; empty: none
};

/// Energy of whatever trainings DIR/scenario-1, DIR/scenario-2 ... hold, as `coppice baseline`
/// leaves them; phases are "scenario 1" ... Throws Error when there are none.
[[nodiscard]] std::vector<EnergyRow> energy_of_searches(const std::filesystem::path& folder);

/// Those in the section [carbon] of a run's experiment.cfg; defaults where it says nothing or the
/// file does not exist. Throws Error when the file is damaged.
[[nodiscard]] ComparisonOptions read_comparison_options(const std::filesystem::path& options);

/// As `coppice carbon compare --run`. Throws Error for an unknown baseline or region.
[[nodiscard]] Comparison compare_rows(const std::vector<EnergyRow>& rows,
                                      const ComparisonOptions& options,
                                      const GridIntensity& grid);

}  // namespace coppice
