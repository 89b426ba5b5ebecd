#include "predictors/fitted_predictor.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "predictors/grouped_models.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

struct Kind {
  const char* name;
  FeatureSet features;
  std::size_t fewest;  ///< rows from which on it is tried without being asked for
  std::size_t most;
};

// The earlier Gaussian process is kept for those who ask for it: process-groups does better.
constexpr Kind kKinds[] = {
    {"ridge-physical", FeatureSet::physical, 0, kAnyNumber},
    {"ridge-stages", FeatureSet::stages, 0, kAnyNumber},
    {"ridge-choices", FeatureSet::choices, 0, kAnyNumber},
    {"ridge-hybrid", FeatureSet::hybrid, 0, kAnyNumber},
    {kRidgeGroupsKind, FeatureSet::grouped, 0, kAnyNumber},
    {kProcessGroupsKind, FeatureSet::grouped, 0, kMostProcessGroupsRows},
    {kGaussianProcessKind, FeatureSet::stages, kAnyNumber, kMostGaussianProcessRows},
    {kOfaMlpKind, FeatureSet::choices, kFewestMlpRows, kAnyNumber}};

const Kind& find_kind(const std::string& name) {
  std::string known;
  for (const Kind& kind : kKinds) {
    if (name == kind.name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
  }
  throw Error(text("kind of predictor '", name, "' is not known; there are ", known),
              Failure::usage);
}

}  // namespace

const std::vector<std::string>& predictor_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Kind& kind : kKinds) result.emplace_back(kind.name);
    return result;
  }();
  return names;
}

std::vector<std::string> default_kinds(std::size_t rows) {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) {
    if (rows >= kind.fewest && rows <= kind.most) names.emplace_back(kind.name);
  }
  return names;
}

FeatureSet features_of_kind(const std::string& kind) { return find_kind(kind).features; }

std::size_t most_rows(const std::string& kind) { return find_kind(kind).most; }

double predict_one(const RegressionModel& model,
                   const Architecture& architecture,
                   const double* features) {
  if (const auto* network = std::get_if<std::shared_ptr<const ChoiceNetwork>>(&model)) {
    return (*network)->predict({architecture}).front();
  }
  if (const auto* process = std::get_if<GaussianProcess>(&model)) {
    return process->predict(features);
  }
  return std::get<LinearModel>(model).predict(features);
}

std::string FitSummary::brief() const {
  std::string line = text(target,
                          ": ",
                          kind,
                          " on ",
                          n,
                          " architectures, held out: RMSE ",
                          cv.rmse,
                          ", MAPE ",
                          cv.mape_percent,
                          " %, Kendall's tau ",
                          cv.kendall_tau,
                          ", bias of the top ten ",
                          cv.top_ten_bias);
  if (interval90 >= 0) line += text(", 90 % interval +-", interval90);
  if (repeats > 0) line += text("; ", repeats, " repeated rows averaged");
  return line;
}

FittedPredictor::FittedPredictor(FeatureEncoder encoder,
                                 RegressionModel model,
                                 TargetScale scale,
                                 PredictorInfo info,
                                 FitSummary summary)
    : encoder_(std::move(encoder)),
      model_(std::move(model)),
      scale_(scale),
      info_(std::move(info)),
      summary_(std::move(summary)) {}

std::unique_ptr<Predictor> FittedPredictor::rough() const {
  const auto* network = std::get_if<std::shared_ptr<const ChoiceNetwork>>(&model_);
  if (network == nullptr) return nullptr;
  std::shared_ptr<const ChoiceNetwork> rough = (*network)->rough_network();
  if (!rough) return nullptr;
  return std::make_unique<FittedPredictor>(encoder_, std::move(rough), scale_, info_, summary_);
}

std::vector<double> FittedPredictor::predict(const std::vector<Architecture>& architectures) const {
  std::vector<double> predictions;
  if (const auto* network = std::get_if<std::shared_ptr<const ChoiceNetwork>>(&model_)) {
    predictions = (*network)->predict(architectures);
    for (double& value : predictions) value = from_scale(scale_, value);
    return predictions;
  }
  std::vector<double> features(encoder_.length());
  predictions.reserve(architectures.size());
  for (const Architecture& architecture : architectures) {
    encoder_.encode(architecture, features.data());
    predictions.push_back(from_scale(scale_, predict_one(model_, architecture, features.data())));
  }
  return predictions;
}

}  // namespace coppice
