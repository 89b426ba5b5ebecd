// What is known about networks by measuring them, and evaluators made of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "predictors/fitted_predictor.hpp"
#include "predictors/measurements.hpp"
#include "search/evaluator.hpp"

namespace coppice {

/// A quantity that a search measures.
struct MeasuredTarget {
  std::string name;
  bool maximize = false;
};

/// Measured networks, each once, in the order in which they became known.
class MeasuredNetworks {
 public:
  /// Rows of equal architectures are averaged.
  MeasuredNetworks(MeasurementTable table, std::vector<MeasuredTarget> targets);

  /// Takes the values that were not known before; others stay.
  void add(const Measurement& row);

  /// Whether all targets of the network are known.
  [[nodiscard]] bool complete(const Architecture& architecture) const;
  /// Null when it is not known.
  [[nodiscard]] const double* value(const Architecture& architecture,
                                    const std::string& target) const;

  [[nodiscard]] const MeasurementTable& table() const noexcept { return table_; }
  [[nodiscard]] const std::vector<MeasuredTarget>& targets() const noexcept { return targets_; }

 private:
  MeasurementTable table_;
  std::vector<MeasuredTarget> targets_;
  std::unordered_map<Architecture, std::size_t, ArchitectureHash> places_;
};

/// One a target, as `coppice fit` with this seed would fit them. Throws what fit throws.
[[nodiscard]] std::vector<FittedPredictor> fit_targets(const SearchSpace& space,
                                                       const MeasuredNetworks& measured,
                                                       std::uint64_t seed);

/// Puts predictors of the targets beside what else a search asks for, into one evaluator that owns
/// them. Called for measured values and for every fit.
using Assemble =
    std::function<std::unique_ptr<Evaluator>(std::vector<std::unique_ptr<Predictor>> targets)>;

/// The measured values of complete networks; asking for another one throws Error. `measured` is
/// borrowed and may grow.
[[nodiscard]] std::unique_ptr<Evaluator> measured_values(const MeasuredNetworks& measured,
                                                         const Assemble& assemble);

/// What fits to the present networks predict.
[[nodiscard]] std::unique_ptr<Evaluator> predicted_values(std::vector<FittedPredictor> fits,
                                                          const Assemble& assemble);

}  // namespace coppice
