#include "supernet/training/train_options.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/training/learning_rate.hpp"

namespace coppice {
namespace {

std::int64_t steps_of(double epochs, std::int64_t steps_per_epoch) {
  return static_cast<std::int64_t>(std::llround(epochs * static_cast<double>(steps_per_epoch)));
}

// A course of the rate that goes on does not warm up again.
void require_one_course(const std::vector<Phase>& phases) {
  for (std::size_t i = 1; i < phases.size(); ++i) {
    const Phase& phase = phases[i];
    const Phase& before = phases[i - 1];
    require_usage(!phase.continues || before.epochs <= 0 || phase.warmup_epochs <= 0,
                  phase.name,
                  ".warmup-epochs = ",
                  phase.warmup_epochs,
                  ", but this phase goes on where ",
                  before.name,
                  " ended; give ",
                  before.name,
                  ".warmup-epochs");
  }
}

}  // namespace

void validate(const TrainOptions& options) {
  for (const Phase& phase : options.phases) validate(phase);
  require_one_course(options.phases);
  const auto check = [](const char* field, double value, double low, double high) {
    require_usage(value >= low && value <= high,
                  field,
                  " = ",
                  value,
                  ", must be between ",
                  low,
                  " and ",
                  high);
  };
  check("batch", static_cast<double>(options.batch_size), 2, 65536);
  check("momentum", options.sgd.momentum, 0, 0.9999);
  check("weight_decay", options.sgd.weight_decay, 0, 1);
  check("transform_decay", options.sgd.transform_decay, 0, 1);
  check("label_smoothing", options.loss.label_smoothing, 0, 0.99);
  check("kd_ratio", options.loss.teacher_weight, 0, 100);
  check("target_accuracy", options.target_accuracy, 0, 100);
  check("evaluations", options.evaluations_per_phase, 1, 10000);
  const int ranks = options.ranks ? options.ranks->size() : 1;
  require_usage(options.batch_size >= 2 * static_cast<std::size_t>(ranks),
                "batch = ",
                options.batch_size,
                ", but ",
                ranks,
                " ranks share it and each needs two images; give at least ",
                2 * ranks);
}

std::vector<std::int64_t> phase_steps(const TrainOptions& options, std::size_t training_images) {
  const auto per_epoch = static_cast<std::int64_t>(training_images / options.batch_size);
  std::vector<std::int64_t> steps;
  for (const Phase& phase : options.phases) {
    const double epochs = phase.epochs > 0 ? phase.epochs + phase.warmup_epochs : 0;
    steps.push_back(epochs > 0 ? std::max<std::int64_t>(1, steps_of(epochs, per_epoch)) : 0);
  }
  return steps;
}

double phase_rate(const TrainOptions& options,
                  const std::vector<std::int64_t>& steps,
                  std::size_t phase,
                  std::int64_t step,
                  std::size_t training_images) {
  // The phases that share one course of the rate; one that is skipped begins none.
  std::size_t first = phase;
  while (first > 0 && options.phases[first].continues && steps[first - 1] > 0) --first;
  std::int64_t before = 0;
  for (std::size_t i = first; i < phase; ++i) before += steps[i];
  std::int64_t all = before + steps[phase];
  for (std::size_t i = phase + 1; i < steps.size() && options.phases[i].continues; ++i) {
    all += steps[i];
  }
  const double unscaled = options.phases[phase].rate;
  const double peak = unscaled * static_cast<double>(options.batch_size) / 64.0;
  const auto per_epoch = static_cast<std::int64_t>(training_images / options.batch_size);
  const std::int64_t warmup =
      std::min(steps_of(options.phases[first].warmup_epochs, per_epoch), all - 1);
  // The reference warms up from the rate of one of its workers. With batches so small that this is
  // no warm-up, a tenth of the peak serves the same end.
  return learning_rate(before + step, warmup, all, std::min(unscaled, 0.1 * peak), peak);
}

Random phase_random(const TrainOptions& options, const Phase& phase) {
  return Random(options.seed).fork("train").fork(phase.name);
}

Share batch_share(const TrainOptions& options) {
  const auto images = static_cast<std::int64_t>(options.batch_size);
  return options.ranks ? share_of(images, options.ranks->rank(), options.ranks->size())
                       : Share{0, images};
}

TrainingBatches phase_batches(const TrainOptions& options,
                              const Phase& phase,
                              const SearchSpace& space,
                              const TrainData& data) {
  BatchOptions batch_options{
      options.batch_size, options.augmentation, space.spec().resolutions, batch_share(options)};
  batch_options.pinned = options.pinned;
  // Networks with resolutions of their own see the largest images, shrunk.
  if (phase.own_resolutions) batch_options.resolutions = {space.spec().resolutions.back()};
  if (phase.only) batch_options.resolutions = {space.resolution(*phase.only)};
  return TrainingBatches(data.train,
                         data.preprocessing,
                         std::move(batch_options),
                         phase_random(options, phase).fork("data"));
}

}  // namespace coppice
