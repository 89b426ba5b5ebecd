#include "supernet/training/network_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// Of the candidates drawn, those whose cost is within 5 % of the first one's compete.
constexpr int kCandidates = 40;
constexpr double kSameCost = 0.05;

}  // namespace

NetworkSampler::NetworkSampler(const SearchSpace& space, const Phase& phase, Scores scores)
    : space_(space), phase_(phase), scores_(std::move(scores)) {
  if (phase.sampling != Sampling::attentive) return;
  require(
      scores_ != nullptr, "the phase ", phase.name, " samples by prediction and has no predictor");
  costs_.emplace(space);
}

std::vector<DrawnNetwork> NetworkSampler::draw(int resolution, Random random) const {
  std::vector<DrawnNetwork> networks;
  for (int i = 0; i < phase_.subnets; ++i) {
    const bool free = phase_.own_resolutions && !phase_.only;
    const int own = free ? own_resolution(i, random) : resolution;
    Architecture architecture = draw_one(i, own, random);
    networks.push_back({std::move(architecture), random.next()});
  }
  return networks;
}

int NetworkSampler::own_resolution(int position, Random& random) const {
  const std::vector<int>& all = space_.spec().resolutions;
  const bool teaches = distils_in_place(phase_);
  const bool only_largest =
      phase_.kernels == 1 && phase_.depths == 1 && phase_.expands == 1 && phase_.widths == 1;
  if (only_largest || (teaches && position == 0)) return all.back();
  if (teaches && position == 1) return all.front();
  return all[random.below(all.size())];
}

Architecture NetworkSampler::draw_one(int position, int resolution, Random& random) const {
  if (distils_in_place(phase_) && position == 0) {
    return space_.with_resolution(largest_of(space_, phase_), resolution);
  }
  if (distils_in_place(phase_) && position == 1) {
    return space_.with_resolution(smallest_of(space_, phase_), resolution);
  }
  return costs_ ? best_of_its_cost(resolution, random) : sample(space_, phase_, resolution, random);
}

Architecture NetworkSampler::best_of_its_cost(int resolution, Random& random) const {
  const auto macs = [this](const Architecture& architecture) {
    return static_cast<double>(costs_->network(architecture).cost().macs);
  };
  std::vector<Architecture> candidates{sample(space_, phase_, resolution, random)};
  const double target = macs(candidates.front());
  for (int i = 1; i < kCandidates; ++i) {
    Architecture candidate = sample(space_, phase_, resolution, random);
    if (std::abs(macs(candidate) - target) <= kSameCost * target) {
      candidates.push_back(std::move(candidate));
    }
  }
  const std::vector<double> scores = scores_(candidates);
  const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
  return candidates[static_cast<std::size_t>(best)];
}

}  // namespace coppice
