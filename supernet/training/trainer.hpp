// Trains a supernet by progressive shrinking: all phases, one call, resumable at any checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "supernet/supernet.hpp"
#include "supernet/training/train_options.hpp"

namespace coppice {

/// Accuracy on held-out images after some step.
struct HistoryRow {
  std::string phase;
  std::int64_t step = 0;  ///< of all phases together
  double loss = 0;        ///< mean since the row before
  double smallest = 0;    ///< percent, of the smallest network of the phase
  double largest = 0;     ///< percent, of the full network
};

/// All that is needed, beside the supernet's tensors, to go on exactly where training stands.
struct TrainState {
  std::size_t phase = 0;             ///< index into the phases
  std::int64_t step = 0;             ///< within the phase; 0: not begun
  std::vector<at::Tensor> momentum;  ///< empty at the start of a phase
  std::optional<Subnet> teacher;     ///< from the end of the first phase on
  std::vector<HistoryRow> history;
  double loss_sum = 0;  ///< since the last history row
  std::int64_t loss_count = 0;
  /// The number of largest expansion choices that finished phases trained, here or in the run that
  /// the weights came from; 1: the full network's alone. Their channels are in order.
  int open_expands = 1;
};

struct TrainEvent {
  enum class Kind { step, evaluation, phase_end } kind = Kind::step;
  std::string phase;
  std::int64_t step = 0;  ///< done, of all phases together
  std::int64_t total_steps = 0;
  std::int64_t images = 0;  ///< subnet-images since training (re)started
  double loss = 0;
  HistoryRow row;  ///< of an evaluation
};

struct TrainObserver {
  std::function<void(const TrainEvent&)> event;
  /// Called where training can go on from: at the end of every epoch and phase, whenever one is
  /// due, and before an interruption ends the call. Never with weights that are no finite numbers.
  std::function<void(const TrainState&)> checkpoint;
  /// Asked after every step whether a checkpoint is due; empty: never.
  std::function<bool()> checkpoint_due;
  std::string checkpoint_name = "the last checkpoint";  ///< what messages call it
};

struct TrainSummary {
  double epochs = 0;               ///< passes over the training images so far, all phases
  std::int64_t subnet_images = 0;  ///< images times subnets that went forward and backward
  std::string stopped_because;     ///< "completed", "interrupted" or "target accuracy reached"
};

/// Trains on from `state` (a fresh one starts at the beginning). The supernet and the state are
/// changed in place. Random streams depend on the seed, the phase and the step alone. Throws Error
/// naming the step and the last checkpoint, which is good, when the loss is not finite.
TrainSummary train(Supernet& supernet,
                   TrainState& state,
                   const TrainData& data,
                   const TrainOptions& options,
                   const TrainObserver& observer);

/// A subnet cut out, calibrated on the run's calibration images: what every measurement uses.
[[nodiscard]] Subnet calibrated_subnet(const Supernet& supernet,
                                       const Architecture& architecture,
                                       const PreparedImages& calibration);

}  // namespace coppice
