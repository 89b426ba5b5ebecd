// Fits the roofline of a device profile to measured latencies.
//
//   T = sum over layers of max(2 MACs / (efficiency peak), bytes / bandwidth) + launch
//
// Once it is known which layers wait for arithmetic and which for memory, T is linear in
// 1 / efficiency of each operation, 1 / bandwidth and launch: non-negative least squares of the
// relative errors, then the layers are sorted anew, until nothing changes.
#pragma once

#include <array>
#include <vector>

#include "predictors/layer_work.hpp"

namespace coppice {

/// A network's layers and what it was measured to take, at batch 1.
struct TimedWork {
  std::vector<LayerWork> layers;
  double seconds = 0;  ///< > 0
};

/// The roofline's numbers in the form in which they are fitted.
struct RooflineTerms {
  /// 1 / efficiency, >= 1, by Operation.
  std::array<double, 3> slowdown{1, 1, 1};
  double seconds_per_byte = 0;
  double launch_seconds = 0;  ///< a layer
};

/// Those of a profile. Throws Error naming profile and field when it lacks an efficiency or the
/// bandwidth.
[[nodiscard]] RooflineTerms roofline_terms(const DeviceProfile& profile);

/// Seconds of a network; `peak` in operations a second.
[[nodiscard]] double roofline_seconds(const std::vector<LayerWork>& layers,
                                      const RooflineTerms& terms,
                                      double peak);

/// Which of the terms the measured networks say something about; the others keep their start.
struct SeenTerms {
  std::array<bool, 3> slowdown{};
  bool memory = false;  ///< false: no layer of any network waits for memory
};

struct RooflineFit {
  RooflineTerms terms;
  SeenTerms seen;
  std::vector<double> left_out;  ///< of each network, by the fit to all others
};

/// The terms with the smallest root mean square of relative errors that alternating finds: from
/// the base's terms as they are, and scaled to the median network with a bandwidth of 1/30 to all.
/// With more than 100 networks `left_out` leaves out every hundredth at once. REQUIRES at least 2
/// networks.
[[nodiscard]] RooflineFit fit_roofline(const std::vector<TimedWork>& networks,
                                       const RooflineTerms& base,
                                       double peak);

}  // namespace coppice
