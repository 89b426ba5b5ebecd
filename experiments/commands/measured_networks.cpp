#include "experiments/commands/measured_networks.hpp"

#include <algorithm>
#include <utility>

#include "predictors/fit.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

/// Looks up one target.
class MeasuredValue final : public Predictor {
 public:
  MeasuredValue(const MeasuredNetworks& measured, const MeasuredTarget& target)
      : measured_(measured), info_{target.name, target.maximize, measured.table().space, 0, {}} {}

  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> values;
    values.reserve(architectures.size());
    for (const Architecture& architecture : architectures) {
      const double* value = measured_.value(architecture, info_.target);
      require(value != nullptr, info_.target, " of a network is asked for before it is measured");
      values.push_back(*value);
    }
    return values;
  }

  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

 private:
  const MeasuredNetworks& measured_;
  PredictorInfo info_;
};

}  // namespace

MeasuredNetworks::MeasuredNetworks(MeasurementTable table, std::vector<MeasuredTarget> targets)
    : table_(std::move(table)), targets_(std::move(targets)) {
  merge_repeats(table_);
  for (std::size_t i = 0; i < table_.rows.size(); ++i) places_[table_.rows[i].architecture] = i;
}

void MeasuredNetworks::add(const Measurement& row) {
  const auto [place, is_new] = places_.emplace(row.architecture, table_.rows.size());
  if (is_new) {
    table_.rows.push_back(row);
    return;
  }
  Measurement& known = table_.rows[place->second];
  known.targets.insert(row.targets.begin(), row.targets.end());
  if (known.latency_samples_ms.empty()) known.latency_samples_ms = row.latency_samples_ms;
}

bool MeasuredNetworks::complete(const Architecture& architecture) const {
  return std::all_of(targets_.begin(), targets_.end(), [&](const MeasuredTarget& target) {
    return value(architecture, target.name) != nullptr;
  });
}

const double* MeasuredNetworks::value(const Architecture& architecture,
                                      const std::string& target) const {
  const auto place = places_.find(architecture);
  if (place == places_.end()) return nullptr;
  const auto& targets = table_.rows[place->second].targets;
  const auto found = targets.find(target);
  return found == targets.end() ? nullptr : &found->second;
}

std::vector<FittedPredictor> fit_targets(const SearchSpace& space,
                                         const MeasuredNetworks& measured,
                                         std::uint64_t seed) {
  std::vector<FittedPredictor> fits;
  for (const MeasuredTarget& target : measured.targets()) {
    FitOptions options;
    options.seed = seed;
    options.maximize = target.maximize;
    fits.push_back(fit(space, measured.table(), target.name, options));
  }
  return fits;
}

std::unique_ptr<Evaluator> measured_values(const MeasuredNetworks& measured,
                                           const Assemble& assemble) {
  std::vector<std::unique_ptr<Predictor>> values;
  for (const MeasuredTarget& target : measured.targets()) {
    values.push_back(std::make_unique<MeasuredValue>(measured, target));
  }
  return assemble(std::move(values));
}

std::unique_ptr<Evaluator> predicted_values(std::vector<FittedPredictor> fits,
                                            const Assemble& assemble) {
  std::vector<std::unique_ptr<Predictor>> predictors;
  for (FittedPredictor& each : fits) {
    predictors.push_back(std::make_unique<FittedPredictor>(std::move(each)));
  }
  return assemble(std::move(predictors));
}

}  // namespace coppice
