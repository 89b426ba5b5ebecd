// A predictor that was fitted on measurements, and what is known about its errors.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "predictors/agreement.hpp"
#include "predictors/choice_network.hpp"
#include "predictors/features.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/linear_model.hpp"
#include "predictors/predictor.hpp"
#include "predictors/target_scale.hpp"

namespace coppice {

constexpr const char* kRidgeGroupsKind = "ridge-groups";
constexpr const char* kProcessGroupsKind = "process-groups";
constexpr const char* kGaussianProcessKind = "gaussian-process";
constexpr const char* kOfaMlpKind = "ofa-mlp";

/// Fewer are hardly ever predicted best by a network, which takes by far the longest to fit.
constexpr std::size_t kFewestMlpRows = 4000;

/// The kinds that a fit can choose from.
[[nodiscard]] const std::vector<std::string>& predictor_kinds();

/// Those that it chooses from unless told, given so many architectures.
[[nodiscard]] std::vector<std::string> default_kinds(std::size_t rows);

/// The features of a kind. Throws Error(usage) naming the known kinds.
[[nodiscard]] FeatureSet features_of_kind(const std::string& kind);

/// To how many architectures a kind can be fitted.
[[nodiscard]] std::size_t most_rows(const std::string& kind);

/// A network that was held out of the fit which predicted it.
struct HeldOut {
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
  std::vector<HeldOut> held_out;  ///< every architecture; empty in files that do not keep them

  /// One line for people.
  [[nodiscard]] std::string brief() const;
};

/// Networks look at the architecture itself, the others at its features.
using RegressionModel =
    std::variant<LinearModel, GaussianProcess, std::shared_ptr<const ChoiceNetwork>>;

/// `features`: of that architecture, as the model was fitted on.
[[nodiscard]] double predict_one(const RegressionModel& model,
                                 const Architecture& architecture,
                                 const double* features);

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
  [[nodiscard]] std::unique_ptr<Predictor> rough() const override;

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
