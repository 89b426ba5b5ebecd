// What decides how a supernet is trained, and the data it is trained on.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "supernet/distributed.hpp"
#include "supernet/training/batches.hpp"
#include "supernet/training/distillation.hpp"
#include "supernet/training/evaluate.hpp"
#include "supernet/training/network_sampler.hpp"
#include "supernet/training/sgd.hpp"
#include "supernet/training/shrinking.hpp"

namespace coppice {

/// How the teacher, the full network of the end of the full phase, normalises.
enum class TeacherMode {
  running,  ///< stored statistics: its best answers
  batch     ///< statistics of the batch (the reference, by leaving it in train mode)
};

/// Batch norm where several processes share a batch.
enum class NormStatistics {
  synchronized,  ///< statistics of the whole batch, as one process would use
  local          ///< of each process's own images; the running ones that are kept are rank 0's
};

struct TrainOptions {
  std::vector<Phase> phases;    ///< in order; empty ones (0 epochs) are skipped
  std::size_t batch_size = 64;  ///< of all processes together
  SgdOptions sgd;
  LossOptions loss;
  Augmentation augmentation = Augmentation::none;
  TeacherMode teacher = TeacherMode::running;
  Precision precision = Precision::fp32;  ///< of the subnets' steps; the teacher's are fp32
  bool pinned = false;                    ///< batches for a GPU: see BatchOptions
  std::uint64_t seed = 1;
  int evaluations_per_phase = 1;  ///< on held-out images; at least the one at a phase's end
  /// Percent; above 0, the full network is evaluated after every epoch, and training ends when the
  /// lower bound of its held-out accuracy (Wilson, one-sided 95 %) reaches it.
  double target_accuracy = 0;
  Scores scores;  ///< for phases that sample by prediction
  /// The processes that train together, each on its share of every batch; null: this one alone.
  std::shared_ptr<const RankGroup> ranks;
  NormStatistics norm_statistics = NormStatistics::synchronized;
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

/// Number of steps of each phase.
[[nodiscard]] std::vector<std::int64_t> phase_steps(const TrainOptions& options,
                                                    std::size_t training_images);

/// The learning rate of a step of a phase, where `steps` are those of all phases.
[[nodiscard]] double phase_rate(const TrainOptions& options,
                                const std::vector<std::int64_t>& steps,
                                std::size_t phase,
                                std::int64_t step,
                                std::size_t training_images);

/// Every random draw of a phase comes from here and the step.
[[nodiscard]] Random phase_random(const TrainOptions& options, const Phase& phase);

/// The images of every batch that this process trains on.
[[nodiscard]] Share batch_share(const TrainOptions& options);

/// The batches of a phase, as far as this process trains on them.
[[nodiscard]] TrainingBatches phase_batches(const TrainOptions& options,
                                            const Phase& phase,
                                            const SearchSpace& space,
                                            const TrainData& data);

}  // namespace coppice
