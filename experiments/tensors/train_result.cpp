#include "experiments/tensors/train_result.hpp"

#include <fmt/format.h>

namespace coppice {
namespace {

double images_per_second(const TrainResult& result, const Json& spent) {
  return static_cast<double>(result.summary.subnet_images) / spent["seconds"].get<double>();
}

Json history_json(const std::vector<HistoryRow>& history) {
  Json rows = Json::array();
  for (const HistoryRow& row : history) {
    rows.push_back({{"phase", row.phase},
                    {"step", row.step},
                    {"loss", row.loss},
                    {"smallest", row.smallest},
                    {"largest", row.largest}});
  }
  return rows;
}

std::string price_text(const std::optional<double>& joules) {
  return joules ? fmt::format("{:.0f}", *joules) : "-";
}

std::string curve_table(const std::vector<CurvePoint>& curve) {
  if (curve.size() < 2) return {};
  std::string out = fmt::format("{:<12}{:>12}{:>22}\n", "energy", "held-out", "J per extra point");
  const auto prices = joules_per_point(curve);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    out += fmt::format("{:>9.3g} kJ{:>11.2f}%{:>22}\n",
                       curve[i].energy_j / 1000,
                       curve[i].accuracy,
                       price_text(prices[i]));
  }
  return out;
}

}  // namespace

std::vector<CurvePoint> learning_curve(const std::vector<HistoryRow>& history,
                                       const std::map<std::int64_t, double>& energy_at) {
  std::vector<CurvePoint> curve;
  for (const HistoryRow& row : history) {
    const auto energy = energy_at.find(row.step);
    if (energy != energy_at.end()) curve.push_back({energy->second, row.largest});
  }
  return curve;
}

std::string result_json(const TrainResult& result, Json spent) {
  spent["images_per_second"] = images_per_second(result, spent);
  const auto curve = learning_curve(result.history, result.energy_at);
  const auto prices = joules_per_point(curve);
  spent["curve"] = Json::array();
  for (std::size_t i = 0; i < curve.size(); ++i) {
    spent["curve"].push_back({{"energy_j", curve[i].energy_j},
                              {"accuracy", curve[i].accuracy},
                              {"j_per_point", prices[i] ? Json(*prices[i]) : Json(nullptr)}});
  }
  return Json{{"epochs", result.summary.epochs},
              {"stopped_because", result.summary.stopped_because},
              {"accuracy", {{"smallest", result.smallest.test}, {"largest", result.largest.test}}},
              {"held_out_accuracy",
               {{"smallest", result.smallest.held_out}, {"largest", result.largest.held_out}}},
              {"history", history_json(result.history)},
              {"run", std::move(spent)}}
      .dump();
}

std::string result_table(const TrainResult& result, const Json& spent) {
  return fmt::format(
      "{} after {:g} epochs, {:.0f} s, {:.0f} J ({}), {:.0f} images/s\n"
      "{:<10}{:>14}{:>14}\n"
      "{:<10}{:>13.2f}%{:>13.2f}%\n"
      "{:<10}{:>13.2f}%{:>13.2f}%\n"
      "{}weights in {}\n",
      result.summary.stopped_because,
      result.summary.epochs,
      spent["seconds"].get<double>(),
      spent["energy_j"].get<double>(),
      spent["energy_basis"].get<std::string>(),
      images_per_second(result, spent),
      "network",
      "held-out",
      "test",
      "smallest",
      result.smallest.held_out,
      result.smallest.test,
      "largest",
      result.largest.held_out,
      result.largest.test,
      curve_table(learning_curve(result.history, result.energy_at)),
      result.weights.string());
}

}  // namespace coppice
