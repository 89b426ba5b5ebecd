// `coppice carbon compare`: train once and specialise, against one search for each model; and
// `coppice carbon deployment`.
#include <fmt/format.h>

#include <algorithm>

#include "experiments/commands/carbon_deployment.hpp"
#include "experiments/commands/carbon_result.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/report/run_cost.hpp"
#include "experiments/run_folder.hpp"
#include "export/comparison.hpp"
#include "export/machine_cost.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/hourly_grid.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

std::vector<EnergyRow> energy_of(const std::filesystem::path& run) {
  const auto path = run / kRunEnergyFile;
  std::vector<EnergyRow> rows = read_energy_csv(path);
  require(!rows.empty(), path.string(), " has no rows: the run has not spent anything yet");
  return rows;
}

// The published table, without the per-model methods that are not asked for.
Comparison published_comparison(int scenarios,
                                const std::string& baseline,
                                const std::optional<GridIntensity>& grid) {
  Comparison comparison = compare_published(scenarios, grid);
  if (baseline.empty()) return comparison;
  const std::string kept = for_option("--baseline", [&] { return find_nas_method(baseline).name; });
  const auto left_out = [&kept](const auto& row) {
    return row.method != kept && !find_nas_method(row.method).train_once;
  };
  const auto leave_out = [&left_out](auto& list) {
    list.erase(std::remove_if(list.begin(), list.end(), left_out), list.end());
  };
  leave_out(comparison.rows);
  leave_out(comparison.costs);
  leave_out(comparison.break_even);
  return comparison;
}

std::optional<DeviceProfile> machine_of(const CarbonCommand& command) {
  if (command.machine.empty()) return std::nullopt;
  return read_device_profile(command.machine);
}

// Embodied carbon where the profile knows it, and what was added to the meter's joules.
void describe_machine(Comparison& comparison, const DeviceProfile& machine) {
  const std::string added = facility_text(machine);
  if (!added.empty()) comparison.note += "; metered joules stand with " + added;
  if (machine.embodied_kg && machine.lifetime_hours) {
    add_embodied(comparison, machine);
    comparison.note += "; embodied carbon of " + machine.id +
                       " (x0.5 to x2) stands beside the operational one, and both in the SCI";
  } else {
    comparison.note += "; embodied carbon of " + machine.id + " is not known";
  }
}

Compared compare(const CarbonCommand& command) {
  const bool own_grid =
      !command.region.empty() || !command.grid_csv.empty() || !command.hourly.empty();
  if (command.run.empty()) {
    const auto grid = own_grid ? std::make_optional(grid_of(command)) : std::nullopt;
    return {published_comparison(command.scenarios, command.baseline, grid), std::nullopt};
  }
  const GridIntensity grid = grid_of(command);
  const auto machine = machine_of(command);
  const auto corrected = [&machine](const std::vector<EnergyRow>& rows) {
    return machine ? at_facility(rows, *machine) : rows;
  };
  const ScenarioCost once = metered_cost(corrected(energy_of(command.run)));
  std::vector<ScenarioCost> others;
  if (!command.per_model.empty()) {
    others.push_back(per_model_cost(corrected(energy_of_searches(command.per_model))));
  }
  for (ScenarioCost& cost : published_searches(command.baseline)) others.push_back(std::move(cost));
  const auto compared = [&](const ScenarioCost& cost) {
    Comparison comparison = compare_run(cost, others, grid, command.scenarios);
    if (machine) describe_machine(comparison, *machine);
    return comparison;
  };
  Compared result{compared(once), std::nullopt};
  if (command.finetuned.empty()) return result;
  std::vector<std::vector<EnergyRow>> tunings;
  for (const auto& run : command.finetuned) tunings.push_back(corrected(energy_of(run)));
  result.finetuned = compared(with_finetuning(once, tunings));
  return result;
}

}  // namespace

GridIntensity grid_of(const CarbonCommand& command) {
  if (!command.hourly.empty()) {
    const auto hours = read_hourly_grid(command.hourly);
    const GridHour hour = hour_at(hours, command.when);
    const GridHour best = cleanest_hour(hours);
    const std::string where = command.region.empty() ? "" : command.region + ", ";
    return {"",
            where + "hour " + hour.time,
            hour.grams_per_kwh,
            std::stoi(hour.time.substr(0, 4)),
            fmt::format("{}; cleanest hour there: {} with {:g} g",
                        command.hourly.filename().string(),
                        best.time,
                        best.grams_per_kwh)};
  }
  const GridTable table =
      command.grid_csv.empty() ? GridTable::built_in() : GridTable::read(command.grid_csv);
  return for_option("--region", [&] {
    return table.find(command.region.empty() ? kDefaultRegion : command.region);
  });
}

void run_carbon(const CarbonCommand& command) {
  if (command.action == "deployment") {
    run_deployment(command);
    return;
  }
  const Compared compared = compare(command);
  print_result(command.common.json ? as_json(compared) : as_table(compared));
}

}  // namespace coppice
