#include "experiments/report/energy_curves.hpp"

#include <algorithm>

#include "experiments/report/labels.hpp"
#include "experiments/report/run_files.hpp"
#include "experiments/run_folder.hpp"
#include "predictors/energy_csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/units.hpp"

namespace coppice {
namespace {

constexpr double kJoulesPerWattHour = kJoulesPerKilowattHour / 1000;

// Of the training's rows; a run that was metered in two ways says both.
std::string basis_of(const std::filesystem::path& energy_csv) {
  std::vector<std::string> bases;
  if (!std::filesystem::exists(energy_csv)) return EnergyCurve{}.basis;
  for (const EnergyRow& row : read_energy_csv(energy_csv)) {
    const bool fresh = std::find(bases.begin(), bases.end(), row.basis) == bases.end();
    if (row.phase.rfind("train", 0) == 0 && fresh) bases.push_back(row.basis);
  }
  return bases.empty() ? EnergyCurve{}.basis : joined(bases, "; ");
}

std::string common_basis(const std::vector<EnergyCurve>& curves) {
  const std::string& first = curves.front().basis;
  const bool alike = std::all_of(
      curves.begin(), curves.end(), [&first](const auto& curve) { return curve.basis == first; });
  return alike ? first : "known in different ways";
}

}  // namespace

EnergyCurve read_energy_curve_of(const std::filesystem::path& run, const std::string& label) {
  const auto path = run / kRunLogFile;
  EnergyCurve curve;
  curve.label = label;
  curve.basis = basis_of(run / kRunEnergyFile);
  const auto supernet = run / kRunSupernetFile;
  if (std::filesystem::exists(supernet)) {
    curve.images = static_cast<double>(read_training(supernet).held_out);
  }
  for (const EnergyPoint& point : read_energy_curve(path)) {
    curve.points.push_back({point.energy_j, point.largest});
  }
  require(!curve.points.empty(),
          path.string(),
          " records no evaluation with its energy: the run was not trained here");
  return curve;
}

Plot energy_curves_plot(const std::vector<EnergyCurve>& curves) {
  Plot plot;
  plot.title = "Held-out accuracy for the energy spent";
  plot.x_label = "energy of the training so far [Wh], " + common_basis(curves);
  plot.y_label = "accuracy [%]";
  for (std::size_t i = 0; i < curves.size(); ++i) {
    // The legend would repeat what stands beside each line.
    PlotSeries series{"", Mark::dot, static_cast<int>(i % kPlotColours), true, {}};
    for (const CurvePoint& point : curves[i].points) {
      const double watt_hours = point.energy_j / kJoulesPerWattHour;
      series.points.push_back({watt_hours,
                               point.accuracy,
                               curves[i].label + ", " + digits(watt_hours, 3) +
                                   " Wh: " + digits(point.accuracy, 4) + " %"});
    }
    series.points.back().label = curves[i].label;
    plot.series.push_back(std::move(series));
  }
  return plot;
}

std::optional<CheapestWay> cheapest_way(const std::vector<EnergyCurve>& curves, double target) {
  std::optional<CheapestWay> best;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const auto stop = early_stops(curves[i].points, {target}, curves[i].images).front();
    if (!stop.reached) continue;
    if (!best || stop.reached->energy_j < best->reached.energy_j) best = {i, *stop.reached};
  }
  return best;
}

}  // namespace coppice
