#include "experiments/report/run_cost.hpp"

#include "experiments/carbon_options.hpp"
#include "experiments/config_file.hpp"

namespace coppice {
ComparisonOptions read_comparison_options(const std::filesystem::path& options) {
  ComparisonOptions out;
  out.scenarios = CarbonCommand{}.scenarios;
  if (!std::filesystem::exists(options)) return out;
  for (const auto& [key, value] : read_config(options)) {
    if (key == "carbon.scenarios") read_words({value}, out.scenarios);
    if (key == "carbon.baseline") out.baseline = value;
    if (key == "carbon.region") out.region = value;
  }
  return out;
}

Comparison compare_rows(const std::vector<EnergyRow>& rows,
                        const ComparisonOptions& options,
                        const GridIntensity& grid) {
  return compare_run(
      metered_cost(rows), published_searches(options.baseline), grid, options.scenarios);
}

}  // namespace coppice
