// An architecture as numbers: what predictors are fitted on.
//
// Few physical numbers learn from few measurements, one-hot choices learn more from many.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "supernet/space/piece_costs.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

enum class FeatureSet {
  /// 13 numbers of the whole network: multiply-accumulates split by kind of layer, activations,
  /// parameters, layers, means, and logarithms. For latency and energy.
  physical,
  /// Seven numbers of the network and four of each stage (27 for Once-For-All's spaces): blocks,
  /// mean kernel, mean expansion, multiply-accumulates. For accuracy from few measurements.
  stages,
  /// One-hot kernel and expansion of every slot (zeros where no block stands), depths, widths and
  /// resolution, as Once-For-All's accuracy predictor has them, and the resolution as a number.
  choices,
  hybrid,  ///< stages, then choices
  /// physical, then the four numbers of each stage, then choices: three groups, no number twice.
  /// For models that weigh groups, such as fit_grouped_ridge.
  grouped
};

[[nodiscard]] std::string to_text(FeatureSet set);

/// Immutable; const methods may be called from many threads. Copies share the cost tables.
class FeatureEncoder {
 public:
  FeatureEncoder(const SearchSpace& space, FeatureSet set);

  /// With tables made before for the same space. The one-hot resolutions are those given; another
  /// one of the space has zeros there.
  FeatureEncoder(SearchSpace space,
                 FeatureSet set,
                 std::shared_ptr<const PieceCosts> costs,
                 std::vector<int> one_hot_resolutions);

  /// One name a feature, unique: "macs_depthwise_m", "stage2.mean_kernel", "slot7.expand=4" ...
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  [[nodiscard]] std::size_t length() const noexcept { return names_.size(); }
  [[nodiscard]] FeatureSet set() const noexcept { return set_; }
  /// Where each group of features ends, ascending; the last is length(). Three for `grouped`, one
  /// for the other sets.
  [[nodiscard]] const std::vector<std::size_t>& group_ends() const noexcept { return group_ends_; }
  [[nodiscard]] const SearchSpace& space() const noexcept { return space_; }
  [[nodiscard]] const std::vector<int>& one_hot_resolutions() const noexcept {
    return one_hot_resolutions_;
  }

  /// Writes length() numbers. REQUIRES space().contains(architecture).
  void encode(const Architecture& architecture, double* features) const;

 private:
  [[nodiscard]] bool has(FeatureSet part) const;
  void name_physical();
  void name_globals();
  void name_stages();
  void name_choices();
  double* put_physical(const Architecture& architecture, double* out) const;
  double* put_globals(const Architecture& architecture, double* out) const;
  double* put_stages(const Architecture& architecture, double* out) const;
  void put_choices(const Architecture& architecture, double* out, const double* end) const;

  SearchSpace space_;
  FeatureSet set_;
  std::shared_ptr<const PieceCosts> costs_;
  std::vector<int> one_hot_resolutions_;
  std::vector<std::string> names_;
  std::vector<std::size_t> group_ends_;
  std::vector<std::size_t> choice_offsets_;      ///< of each gene among the choices
  std::vector<std::size_t> resolution_offsets_;  ///< of each resolution choice of the space
};

}  // namespace coppice
