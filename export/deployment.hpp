// What networks cost over a whole deployment: making them once, then every inference.
//
//   total = making + inferences x each
//
// It decides between a network that was cheaper to make and one that is cheaper to run.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "predictors/estimate.hpp"

namespace coppice {

struct DeployedNetwork {
  std::string name;
  std::optional<double> accuracy;  ///< percent
  /// Grams of CO2e: its share of training, search, fine-tuning; empty: not known.
  std::optional<Estimate> making_g = {};
  Estimate each_g;  ///< grams of CO2e of one inference, operational
  /// Share of making the device for one inference; empty: not known.
  std::optional<Estimate> embodied_each_g = {};
};

struct DeploymentTotal {
  std::string name;
  std::optional<double> accuracy;
  std::optional<Estimate> making_kg = {};  ///< empty: not known
  Estimate running_kg;
  std::optional<Estimate> total_kg = {};     ///< operational: making and running; empty: not known
  std::optional<Estimate> embodied_kg = {};  ///< of the device, beside the total
  /// Software Carbon Intensity, grams for one inference: (total + embodied) / inferences. Empty
  /// where the embodied carbon, or that of making the network, is not known.
  std::optional<Estimate> sci_g = {};
};

/// In the order given. Throws a usage Error unless inferences > 0.
[[nodiscard]] std::vector<DeploymentTotal> deployment_totals(
    const std::vector<DeployedNetwork>& networks, double inferences);

/// Which of them costs least (nominal). One whose making is not known costs at least its running:
/// where that is below the least known total nobody can tell, and the answer is empty, as it is
/// where no total is known.
[[nodiscard]] std::optional<std::size_t> least_total(const std::vector<DeploymentTotal>& totals);

/// From how many inferences on `b`, which costs more to make, has cost no more than `a` (nominal);
/// 0: from the first one on; empty: never, or what making one of them cost is not known.
[[nodiscard]] std::optional<double> break_even_inferences(const DeployedNetwork& a,
                                                          const DeployedNetwork& b);

}  // namespace coppice
