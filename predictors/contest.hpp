// Kinds of predictor against each other by cross-validation. Internal to this folder's sources.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "predictors/fitted_predictor.hpp"

namespace coppice {

/// The measurements in the form that models are fitted to.
struct Samples {
  std::vector<Architecture> architectures;
  std::vector<double> values;
  std::vector<std::size_t> folds;  ///< which fold holds each sample out
  std::size_t fold_count = 0;
  std::vector<int> resolutions;  ///< of the space, between the smallest and the largest that occur
  std::uint64_t seed = 1;        ///< of the kinds that draw
};

/// One way of fitting, and its predictions for samples it did not see.
struct Contender {
  std::string kind;
  TargetScale scale = TargetScale::plain;
  std::size_t encoder = 0;
  std::vector<double> held_out;
  double rmse = 0;  ///< of them
};

class Contest {
 public:
  /// Both are borrowed. `other_scale`: tried beside the plain one; plain where there is none.
  Contest(const SearchSpace& space, const Samples& samples, TargetScale other_scale);

  /// Cross-validates the kinds and returns the winner, which lives as long as the contest. All but
  /// ridge-groups must be better by 5 %. Throws Error(usage) when no kind takes so many samples.
  const Contender& run(const std::vector<std::string>& kinds);

  /// Differences between held-out predictions and measurements as a winner meets them whose choice
  /// they had no part in: over bootstraps of the samples, the winner among those drawn is judged by
  /// those left out (Tsamardinos, Greasidou, Borboudakis, "Bootstrapping the out-of-sample
  /// predictions for efficient and accurate cross-validation", Machine Learning 107, 2018). The
  /// winner's own residuals are too small when few samples choose among many contenders.
  [[nodiscard]] std::vector<double> residuals_after_choice() const;

  /// Fits in the given way to all samples.
  [[nodiscard]] RegressionModel fit_all(const Contender& contender) const;
  [[nodiscard]] const FeatureEncoder& encoder_of(const Contender& contender) const {
    return encoders_[contender.encoder];
  }

 private:
  void enter(const std::string& kind, TargetScale scale);
  [[nodiscard]] TargetScale scale_of_ridge_groups() const;
  void cross_validate(std::size_t first);
  void judge(Contender& contender, std::size_t fold) const;
  [[nodiscard]] const Contender& winner_among(const std::vector<int>& drawn) const;
  [[nodiscard]] RegressionModel fit_without(const Contender& contender, std::size_t fold) const;

  const SearchSpace& space_;
  const Samples& samples_;
  TargetScale other_scale_;
  std::shared_ptr<const PieceCosts> costs_;
  std::vector<FeatureEncoder> encoders_;
  std::vector<FeatureMatrix> features_;  ///< of all samples, one matrix an encoder
  std::vector<Contender> contenders_;
};

}  // namespace coppice
