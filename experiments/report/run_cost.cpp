#include "experiments/report/run_cost.hpp"

#include <algorithm>

#include "experiments/carbon_options.hpp"
#include "experiments/config_file.hpp"
#include "experiments/run_folder.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

std::vector<EnergyRow> energy_of_searches(const std::filesystem::path& folder) {
  std::vector<EnergyRow> rows;
  for (int n = 1; std::filesystem::is_directory(folder / text("scenario-", n)); ++n) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder / text("scenario-", n))) {
      if (entry.path().filename() == kRunEnergyFile) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      for (EnergyRow row : read_energy_csv(file)) {
        row.phase = text("scenario ", n);
        rows.push_back(std::move(row));
      }
    }
  }
  require(!rows.empty(),
          folder.string(),
          " holds no searches: there is no scenario-1 with an ",
          kRunEnergyFile,
          " of a training in it");
  return rows;
}

ComparisonOptions read_comparison_options(const std::filesystem::path& options) {
  ComparisonOptions out;
  out.scenarios = CarbonCommand{}.scenarios;
  if (!std::filesystem::exists(options)) return out;
  for (const auto& [key, value] : read_config(options)) {
    if (key == "carbon.scenarios") read_words({value}, out.scenarios);
    if (key == "carbon.baseline") out.baseline = value;
    if (key == "carbon.region") out.region = value;
    // A run that moved without them is told about without them.
    const bool searches = key == "carbon.per-model" && std::filesystem::is_directory(value);
    if (searches) out.per_model = value;
  }
  return out;
}

Comparison compare_rows(const std::vector<EnergyRow>& rows,
                        const ComparisonOptions& options,
                        const GridIntensity& grid) {
  std::vector<ScenarioCost> others;
  if (!options.per_model.empty()) {
    others.push_back(per_model_cost(energy_of_searches(options.per_model)));
    others.back().source = "energy.csv of each training in " + options.per_model.string();
  }
  for (ScenarioCost& cost : published_searches(options.baseline)) others.push_back(std::move(cost));
  return compare_run(metered_cost(rows), others, grid, options.scenarios);
}

}  // namespace coppice
