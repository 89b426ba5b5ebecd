#include "predictors/fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "predictors/conditions.hpp"
#include "predictors/conformal.hpp"
#include "predictors/contest.hpp"
#include "predictors/interval90.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kIntervalCoverage = 0.9;

/// Where there are few samples, five folds keep too few to fit on: errors would seem larger than
/// the final predictor's, and intervals would cover too much.
std::size_t folds_for(std::size_t samples, int wanted) {
  if (wanted > 0) return static_cast<std::size_t>(wanted);
  if (samples < 40 || samples >= 200) return 5;
  return samples < 80 ? 20 : 10;
}

Samples samples_of(const MeasurementTable& table,
                   const std::string& target,
                   const FitOptions& options) {
  Samples samples;
  for (const Measurement& row : table.rows) {
    const auto found = row.targets.find(target);
    if (found == row.targets.end()) continue;
    samples.architectures.push_back(row.architecture);
    samples.values.push_back(found->second);
  }
  const std::size_t n = samples.values.size();
  const std::size_t needed = std::max(kFewestMeasurements, 2 * folds_for(n, options.folds));
  require(n >= needed,
          "fitting ",
          target,
          " needs measurements of at least ",
          needed,
          " different architectures, found ",
          n);
  samples.fold_count = folds_for(n, options.folds);
  for (std::size_t i = 0; i < n; ++i) {
    require(std::isfinite(samples.values[i]), "target ", target, " is not a finite number");
    samples.folds.push_back(i % samples.fold_count);
  }
  const auto [low, high] = std::minmax_element(samples.values.begin(), samples.values.end());
  require(*low < *high,
          "all ",
          n,
          " networks have the same ",
          target,
          ", ",
          *low,
          "; there is nothing to learn from, check the column");
  samples.seed = options.seed;
  Random random = Random(options.seed).fork("folds");
  random.shuffle(samples.folds);
  return samples;
}

/// Those of the space between the smallest and the largest that was measured.
std::vector<int> covered_resolutions(const SearchSpace& space,
                                     const std::vector<Architecture>& architectures) {
  int low = std::numeric_limits<int>::max();
  int high = 0;
  for (const Architecture& architecture : architectures) {
    low = std::min(low, space.resolution(architecture));
    high = std::max(high, space.resolution(architecture));
  }
  std::vector<int> covered;
  for (const int pixels : space.spec().resolutions) {
    if (pixels >= low && pixels <= high) covered.push_back(pixels);
  }
  return covered;
}

/// The scale that is tried beside the plain one; plain where there is none.
TargetScale other_scale(const std::string& target,
                        bool maximize,
                        const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (!maximize && *low > 0) return TargetScale::logarithm;
  if (maximize_by_default(target) && *high < 100) return TargetScale::error_logarithm;
  return TargetScale::plain;
}

}  // namespace

void validate(const FitOptions& options) {
  require_usage(options.folds == 0 || (options.folds >= 2 && options.folds <= 20),
                "folds = ",
                options.folds,
                ", must be between 2 and 20, or 0 for as many as suit the measurements");
  for (const std::string& kind : options.kinds) static_cast<void>(features_of_kind(kind));
}

bool maximize_by_default(const std::string& target) { return is_percentage(target); }

FittedPredictor fit(const SearchSpace& space,
                    MeasurementTable table,
                    const std::string& target,
                    const FitOptions& options) {
  validate(options);
  require(table.space == space.name(),
          "the measurements belong to the space ",
          table.space,
          ", not to ",
          space.name());
  FitSummary summary;
  summary.target = target;
  summary.repeats = merge_repeats(table);
  Samples samples = samples_of(table, target, options);
  const bool maximize = options.maximize.value_or(maximize_by_default(target));
  samples.resolutions = covered_resolutions(space, samples.architectures);
  Contest contest(space, samples, other_scale(target, maximize, samples.values));
  const Contender& best =
      contest.run(options.kinds.empty() ? default_kinds(samples.values.size()) : options.kinds);

  summary.kind = best.kind + scale_suffix(best.scale);
  summary.n = samples.values.size();
  summary.cv = agreement(best.held_out, samples.values, maximize);
  require(std::isfinite(summary.cv.rmse),
          "no finite model fits the values of ",
          target,
          ", which reach from ",
          *std::min_element(samples.values.begin(), samples.values.end()),
          " to ",
          *std::max_element(samples.values.begin(), samples.values.end()),
          "; check their unit");
  summary.interval90 =
      pooled_half_width(contest.residuals_after_choice(), summary.n, kIntervalCoverage);
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    summary.held_out.push_back({samples.architectures[i], samples.values[i], best.held_out[i]});
  }
  PredictorInfo info{target,
                     maximize,
                     space.name(),
                     summary.interval90,
                     samples.resolutions,
                     conditions_of(table.conditions, target)};
  return {contest.encoder_of(best),
          contest.fit_all(best),
          best.scale,
          std::move(info),
          std::move(summary)};
}

}  // namespace coppice
