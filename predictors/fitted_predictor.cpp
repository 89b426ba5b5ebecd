#include "predictors/fitted_predictor.hpp"

#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

struct Kind {
  const char* name;
  FeatureSet features;
};

constexpr Kind kKinds[] = {{"ridge-physical", FeatureSet::physical},
                           {"ridge-stages", FeatureSet::stages},
                           {"ridge-choices", FeatureSet::choices},
                           {"ridge-hybrid", FeatureSet::hybrid},
                           {"gaussian-process", FeatureSet::stages}};

}  // namespace

const std::vector<std::string>& predictor_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Kind& kind : kKinds) result.emplace_back(kind.name);
    return result;
  }();
  return names;
}

FeatureSet features_of_kind(const std::string& kind) {
  std::string known;
  for (const Kind& candidate : kKinds) {
    if (kind == candidate.name) return candidate.features;
    known += (known.empty() ? "" : ", ") + std::string(candidate.name);
  }
  throw Error(text("kind of predictor '", kind, "' is not known; there are ", known),
              Failure::usage);
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

std::vector<double> FittedPredictor::predict(const std::vector<Architecture>& architectures) const {
  std::vector<double> features(encoder_.length());
  std::vector<double> predictions;
  predictions.reserve(architectures.size());
  for (const Architecture& architecture : architectures) {
    encoder_.encode(architecture, features.data());
    const double value =
        std::visit([&](const auto& model) { return model.predict(features.data()); }, model_);
    predictions.push_back(from_scale(scale_, value));
  }
  return predictions;
}

}  // namespace coppice
