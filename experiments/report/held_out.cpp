#include "experiments/report/held_out.hpp"

#include <utility>

#include "predictors/fit.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

constexpr std::size_t kFolds = 5;

MeasurementTable with_target(const MeasurementTable& table, const std::string& target) {
  MeasurementTable kept{table.space, {}, table.conditions};
  for (const Measurement& row : table.rows) {
    if (row.targets.count(target) > 0) kept.rows.push_back(row);
  }
  merge_repeats(kept);
  return kept;
}

// "ridge-stages of log" -> "ridge-stages"
std::string kind_of(const std::string& described) {
  return described.substr(0, described.find(' '));
}

}  // namespace

std::vector<HeldOutPoint> shown(const SearchSpace& space, const std::vector<HeldOut>& networks) {
  std::vector<HeldOutPoint> points;
  for (const HeldOut& network : networks) {
    points.push_back({to_text(space, network.architecture), network.measured, network.predicted});
  }
  return points;
}

std::vector<HeldOutPoint> held_out_points(const SearchSpace& space,
                                          const MeasurementTable& table,
                                          const std::string& target,
                                          const std::string& kind) {
  const MeasurementTable all = with_target(table, target);
  std::vector<HeldOutPoint> points;
  if (all.rows.size() * (kFolds - 1) / kFolds < kFewestMeasurements) return points;
  FitOptions options;
  options.kinds = {kind_of(kind)};
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    MeasurementTable kept{all.space, {}, all.conditions};
    std::vector<Architecture> asked;
    std::vector<double> measured;
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
      if (i % kFolds != fold) {
        kept.rows.push_back(all.rows[i]);
        continue;
      }
      asked.push_back(all.rows[i].architecture);
      measured.push_back(all.rows[i].targets.at(target));
    }
    const auto predicted = fit(space, std::move(kept), target, options).predict(asked);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      points.push_back({to_text(space, asked[i]), measured[i], predicted[i]});
    }
  }
  return points;
}

}  // namespace coppice
