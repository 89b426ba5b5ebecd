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
  std::string baseline;  ///< empty: all per-model methods
  std::string region;    ///< empty: the world's average
};

/// Those in the section [carbon] of a run's experiment.cfg; defaults where it says nothing or the
/// file does not exist. Throws Error when the file is damaged.
[[nodiscard]] ComparisonOptions read_comparison_options(const std::filesystem::path& options);

/// As `coppice carbon compare --run`. Throws Error for an unknown baseline or region.
[[nodiscard]] Comparison compare_rows(const std::vector<EnergyRow>& rows,
                                      const ComparisonOptions& options,
                                      const GridIntensity& grid);

}  // namespace coppice
