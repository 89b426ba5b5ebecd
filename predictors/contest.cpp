#include "predictors/contest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "predictors/choice_training.hpp"
#include "predictors/grouped_models.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/parallel.hpp"

namespace coppice {
namespace {

FeatureMatrix encode_all(const FeatureEncoder& encoder,
                         const std::vector<Architecture>& architectures) {
  FeatureMatrix matrix;
  matrix.rows = architectures.size();
  matrix.columns = encoder.length();
  matrix.values.resize(matrix.rows * matrix.columns);
  for (std::size_t i = 0; i < matrix.rows; ++i) encoder.encode(architectures[i], matrix.row(i));
  return matrix;
}

/// ridge-groups contains what the other ridges are made of, and loses to one of them mostly by
/// chance where few networks judge; the others take ten to forty times as long to answer a search.
/// All of them have to be better by more than that.
constexpr double kHandicap = 1.05;

double handicap(const std::string& kind) { return kind == kRidgeGroupsKind ? 1.0 : kHandicap; }

/// A straight line through few latencies soon goes below 0, where a search for the least finds it.
constexpr std::size_t kFewestPlainRows = 40;

constexpr int kBootstraps = 200;

/// What a model is fitted to.
struct Lesson {
  std::vector<Architecture> architectures;
  FeatureMatrix features;
  std::vector<double> values;
};

RegressionModel fit_lesson(const Contender& contender,
                           const FeatureEncoder& encoder,
                           const Samples& all,
                           Lesson lesson) {
  for (double& value : lesson.values) value = to_scale(contender.scale, value);
  const std::string& kind = contender.kind;
  if (kind == kOfaMlpKind) {
    return train_choice_network(
        encoder.space(), all.resolutions, {lesson.architectures, lesson.values, all.seed});
  }
  if (kind == kGaussianProcessKind) return fit_gaussian_process(lesson.features, lesson.values);
  const GroupEnds& ends = encoder.group_ends();
  if (kind == kProcessGroupsKind) {
    return fit_grouped_process(lesson.features, ends, ends[1], lesson.values);
  }
  if (kind == kRidgeGroupsKind) return fit_grouped_ridge(lesson.features, ends, lesson.values);
  return fit_ridge(lesson.features, lesson.values);
}

}  // namespace

Contest::Contest(const SearchSpace& space, const Samples& samples, TargetScale other_scale)
    : space_(space),
      samples_(samples),
      other_scale_(other_scale),
      costs_(std::make_shared<const PieceCosts>(space)) {}

const Contender& Contest::run(const std::vector<std::string>& kinds) {
  std::vector<std::string> later;
  const bool plain =
      other_scale_ != TargetScale::logarithm || samples_.values.size() >= kFewestPlainRows;
  for (const std::string& kind : kinds) {
    if (samples_.values.size() > most_rows(kind)) continue;
    if (kind == kOfaMlpKind || kind == kProcessGroupsKind) {
      later.push_back(kind);
      continue;
    }
    if (plain) enter(kind, TargetScale::plain);
    if (other_scale_ != TargetScale::plain) enter(kind, other_scale_);
  }
  cross_validate(0);
  // The costly kinds are tried on one scale only: the network on the plain one, as its authors do,
  // the process on the one that suits its linear part.
  const std::size_t first = contenders_.size();
  const TargetScale suited = scale_of_ridge_groups();
  for (const std::string& kind : later) {
    enter(kind, kind == kOfaMlpKind ? TargetScale::plain : suited);
  }
  cross_validate(first);
  require_usage(!contenders_.empty(),
                kinds.front(),
                " takes at most ",
                most_rows(kinds.front()),
                " architectures, found ",
                samples_.values.size(),
                "; choose a ridge kind");
  return *std::min_element(
      contenders_.begin(), contenders_.end(), [](const Contender& a, const Contender& b) {
        return a.rmse * handicap(a.kind) < b.rmse * handicap(b.kind);
      });
}

void Contest::enter(const std::string& kind, TargetScale scale) {
  const FeatureSet set = features_of_kind(kind);
  auto found = std::find_if(encoders_.begin(), encoders_.end(), [set](const FeatureEncoder& e) {
    return e.set() == set;
  });
  if (found == encoders_.end()) {
    encoders_.emplace_back(space_, set, costs_, space_.spec().resolutions);
    features_.push_back(encode_all(encoders_.back(), samples_.architectures));
    found = encoders_.end() - 1;
  }
  contenders_.push_back({kind, scale, static_cast<std::size_t>(found - encoders_.begin()), {}, 0});
}

/// Where it did not take part: the other one, which most targets suit better.
TargetScale Contest::scale_of_ridge_groups() const {
  TargetScale best = other_scale_;
  double error = std::numeric_limits<double>::infinity();
  for (const Contender& contender : contenders_) {
    if (contender.kind != kRidgeGroupsKind || contender.rmse >= error) continue;
    error = contender.rmse;
    best = contender.scale;
  }
  return best;
}

/// Those from `first` on.
void Contest::cross_validate(std::size_t first) {
  const std::size_t folds = samples_.fold_count;
  for (std::size_t i = first; i < contenders_.size(); ++i) {
    contenders_[i].held_out.resize(samples_.values.size());
  }
  for_each_index((contenders_.size() - first) * folds,
                 [&](std::size_t task) { judge(contenders_[first + task / folds], task % folds); });
  for (std::size_t i = first; i < contenders_.size(); ++i) {
    const double error = rmse(contenders_[i].held_out, samples_.values);
    contenders_[i].rmse = std::isfinite(error) ? error : std::numeric_limits<double>::infinity();
  }
}

/// Fits without one fold and predicts it. Folds write to different samples.
void Contest::judge(Contender& contender, std::size_t fold) const {
  const RegressionModel model = fit_without(contender, fold);
  const FeatureMatrix& features = features_[contender.encoder];
  for (std::size_t i = 0; i < samples_.values.size(); ++i) {
    if (samples_.folds[i] != fold) continue;
    const double value = predict_one(model, samples_.architectures[i], features.row(i));
    contender.held_out[i] = from_scale(contender.scale, value);
  }
}

RegressionModel Contest::fit_without(const Contender& contender, std::size_t fold) const {
  const FeatureMatrix& features = features_[contender.encoder];
  Lesson lesson;
  lesson.features.columns = features.columns;
  for (std::size_t i = 0; i < features.rows; ++i) {
    if (samples_.folds[i] == fold) continue;
    lesson.architectures.push_back(samples_.architectures[i]);
    lesson.features.values.insert(
        lesson.features.values.end(), features.row(i), features.row(i) + features.columns);
    lesson.values.push_back(samples_.values[i]);
  }
  lesson.features.rows = lesson.values.size();
  return fit_lesson(contender, encoders_[contender.encoder], samples_, std::move(lesson));
}

std::vector<double> Contest::residuals_after_choice() const {
  const std::size_t n = samples_.values.size();
  std::vector<double> pool;
  Random random = Random(samples_.seed).fork("bootstrap");
  std::vector<int> drawn(n);
  for (int round = 0; round < kBootstraps; ++round) {
    std::fill(drawn.begin(), drawn.end(), 0);
    for (std::size_t i = 0; i < n; ++i) ++drawn[random.below(n)];
    const Contender& winner = winner_among(drawn);
    for (std::size_t i = 0; i < n; ++i) {
      if (drawn[i] == 0) pool.push_back(winner.held_out[i] - samples_.values[i]);
    }
  }
  return pool;
}

/// The best on samples that count as often as they were drawn.
const Contender& Contest::winner_among(const std::vector<int>& drawn) const {
  const Contender* winner = &contenders_.front();
  double least = std::numeric_limits<double>::infinity();
  for (const Contender& contender : contenders_) {
    double sum = 0;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      const double difference = contender.held_out[i] - samples_.values[i];
      sum += drawn[i] * difference * difference;
    }
    const double error = std::sqrt(sum) * handicap(contender.kind);
    if (!(error < least)) continue;
    least = error;
    winner = &contender;
  }
  return *winner;
}

RegressionModel Contest::fit_all(const Contender& contender) const {
  return fit_lesson(contender,
                    encoders_[contender.encoder],
                    samples_,
                    {samples_.architectures, features_[contender.encoder], samples_.values});
}

}  // namespace coppice
