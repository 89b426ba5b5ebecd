#include "predictors/energy_predictor.hpp"

#include <cmath>
#include <utility>

#include "predictors/carbon.hpp"
#include "predictors/energy_model.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kMillisecondsPerSecond = 1000;
constexpr double kMillijoulesPerJoule = 1000;

// "x0.49 to x2.03"
std::string range_text(const Estimate& spread) {
  const auto factor = [&spread](double bound) {
    return std::round(bound / spread.nominal * 100) / 100;
  };
  return text("x", factor(spread.low), " to x", factor(spread.high));
}

class EnergyPredictor final : public Predictor {
 public:
  EnergyPredictor(const SearchSpace& space,
                  InferenceQuantity quantity,
                  DeviceProfile profile,
                  GridIntensity grid,
                  const Predictor* latency)
      : space_(space),
        quantity_(quantity),
        profile_(std::move(profile)),
        grid_(std::move(grid)),
        latency_(latency) {
    info_.target = quantity == InferenceQuantity::energy_mj ? "energy_mj" : "co2e_g";
    info_.space = space.name();
    if (latency != nullptr) info_.resolutions = latency->info().resolutions;
    describe();
  }

  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> milliseconds(architectures.size());
    if (latency_ != nullptr) milliseconds = latency_->predict(architectures);
    std::vector<double> values;
    values.reserve(architectures.size());
    for (std::size_t i = 0; i < architectures.size(); ++i) {
      values.push_back(value(architectures[i], milliseconds[i]));
    }
    return values;
  }

  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

 private:
  // What every number of it rests on.
  void describe() {
    const Estimate joule{profile_.factor_low, 1, profile_.factor_high};
    const double pue = profile_.pue.value_or(1);
    const Estimate grams = carbon_estimate(joule * overhead_of(pue), grid_);
    const Estimate& spread = quantity_ == InferenceQuantity::co2e_g ? grams : joule;
    info_.conditions = {{"modelled for", profile_.id},
                        {"profile", confidence_class(profile_)},
                        {"latency", latency_ == nullptr ? "by roofline" : latency_->info().target},
                        {"range", range_text(spread)}};
    if (quantity_ != InferenceQuantity::co2e_g) return;
    info_.conditions["grid"] = ::coppice::describe(grid_);
    info_.conditions["PUE"] = text(pue);
  }

  [[nodiscard]] double value(const Architecture& architecture, double milliseconds) const {
    EnergyOptions options;
    // Far from what it has seen a linear predictor can say anything.
    if (milliseconds > 0) options.latency = Seconds(milliseconds / kMillisecondsPerSecond);
    const InferenceEnergy energy =
        predict_energy(plan_layers(space_, architecture), profile_, grid_, options);
    return quantity_ == InferenceQuantity::energy_mj
               ? energy.energy_j.nominal * kMillijoulesPerJoule
               : energy.co2e_g.nominal;
  }

  SearchSpace space_;
  InferenceQuantity quantity_;
  DeviceProfile profile_;
  GridIntensity grid_;
  const Predictor* latency_;
  PredictorInfo info_;
};

}  // namespace

std::unique_ptr<Predictor> make_energy_predictor(const SearchSpace& space,
                                                 InferenceQuantity quantity,
                                                 const DeviceProfile& profile,
                                                 const GridIntensity& grid,
                                                 const Predictor* latency) {
  return std::make_unique<EnergyPredictor>(space, quantity, profile, grid, latency);
}

}  // namespace coppice
