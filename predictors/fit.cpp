#include "predictors/fit.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "predictors/conformal.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr const char* kGaussianProcess = "gaussian-process";

/// The measurements in the form that models are fitted to.
struct Samples {
  std::vector<Architecture> architectures;
  std::vector<double> values;
  std::vector<std::size_t> folds;  ///< which fold holds each sample out
  std::size_t fold_count = 0;
};

/// One way of fitting, and its predictions for samples it did not see.
struct Contender {
  std::string kind;
  TargetScale scale = TargetScale::plain;
  std::size_t encoder = 0;
  std::vector<double> held_out;
};

struct Contest {
  std::vector<FeatureEncoder> encoders;
  std::vector<FeatureMatrix> features;  ///< of all samples, one matrix an encoder
  std::vector<Contender> contenders;
};

/// Where there are few samples, five folds keep too few to fit on: errors would seem larger than
/// the final predictor's.
std::size_t folds_for(std::size_t samples, int wanted) {
  if (wanted > 0) return static_cast<std::size_t>(wanted);
  return samples >= 40 && samples < 200 ? 10 : 5;
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
  Random random = Random(options.seed).fork("folds");
  random.shuffle(samples.folds);
  return samples;
}

FeatureMatrix encode_all(const FeatureEncoder& encoder,
                         const std::vector<Architecture>& architectures) {
  FeatureMatrix matrix;
  matrix.rows = architectures.size();
  matrix.columns = encoder.length();
  matrix.values.resize(matrix.rows * matrix.columns);
  for (std::size_t i = 0; i < matrix.rows; ++i) encoder.encode(architectures[i], matrix.row(i));
  return matrix;
}

Contest enter(const SearchSpace& space,
              const Samples& samples,
              const std::vector<std::string>& kinds,
              TargetScale other_scale) {
  Contest contest;
  const auto costs = std::make_shared<const PieceCosts>(space);
  for (const std::string& kind : kinds) {
    const FeatureSet set = features_of_kind(kind);
    if (kind == kGaussianProcess && samples.values.size() > kMostGaussianProcessRows) continue;
    auto found = std::find_if(contest.encoders.begin(),
                              contest.encoders.end(),
                              [set](const FeatureEncoder& e) { return e.set() == set; });
    if (found == contest.encoders.end()) {
      contest.encoders.emplace_back(space, set, costs, space.spec().resolutions);
      contest.features.push_back(encode_all(contest.encoders.back(), samples.architectures));
      found = contest.encoders.end() - 1;
    }
    const auto encoder = static_cast<std::size_t>(found - contest.encoders.begin());
    contest.contenders.push_back({kind, TargetScale::plain, encoder, {}});
    if (other_scale != TargetScale::plain) {
      contest.contenders.push_back({kind, other_scale, encoder, {}});
    }
  }
  require_usage(!contest.contenders.empty(),
                "a gaussian-process takes at most ",
                kMostGaussianProcessRows,
                " architectures, found ",
                samples.values.size(),
                "; choose a ridge kind");
  return contest;
}

RegressionModel fit_model(const Contender& contender,
                          const FeatureMatrix& features,
                          std::vector<double> values) {
  for (double& value : values) value = to_scale(contender.scale, value);
  if (contender.kind == kGaussianProcess) return fit_gaussian_process(features, values);
  return fit_ridge(features, values);
}

/// Fits without one fold and predicts it. Folds write to different samples.
void judge(Contender& contender,
           const FeatureMatrix& features,
           const Samples& samples,
           std::size_t fold) {
  FeatureMatrix kept;
  kept.columns = features.columns;
  std::vector<double> values;
  for (std::size_t i = 0; i < features.rows; ++i) {
    if (samples.folds[i] == fold) continue;
    kept.values.insert(kept.values.end(), features.row(i), features.row(i) + features.columns);
    values.push_back(samples.values[i]);
  }
  kept.rows = values.size();
  const RegressionModel model = fit_model(contender, kept, std::move(values));
  for (std::size_t i = 0; i < features.rows; ++i) {
    if (samples.folds[i] != fold) continue;
    const double value =
        std::visit([&](const auto& m) { return m.predict(features.row(i)); }, model);
    contender.held_out[i] = from_scale(contender.scale, value);
  }
}

void cross_validate(Contest& contest, const Samples& samples) {
  const std::size_t folds = samples.fold_count;
  for (Contender& contender : contest.contenders) {
    contender.held_out.resize(samples.values.size());
  }
  tbb::parallel_for(std::size_t{0}, contest.contenders.size() * folds, [&](std::size_t task) {
    Contender& contender = contest.contenders[task / folds];
    judge(contender, contest.features[contender.encoder], samples, task % folds);
  });
}

/// A Gaussian process takes ten times as long to ask as a ridge, and a search asks a million
/// times: it has to be better by more than chance.
constexpr double kProcessHandicap = 1.05;

const Contender& best_of(const Contest& contest, const Samples& samples) {
  const auto error = [&](const Contender& contender) {
    const double value = rmse(contender.held_out, samples.values) *
                         (contender.kind == kGaussianProcess ? kProcessHandicap : 1.0);
    return std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  };
  return *std::min_element(
      contest.contenders.begin(),
      contest.contenders.end(),
      [&](const Contender& a, const Contender& b) { return error(a) < error(b); });
}

/// Those of the space between the smallest and the largest that was measured.
std::vector<int> covered_resolutions(const SearchSpace& space, const Samples& samples) {
  int low = std::numeric_limits<int>::max();
  int high = 0;
  for (const Architecture& architecture : samples.architectures) {
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

double interval_of(const Contender& best, const Samples& samples) {
  std::vector<double> residuals;
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    residuals.push_back(best.held_out[i] - samples.values[i]);
  }
  return conformal_half_width(std::move(residuals), 0.9);
}

}  // namespace

void validate(const FitOptions& options) {
  require_usage(options.folds == 0 || (options.folds >= 2 && options.folds <= 20),
                "folds = ",
                options.folds,
                ", must be between 2 and 20, or 0 for as many as suit the measurements");
  for (const std::string& kind : options.kinds) static_cast<void>(features_of_kind(kind));
}

bool maximize_by_default(const std::string& target) {
  return target.rfind("accuracy", 0) == 0 || target.rfind("top", 0) == 0;
}

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
  const Samples samples = samples_of(table, target, options);
  const bool maximize = options.maximize.value_or(maximize_by_default(target));
  Contest contest = enter(space,
                          samples,
                          options.kinds.empty() ? predictor_kinds() : options.kinds,
                          other_scale(target, maximize, samples.values));
  cross_validate(contest, samples);
  const Contender& best = best_of(contest, samples);

  summary.kind = best.kind + scale_suffix(best.scale);
  summary.n = samples.values.size();
  summary.cv = agreement(best.held_out, samples.values, maximize);
  summary.interval90 = interval_of(best, samples);
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    summary.out_of_fold.push_back({samples.architectures[i], samples.values[i], best.held_out[i]});
  }
  PredictorInfo info{
      target, maximize, space.name(), summary.interval90, covered_resolutions(space, samples)};
  RegressionModel model = fit_model(best, contest.features[best.encoder], samples.values);
  return {contest.encoders[best.encoder],
          std::move(model),
          best.scale,
          std::move(info),
          std::move(summary)};
}

}  // namespace coppice
