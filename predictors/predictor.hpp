// A predictor: one number for any architecture of a space. The only file of this folder that
// search/ may include.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "supernet/space/architecture.hpp"

namespace coppice {

/// What a predictor predicts and where it may be asked.
struct PredictorInfo {
  std::string target;     ///< name with its unit: "accuracy" (percent), "latency_ms", "macs" ...
  bool maximize = false;  ///< whether more is better
  std::string space;      ///< name of the space it belongs to
  /// Half-width of the 90 % interval around a prediction, in the target's unit; 0 where the value
  /// is exact, negative where the error is not known.
  double interval90 = -1;
  /// Resolutions it was made for, in pixels, ascending; empty: every one of the space.
  std::vector<int> resolutions;
};

class Predictor {
 public:
  virtual ~Predictor() = default;

  /// One value an architecture, in order, in the target's unit. The same architecture gives the
  /// same bits whatever stands beside it in the batch. May be called from many threads at once.
  [[nodiscard]] virtual std::vector<double> predict(
      const std::vector<Architecture>& architectures) const = 0;

  [[nodiscard]] virtual const PredictorInfo& info() const = 0;
};

}  // namespace coppice
