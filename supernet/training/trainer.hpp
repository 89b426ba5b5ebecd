// Trains a supernet by progressive shrinking: all phases, one call, resumable at any checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "supernet/supernet.hpp"
#include "supernet/training/batches.hpp"
#include "supernet/training/distillation.hpp"
#include "supernet/training/evaluate.hpp"
#include "supernet/training/sgd.hpp"
#include "supernet/training/shrinking.hpp"

namespace coppice {

/// How the teacher, the full network of the end of the full phase, normalises.
enum class TeacherMode {
  running,  ///< stored statistics: its best answers
  batch     ///< statistics of the batch (the reference, by leaving it in train mode)
};

struct TrainOptions {
  std::vector<Phase> phases;  ///< in order; empty ones (0 epochs) are skipped
  std::size_t batch_size = 64;
  SgdOptions sgd;
  LossOptions loss;
  Augmentation augmentation = Augmentation::none;
  TeacherMode teacher = TeacherMode::running;
  std::uint64_t seed = 1;
  int evaluations_per_phase = 1;  ///< on held-out images; at least the one at a phase's end
  /// Percent; above 0, the full network is evaluated after every epoch, and training ends when the
  /// lower bound of its held-out accuracy (Wilson, one-sided 95 %) reaches it.
  double target_accuracy = 0;
};

/// Throws Error(usage) naming the field, its value and what is allowed.
void validate(const TrainOptions& options);

/// The images of a run. Nothing here is ever drawn from the test set.
struct TrainData {
  std::shared_ptr<const Dataset> train;               ///< without the held-out part
  std::shared_ptr<const PreparedImages> calibration;  ///< of the training part, no augmentation
  std::shared_ptr<const PreparedImages> held_out;
  Preprocessing preprocessing;
};

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
  /// Called where training can go on from: at the end of every epoch and phase, and before an
  /// interruption ends the call.
  std::function<void(const TrainState&)> checkpoint;
};

struct TrainSummary {
  double epochs = 0;               ///< passes over the training images so far, all phases
  std::int64_t subnet_images = 0;  ///< images times subnets that went forward and backward
  std::string stopped_because;     ///< "completed", "interrupted" or "target accuracy reached"
};

/// Number of steps of each phase.
[[nodiscard]] std::vector<std::int64_t> phase_steps(const TrainOptions& options,
                                                    std::size_t training_images);

/// Trains on from `state` (a fresh one starts at the beginning). The supernet and the state are
/// changed in place. Random streams depend on the seed, the phase and the step alone. Throws Error
/// naming the step when the loss is not finite; the last checkpoint stays good.
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
