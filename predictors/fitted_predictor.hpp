// A predictor that was fitted on measurements, and what is known about its errors.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "predictors/agreement.hpp"
#include "predictors/features.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/linear_model.hpp"
#include "predictors/predictor.hpp"
#include "predictors/target_scale.hpp"

namespace coppice {

/// The kinds that a fit can choose from, in the order in which they are tried.
[[nodiscard]] const std::vector<std::string>& predictor_kinds();

/// The features of a kind. Throws Error(usage) naming the known kinds.
[[nodiscard]] FeatureSet features_of_kind(const std::string& kind);

/// What a fit without a network's fold says about it.
struct OutOfFold {
  Architecture architecture;
  double measured = 0;
  double predicted = 0;
};

struct FitSummary {
  std::string target;
  std::string kind;         ///< "ridge-stages" ...; with the scale it predicts on: " of log" ...
  std::size_t n = 0;        ///< different architectures
  std::size_t repeats = 0;  ///< rows averaged into others of the same architecture
  Agreement cv;             ///< of predictions for the folds that were held out
  double interval90 = -1;   ///< half-width, in the target's unit; negative: unknown
  /// Of all that was measured, in its order; not kept in files. cv and interval90 are about these.
  std::vector<OutOfFold> out_of_fold;

  /// One line for people.
  [[nodiscard]] std::string brief() const;
};

using RegressionModel = std::variant<LinearModel, GaussianProcess>;

/// Value; predict() may be called from many threads at once.
class FittedPredictor final : public Predictor {
 public:
  /// The model predicts the target on the given scale.
  FittedPredictor(FeatureEncoder encoder,
                  RegressionModel model,
                  TargetScale scale,
                  PredictorInfo info,
                  FitSummary summary);

  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override;
  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

  [[nodiscard]] const FitSummary& summary() const noexcept { return summary_; }
  [[nodiscard]] const FeatureEncoder& encoder() const noexcept { return encoder_; }
  [[nodiscard]] const RegressionModel& model() const noexcept { return model_; }
  [[nodiscard]] TargetScale scale() const noexcept { return scale_; }

 private:
  FeatureEncoder encoder_;
  RegressionModel model_;
  TargetScale scale_;
  PredictorInfo info_;
  FitSummary summary_;
};

}  // namespace coppice
