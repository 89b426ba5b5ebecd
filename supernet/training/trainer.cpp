#include "supernet/training/trainer.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/calibration.hpp"
#include "supernet/training/channel_sorting.hpp"
#include "supernet/training/learning_rate.hpp"

namespace coppice {
namespace {

std::int64_t steps_of(double epochs, std::int64_t steps_per_epoch) {
  return static_cast<std::int64_t>(std::llround(epochs * static_cast<double>(steps_per_epoch)));
}

// One call of train(): the fixed inputs and what lives through a phase.
class Training {
 public:
  Training(Supernet& supernet,
           TrainState& state,
           const TrainData& data,
           const TrainOptions& options,
           const TrainObserver& observer)
      : net_(supernet), state_(state), data_(data), options_(options), observer_(observer) {
    steps_ = phase_steps(options, data.train->size());
    for (const std::int64_t steps : steps_) total_steps_ += steps;
    if (state_.teacher) state_.teacher->to(device_);
  }

  TrainSummary run() {
    while (state_.phase < options_.phases.size() && !interrupted_ && !reached()) {
      if (steps_[state_.phase] > 0) run_phase();
      if (!interrupted_) finish_phase();
    }
    TrainSummary summary;
    // A reached target ends a phase early, at the evaluation that saw it.
    const std::int64_t done = reached() ? state_.history.back().step : steps_before() + state_.step;
    const auto per_epoch = static_cast<double>(data_.train->size() / options_.batch_size);
    summary.epochs = static_cast<double>(done) / per_epoch;
    summary.subnet_images = subnet_images_;
    summary.stopped_because = interrupted_ ? "interrupted"
                              : reached()  ? "target accuracy reached"
                                           : "completed";
    return summary;
  }

 private:
  [[nodiscard]] const Phase& phase() const { return options_.phases[state_.phase]; }

  [[nodiscard]] Random phase_random() const {
    return Random(options_.seed).fork("train").fork(phase().name);
  }

  void run_phase() {
    if (state_.step == 0) begin_phase();
    Sgd sgd(net_.parameters(), options_.sgd);
    if (!state_.momentum.empty()) restore_momentum(sgd);
    BatchOptions batch_options{
        options_.batch_size, options_.augmentation, net_.space().spec().resolutions};
    TrainingBatches batches(
        data_.train, data_.preprocessing, std::move(batch_options), phase_random().fork("data"));
    const std::int64_t per_epoch = batches.steps_per_epoch();
    while (!interrupted_) {
      if (evaluation_due()) evaluate_now();
      if (state_.step == steps_[state_.phase] || reached()) break;
      if (!interrupted_) {
        run_step(batches, sgd);
        ++state_.step;
      }
      interrupted_ = interrupted_ || interruption_requested();
      const bool last = state_.step == steps_[state_.phase];
      if ((state_.step % per_epoch == 0 && !last) || interrupted_) {
        state_.momentum = sgd.momentum();
        observer_.checkpoint(state_);
      }
    }
  }

  // Opens new choices: expansions start from sorted channels. Phases that are skipped have trained
  // nothing.
  void begin_phase() {
    int open = 1;
    for (std::size_t i = 0; i < state_.phase; ++i) {
      if (steps_[i] > 0) open = std::max(open, options_.phases[i].expands);
    }
    if (state_.phase > 0 && phase().expands > open) sort_channels(net_, open);
  }

  void restore_momentum(Sgd& sgd) const {
    const at::NoGradGuard no_grad;
    require(state_.momentum.size() == sgd.momentum().size(),
            "the optimizer state does not belong to this supernet");
    for (std::size_t i = 0; i < state_.momentum.size(); ++i) {
      sgd.momentum()[i].copy_(state_.momentum[i]);
    }
  }

  void run_step(TrainingBatches& batches, Sgd& sgd) {
    Batch batch = batches.get(state_.step);
    batch.images = batch.images.to(device_, /*non_blocking=*/true);
    batch.labels = batch.labels.to(device_, /*non_blocking=*/true);
    const int resolution = batches.resolution(state_.step);
    const at::Tensor soft = teacher_logits(batch, resolution);
    sgd.zero_gradients();
    const auto step = static_cast<std::uint64_t>(state_.step);
    Random random = phase_random().fork("subnets").fork(step);
    double loss_sum = 0;
    for (int i = 0; i < phase().subnets; ++i) {
      const Architecture architecture = sample(net_.space(), phase(), resolution, random);
      ForwardOptions forward;
      forward.norm = NormMode::batch;
      forward.dropout = net_.space().spec().dropout;
      const std::uint64_t dropout_seed = random.next();
      if (device_.is_cpu()) {
        forward.dropout_source = at::make_generator<at::CPUGeneratorImpl>(dropout_seed);
      }
      const at::Tensor logits = net_.forward(batch.images, architecture, forward);
      const at::Tensor loss = distillation_loss(logits, batch.labels, soft, options_.loss);
      loss.backward();
      loss_sum += loss.item<double>();
    }
    require(std::isfinite(loss_sum),
            "the loss is not a finite number at step ",
            state_.step,
            " of the phase ",
            phase().name,
            "; lower ",
            phase().name,
            ".rate (",
            phase().rate,
            ") and go on with --resume from the last checkpoint");
    sgd.step(rate());
    report_step(loss_sum / phase().subnets, batch.labels.size(0));
  }

  [[nodiscard]] double rate() const {
    const double scale = static_cast<double>(options_.batch_size) / 64.0;
    const double peak = phase().rate * scale;
    const std::int64_t per_epoch =
        static_cast<std::int64_t>(data_.train->size() / options_.batch_size);
    const std::int64_t warmup =
        std::min(steps_of(phase().warmup_epochs, per_epoch), steps_[state_.phase] - 1);
    // The reference warms up from the rate of one worker; a tenth of the peak serves the same end.
    return learning_rate(state_.step, warmup, steps_[state_.phase], 0.1 * peak, peak);
  }

  [[nodiscard]] at::Tensor teacher_logits(const Batch& batch, int resolution) const {
    if (!state_.teacher || options_.loss.teacher_weight <= 0) return {};
    const at::NoGradGuard no_grad;
    const Architecture full = net_.space().with_resolution(net_.space().largest(), resolution);
    const Subnet teacher(full, plan_layers(net_.space(), full), state_.teacher->layers());
    if (options_.teacher == TeacherMode::running) return teacher.forward(batch.images);
    ForwardOptions forward;
    forward.norm = NormMode::observe;  // batch statistics, nothing updated
    forward.observe_norm = [](std::size_t, const at::Tensor&, const at::Tensor&) {};
    return teacher.forward(batch.images, forward);
  }

  void report_step(double loss, std::int64_t images) {
    state_.loss_sum += loss;
    ++state_.loss_count;
    subnet_images_ += images * phase().subnets;
    TrainEvent event = make_event(TrainEvent::Kind::step);
    event.step += 1;
    event.loss = loss;
    observer_.event(event);
  }

  // Wilson's lower bound, one-sided 95 % (z = 1.645), of the last evaluation.
  [[nodiscard]] bool reached() const {
    if (options_.target_accuracy <= 0 || state_.history.empty()) return false;
    constexpr double z2 = 1.645 * 1.645;
    const double p = state_.history.back().largest / 100;
    const auto n = static_cast<double>(data_.held_out->size());
    const double bound =
        (p + z2 / (2 * n) - std::sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n)))) / (1 + z2 / n);
    return 100 * bound >= options_.target_accuracy;
  }

  // Also after a resume, when the interruption came before the evaluation.
  [[nodiscard]] bool evaluation_due() const {
    const std::int64_t steps = steps_[state_.phase];
    const bool done =
        !state_.history.empty() && state_.history.back().step == steps_before() + state_.step;
    if (state_.step == 0 || done) return false;
    const auto per_epoch = static_cast<std::int64_t>(data_.train->size() / options_.batch_size);
    const std::int64_t every =
        options_.target_accuracy > 0
            ? per_epoch
            : std::max<std::int64_t>(1, steps / options_.evaluations_per_phase);
    const bool last = state_.step == steps;
    return last || (state_.step % every == 0 && steps - state_.step >= every);
  }

  void evaluate_now() {
    HistoryRow row;
    row.phase = phase().name;
    row.step = steps_before() + state_.step;
    row.loss = state_.loss_count > 0 ? state_.loss_sum / static_cast<double>(state_.loss_count) : 0;
    try {
      measure(row);
    } catch (const Error& error) {
      if (error.failure() != Failure::interrupted) throw;
      interrupted_ = true;
      return;
    }
    state_.loss_sum = 0;
    state_.loss_count = 0;
    state_.history.push_back(row);
    TrainEvent event = make_event(TrainEvent::Kind::evaluation);
    event.row = row;
    observer_.event(event);
  }

  void measure(HistoryRow& row) const {
    const SearchSpace& space = net_.space();
    row.largest = held_out_accuracy(space.largest());
    const Architecture smallest = smallest_of(space, phase());
    row.smallest = smallest == space.largest() ? row.largest : held_out_accuracy(smallest);
  }

  [[nodiscard]] double held_out_accuracy(const Architecture& architecture) const {
    const Subnet subnet = calibrated_subnet(net_, architecture, *data_.calibration);
    return evaluate(subnet, *data_.held_out).percent();
  }

  void finish_phase() {
    if (!state_.teacher && steps_[state_.phase] > 0) {
      state_.teacher = net_.extract(net_.space().largest());
    }
    if (steps_[state_.phase] > 0) observer_.event(make_event(TrainEvent::Kind::phase_end));
    ++state_.phase;
    state_.step = 0;
    state_.momentum.clear();
    observer_.checkpoint(state_);
  }

  [[nodiscard]] std::int64_t steps_before() const {
    std::int64_t steps = 0;
    for (std::size_t i = 0; i < state_.phase; ++i) steps += steps_[i];
    return steps;
  }

  [[nodiscard]] TrainEvent make_event(TrainEvent::Kind kind) const {
    TrainEvent event;
    event.kind = kind;
    event.phase = phase().name;
    event.step = steps_before() + state_.step;
    event.total_steps = total_steps_;
    event.images = subnet_images_;
    return event;
  }

  Supernet& net_;
  at::Device device_ = net_.parameters().front().tensor.device();
  TrainState& state_;
  const TrainData& data_;
  const TrainOptions& options_;
  const TrainObserver& observer_;
  std::vector<std::int64_t> steps_;
  std::int64_t total_steps_ = 0;
  std::int64_t subnet_images_ = 0;
  bool interrupted_ = false;
};

}  // namespace

void validate(const TrainOptions& options) {
  for (const Phase& phase : options.phases) validate(phase);
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

TrainSummary train(Supernet& supernet,
                   TrainState& state,
                   const TrainData& data,
                   const TrainOptions& options,
                   const TrainObserver& observer) {
  validate(options);
  return Training(supernet, state, data, options, observer).run();
}

Subnet calibrated_subnet(const Supernet& supernet,
                         const Architecture& architecture,
                         const PreparedImages& calibration) {
  Subnet subnet = supernet.extract(architecture);
  calibrate(subnet, calibration.images(subnet.plan().resolution));
  return subnet;
}

}  // namespace coppice
