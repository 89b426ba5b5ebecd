#include "predictors/energy_calibration.hpp"

#include "predictors/non_negative_least_squares.hpp"

namespace coppice {

double joules_of(const MeteredWork& work, const EnergyTerms& terms) {
  return terms.static_watts * work.seconds + terms.joules_per_mac * work.macs +
         terms.joules_per_byte * work.dram_bytes;
}

EnergyTerms fit_energy(const std::vector<MeteredWork>& networks) {
  FeatureMatrix columns{networks.size(), 3, {}};
  for (const MeteredWork& network : networks) {
    for (const double term : {network.seconds, network.macs, network.dram_bytes}) {
      columns.values.push_back(term / network.joules);
    }
  }
  const std::vector<double> ones(networks.size(), 1.0);
  const std::vector<double> fitted = non_negative_least_squares(columns, ones);
  return {fitted[0], fitted[1], fitted[2]};
}

std::vector<EnergyTerms> left_out_terms(const std::vector<MeteredWork>& networks) {
  std::vector<EnergyTerms> all;
  all.reserve(networks.size());
  for (std::size_t left_out = 0; left_out < networks.size(); ++left_out) {
    std::vector<MeteredWork> others = networks;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    all.push_back(fit_energy(others));
  }
  return all;
}

std::vector<double> left_out_joules(const std::vector<MeteredWork>& networks) {
  const std::vector<EnergyTerms> terms = left_out_terms(networks);
  std::vector<double> joules;
  joules.reserve(networks.size());
  for (std::size_t i = 0; i < networks.size(); ++i) {
    joules.push_back(joules_of(networks[i], terms[i]));
  }
  return joules;
}

}  // namespace coppice
