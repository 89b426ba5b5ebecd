// `coppice curves`: what accuracy cost in several trainings, and where more energy stopped paying.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/curves_options.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/report/energy_curves.hpp"
#include "experiments/report/svg_plot.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr TextKind kPictureFile{"a picture of Coppice", kPictureMark, "--out"};

const CurvePoint& best_point(const EnergyCurve& curve) {
  return *std::max_element(curve.points.begin(),
                           curve.points.end(),
                           [](const auto& a, const auto& b) { return a.accuracy < b.accuracy; });
}

// Of the last evaluation that gained anything.
std::optional<double> last_price(const EnergyCurve& curve) {
  std::optional<double> last;
  for (const auto& price : joules_per_point(curve.points)) {
    if (price) last = price;
  }
  return last;
}

Json point_json(const std::optional<CurvePoint>& point) {
  if (!point) return nullptr;
  return {{"energy_j", point->energy_j}, {"accuracy", point->accuracy}};
}

Json curve_json(const EnergyCurve& curve, const std::vector<double>& targets) {
  Json points = Json::array();
  const auto prices = joules_per_point(curve.points);
  for (std::size_t i = 0; i < prices.size(); ++i) {
    Json point = point_json(curve.points[i]);
    point["j_per_point"] = prices[i] ? Json(*prices[i]) : Json(nullptr);
    points.push_back(std::move(point));
  }
  Json stops = Json::array();
  for (const EarlyStop& stop : early_stops(curve.points, targets, curve.images)) {
    stops.push_back({{"target", stop.target},
                     {"reached", point_json(stop.reached)},
                     {"after_j", stop.reached ? Json(stop.after_j) : Json(nullptr)},
                     {"saved_j", stop.reached ? Json(stop.saved_j) : Json(nullptr)}});
  }
  return {{"label", curve.label},
          {"held_out_images", curve.images > 0 ? Json(curve.images) : Json(nullptr)},
          {"energy_basis", curve.basis},
          {"points", std::move(points)},
          {"knee", point_json(knee_of(curve.points))},
          {"stops", std::move(stops)}};
}

// All of it are joules, so all of it stands under `run`.
std::string as_json(const CurvesCommand& command, const std::vector<EnergyCurve>& curves) {
  const auto targets = target_accuracies(command);
  Json labels = Json::array();
  Json all = Json::array();
  for (const EnergyCurve& curve : curves) {
    labels.push_back(curve.label);
    all.push_back(curve_json(curve, targets));
  }
  return Json{{"labels", std::move(labels)},
              {"targets", targets},
              {"run",
               {{"curves", std::move(all)},
                {"picture", command.out.empty() ? Json(nullptr) : Json(command.out.string())}}}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string kilojoules(double joules) { return fmt::format("{:.4g} kJ", joules / 1000); }

std::string curve_line(const EnergyCurve& curve) {
  const auto knee = knee_of(curve.points);
  const auto price = last_price(curve);
  return fmt::format(
      "{:<16}{:>14}{:>14}{:>11.2f} %{:>24}{:>16}\n",
      curve.label,
      curve.points.size(),
      kilojoules(curve.points.back().energy_j),
      best_point(curve).accuracy,
      knee ? kilojoules(knee->energy_j) + fmt::format(" ({:.2f} %)", knee->accuracy) : "-",
      price ? fmt::format("{:.0f} J", *price) : "-");
}

// It was reached somewhere between two evaluations.
std::string between(const EarlyStop& stop) {
  return fmt::format("{:.4g} to {}", stop.after_j / 1000, kilojoules(stop.reached->energy_j));
}

std::string stops_table(const std::vector<EnergyCurve>& curves, double target) {
  std::string out;
  for (const EnergyCurve& curve : curves) {
    const EarlyStop stop = early_stops(curve.points, {target}, curve.images).front();
    out += fmt::format("{:<16}{:>8.4g} %{:>24}{:>16}\n",
                       curve.label,
                       target,
                       stop.reached ? between(stop) : "not reached",
                       stop.reached ? kilojoules(stop.saved_j) : "-");
  }
  return out;
}

std::string as_table(const CurvesCommand& command, const std::vector<EnergyCurve>& curves) {
  std::string out = fmt::format("{:<16}{:>14}{:>14}{:>13}{:>24}{:>16}\n",
                                "run",
                                "evaluations",
                                "energy",
                                "best",
                                "knee",
                                "last point");
  for (const EnergyCurve& curve : curves) out += curve_line(curve);
  for (const EnergyCurve& curve : curves) {
    out += "energy of " + curve.label + " is " + curve.basis + "\n";
  }
  out += fmt::format("\n{:<16}{:>10}{:>24}{:>16}\n", "run", "stop at", "spent by then", "saved");
  for (const double target : target_accuracies(command)) out += stops_table(curves, target);
  for (const double target : target_accuracies(command)) {
    const auto cheapest = cheapest_way(curves, target);
    if (!cheapest) continue;
    out += fmt::format("{:.4g} % seen reached for the least energy by {}: {}\n",
                       target,
                       curves[cheapest->curve].label,
                       kilojoules(cheapest->reached.energy_j));
  }
  out +=
      "accuracies are those of the largest network on held-out images; a target is reached between "
      "two evaluations, at the first whose lower bound (Wilson, 95 %) is not below it; a training "
      "that stops before its last phase leaves the smaller networks untrained\n";
  if (!command.out.empty()) out += "picture in " + command.out.string() + "\n";
  return out;
}

}  // namespace

void run_curves(const CurvesCommand& command) {
  if (!command.out.empty()) require_replaceable(command.out, kPictureFile);
  std::vector<EnergyCurve> curves;
  for (std::size_t i = 0; i < command.runs.size(); ++i) {
    const auto folder = command.runs[i].lexically_normal();
    const std::string name = folder.has_filename() ? folder.filename().string()
                                                   : folder.parent_path().filename().string();
    curves.push_back(
        read_energy_curve_of(folder, command.labels.empty() ? name : command.labels[i]));
  }
  if (!command.out.empty()) {
    if (command.out.has_parent_path()) make_folder(command.out.parent_path());
    write_text_file(command.out, svg(energy_curves_plot(curves), true));
  }
  print_result(command.common.json ? as_json(command, curves) : as_table(command, curves));
}

}  // namespace coppice
