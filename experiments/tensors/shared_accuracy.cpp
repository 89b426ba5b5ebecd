#include "experiments/tensors/shared_accuracy.hpp"

#include "supernet/base/error.hpp"
#include "supernet/training/many_subnets.hpp"

namespace coppice {

SharedAccuracies shared_accuracies(const Supernet& supernet,
                                   const std::vector<Architecture>& networks,
                                   const TrainData& images,
                                   const RankGroup& ranks) {
  const std::size_t count = networks.size();
  // Percent of each network, then whether it was measured, then whether a rank was interrupted.
  // Only one rank contributes to each, so sums are exact.
  std::vector<double> own(2 * count + 1);
  std::vector<std::size_t> places;
  std::vector<Architecture> mine;
  for (auto i = static_cast<std::size_t>(ranks.rank()); i < count;
       i += static_cast<std::size_t>(ranks.size())) {
    places.push_back(i);
    mine.push_back(networks[i]);
  }
  try {
    const std::vector<Subnet> subnets = calibrated_subnets(supernet, mine, *images.calibration);
    evaluate_all(subnets, *images.held_out, [&](std::size_t k, const Accuracy& accuracy) {
      own[places[k]] = accuracy.percent();
      own[count + places[k]] = 1;
    });
  } catch (const Error& error) {
    if (error.failure() != Failure::interrupted) throw;
    own.back() = 1;
  }
  const std::vector<double> all = ranks.sum(own);
  SharedAccuracies result;
  for (std::size_t i = 0; i < count; ++i) {
    const bool measured = all[count + i] > 0;
    result.percent.push_back(measured ? std::optional<double>(all[i]) : std::nullopt);
  }
  result.interrupted = all.back() > 0;
  return result;
}

}  // namespace coppice
