// A predictor: one number for any architecture of a space. The only file of this folder that
// search/ may include.
#pragma once

#include <cstddef>
#include <map>
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
  /// What the predicted numbers depend on beside the architecture, as it was measured: "device",
  /// "threads", "batch", "runtime", "split" ...; empty: not known.
  std::map<std::string, std::string> conditions{};
};

/// A quantity that adds up over a network:
///   rest(resolution) + the sum over its active slots of block(resolution, slot, kernel,
///   expansion).
/// All indices are those of an architecture's genes; a space without kernel genes has one kernel.
struct BlockSums {
  std::size_t slots = 0;
  std::size_t kernels = 1;     ///< most choices of a kernel gene
  std::size_t expands = 1;     ///< most choices of an expansion gene
  std::vector<double> rest;    ///< by choice of the resolution; NaN where the quantity is not known
  std::vector<double> blocks;  ///< [resolution][slot][kernel][expansion]

  [[nodiscard]] std::size_t index(std::size_t resolution,
                                  std::size_t slot,
                                  std::size_t kernel,
                                  std::size_t expand) const {
    return ((resolution * slots + slot) * kernels + kernel) * expands + expand;
  }
};

class Predictor {
 public:
  virtual ~Predictor() = default;

  /// One value an architecture, in order, in the target's unit. The same architecture gives the
  /// same bits whatever stands beside it in the batch. May be called from many threads at once.
  [[nodiscard]] virtual std::vector<double> predict(
      const std::vector<Architecture>& architectures) const = 0;

  [[nodiscard]] virtual const PredictorInfo& info() const = 0;

  /// The same predictor with numbers rounded on the way (bfloat16): not as exact, and on this
  /// processor about twice as fast, for looking around. Null where there is none. Lives on its own.
  [[nodiscard]] virtual std::unique_ptr<Predictor> rough() const { return nullptr; }

  /// Null unless every prediction is such a sum, added up in the order rest, slot 0, slot 1 ...:
  /// then its bounds and the best network under it can be computed instead of searched for. Lives
  /// as long as the predictor.
  [[nodiscard]] virtual const BlockSums* block_sums() const noexcept { return nullptr; }
};

}  // namespace coppice
