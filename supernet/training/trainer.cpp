#include "supernet/training/trainer.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/calibration.hpp"
#include "supernet/training/channel_sorting.hpp"
#include "supernet/training/train_step.hpp"
#include "supernet/training/wilson.hpp"

namespace coppice {
namespace {

// A loss on a GPU is read so many steps late: none of them waits for its own, and no more batches
// than these are in main memory at once.
constexpr std::size_t kStepsAhead = 3;

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
    if (state_.teacher) state_.teacher->to(net_.parameters().front().tensor.device());
    if (state_.phase > 0 || state_.step > 0) good_ = position_text();
  }

  TrainSummary run() {
    while (state_.phase < options_.phases.size() && !interrupted_ && !reached()) {
      if (steps_[state_.phase] > 0) run_phase();
      if (!interrupted_ && !stopped_early()) finish_phase();
    }
    TrainSummary summary;
    // A reached target ends a phase early, at the evaluation that saw it.
    const std::int64_t done = reached() ? state_.history.back().step : steps_before() + state_.step;
    summary.epochs = static_cast<double>(done) / static_cast<double>(steps_per_epoch());
    summary.subnet_images = subnet_images_;
    summary.stopped_because = interrupted_ ? "interrupted"
                              : reached()  ? "target accuracy reached"
                                           : "completed";
    return summary;
  }

 private:
  struct UnreadLoss {
    std::int64_t step;  // within the phase
    at::Tensor loss;
  };
  struct KnownLoss {
    std::int64_t step;
    double loss;
  };

  [[nodiscard]] const Phase& phase() const { return options_.phases[state_.phase]; }

  void run_phase() {
    if (state_.step == 0) begin_phase();
    TrainStep step(net_, options_, phase(), state_.teacher);
    if (!state_.momentum.empty()) restore_momentum(step.optimizer());
    TrainingBatches batches = phase_batches(options_, phase(), net_.space(), data_);
    const std::int64_t per_epoch = batches.steps_per_epoch();
    while (!interrupted_) {
      if (evaluation_due()) evaluate_now();
      if (!interrupted_ && (state_.step == steps_[state_.phase] || reached())) {
        if (stopped_early()) keep_place(step);
        break;
      }
      if (!interrupted_) {
        run_step(batches, step);
        ++state_.step;
      }
      if (!options_.ranks) see_wishes(interruption_requested(), checkpoint_due());
      const bool last = state_.step == steps_[state_.phase];
      const bool due = state_.step % per_epoch == 0 || due_;
      if ((due && !last) || interrupted_) {
        keep_place(step);
      }
    }
  }

  void keep_place(TrainStep& step) {
    state_.momentum = step.optimizer().momentum();
    save();
  }

  [[nodiscard]] bool checkpoint_due() const {
    return observer_.checkpoint_due && observer_.checkpoint_due();
  }

  void see_wishes(bool interrupted, bool due) {
    interrupted_ = interrupted_ || interrupted;
    due_ = due;
  }

  // The loss of all processes from this one's part. What one of them wishes all learn on the same
  // occasion, since all have to stop or save together; rank 0's clock says when to save.
  double agreed_loss(double part) {
    if (!options_.ranks) return part;
    const bool due = options_.ranks->leads() && checkpoint_due();
    const std::vector<double> sums =
        options_.ranks->sum({part, interruption_requested() ? 1.0 : 0.0, due ? 1.0 : 0.0});
    see_wishes(sums[1] > 0, sums[2] > 0);
    return sums[0];
  }

  // Opens new choices: expansions start from sorted channels.
  void begin_phase() {
    if (phase().expands > state_.open_expands) sort_channels(net_, state_.open_expands);
  }

  void restore_momentum(Sgd& sgd) const {
    const at::NoGradGuard no_grad;
    require(state_.momentum.size() == sgd.momentum().size(),
            "the optimizer state does not belong to this supernet");
    for (std::size_t i = 0; i < state_.momentum.size(); ++i) {
      sgd.momentum()[i].copy_(state_.momentum[i]);
    }
  }

  void run_step(TrainingBatches& batches, TrainStep& step) {
    const auto steps = steps_[state_.phase];
    StepInput input{batches.get(state_.step), batches.resolution(state_.step), state_.step, 0};
    input.progress = static_cast<double>(state_.step) / static_cast<double>(steps);
    unread_.push_back({state_.step, step.gradients(input)});
    const bool wait = options_.ranks || unread_.back().loss.is_cpu();
    const std::vector<KnownLoss> known = read_losses(wait ? 0 : kStepsAhead);
    step.apply(phase_rate(options_, steps_, state_.phase, state_.step, data_.train->size()));
    report_steps(known);
  }

  // All but the last so many.
  std::vector<KnownLoss> read_losses(std::size_t left) {
    std::vector<KnownLoss> known;
    for (; unread_.size() > left; unread_.pop_front()) {
      const auto& [step, unread] = unread_.front();
      const double loss = agreed_loss(unread.item<double>());
      if (!std::isfinite(loss)) throw_not_finite("the loss", step);
      known.push_back({step, loss});
    }
    return known;
  }

  // Rank 0's running statistics are the training's.
  void share_statistics() const {
    if (!options_.ranks || options_.norm_statistics != NormStatistics::local) return;
    for (const NamedTensor& named : net_.statistics()) options_.ranks->broadcast(named.tensor);
  }

  [[noreturn]] void throw_not_finite(const char* what, std::int64_t step) const {
    const bool saved = !good_.empty();
    const Phase& named = options_.phases[std::min(state_.phase, options_.phases.size() - 1)];
    throw Error(text(what,
                     " is not a finite number at ",
                     position_text(step),
                     saved ? "; the last good checkpoint is " + observer_.checkpoint_name +
                                 ", of " + good_ + ": lower "
                           : "; no checkpoint was written yet: lower ",
                     named.name,
                     ".rate (",
                     named.rate,
                     ") and ",
                     saved ? "go on from it with --resume" : "start again"));
  }

  [[nodiscard]] std::string position_text() const { return position_text(state_.step); }

  [[nodiscard]] std::string position_text(std::int64_t step) const {
    return state_.phase < options_.phases.size()
               ? text("step ", step, " of the phase ", phase().name)
               : "the end";
  }

  // Weights that overflowed in the step before are seen here first. The running statistics of
  // other ranks than the first may be their own.
  void save() {
    report_steps(read_losses(0));
    share_statistics();
    for (const auto* tensors : {&net_.parameters(), &net_.statistics()}) {
      for (const NamedTensor& named : *tensors) {
        if (!at::isfinite(named.tensor.detach()).all().item<bool>()) {
          throw_not_finite(named.name.c_str(), state_.step);
        }
      }
    }
    observer_.checkpoint(state_);
    if (options_.ranks) options_.ranks->wait_for_all();
    good_ = position_text();
  }

  void report_steps(const std::vector<KnownLoss>& losses) {
    for (const auto& [step, loss] : losses) {
      state_.loss_sum += loss;
      ++state_.loss_count;
      subnet_images_ += static_cast<std::int64_t>(options_.batch_size) * phase().subnets;
      TrainEvent event = make_event(TrainEvent::Kind::step);
      event.step = steps_before() + step + 1;
      event.loss = loss;
      observer_.event(event);
    }
  }

  [[nodiscard]] bool reached() const {
    if (options_.target_accuracy <= 0 || state_.history.empty()) return false;
    const auto images = static_cast<double>(data_.held_out->size());
    return wilson_lower_bound(state_.history.back().largest, images) >= options_.target_accuracy;
  }

  // Before the end of all phases: with another target the training goes on from this place.
  [[nodiscard]] bool stopped_early() const {
    return reached() && (state_.step < steps_[state_.phase] || others_follow());
  }

  // Also after a resume, when the interruption came before the evaluation.
  [[nodiscard]] bool evaluation_due() const {
    const std::int64_t steps = steps_[state_.phase];
    const bool done =
        !state_.history.empty() && state_.history.back().step == steps_before() + state_.step;
    if (state_.step == 0 || done) return false;
    const std::int64_t every =
        options_.target_accuracy > 0
            ? steps_per_epoch()
            : std::max<std::int64_t>(1, steps / options_.evaluations_per_phase);
    const bool last = state_.step == steps;
    return last || (state_.step % every == 0 && steps - state_.step >= every);
  }

  void evaluate_now() {
    report_steps(read_losses(0));
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
    const Architecture largest = largest_of(space, phase());
    const Architecture smallest = smallest_of(space, phase());
    row.largest = held_out_accuracy(largest);
    row.smallest = smallest == largest ? row.largest : held_out_accuracy(smallest);
  }

  [[nodiscard]] double held_out_accuracy(const Architecture& architecture) const {
    const Subnet subnet = calibrated_subnet(net_, architecture, *data_.calibration);
    return evaluate(subnet, *data_.held_out, options_.ranks.get()).percent();
  }

  void finish_phase() {
    const bool trained = steps_[state_.phase] > 0;
    share_statistics();
    if (!state_.teacher && trained && others_follow()) {
      state_.teacher = net_.extract(net_.space().largest());
    }
    if (trained) {
      state_.open_expands = std::max(state_.open_expands, phase().expands);
      observer_.event(make_event(TrainEvent::Kind::phase_end));
    }
    ++state_.phase;
    state_.step = 0;
    state_.momentum.clear();
    save();
  }

  [[nodiscard]] bool others_follow() const {
    return std::any_of(steps_.begin() + static_cast<std::ptrdiff_t>(state_.phase) + 1,
                       steps_.end(),
                       [](std::int64_t steps) { return steps > 0; });
  }

  [[nodiscard]] std::int64_t steps_per_epoch() const {
    return static_cast<std::int64_t>(data_.train->size() / options_.batch_size);
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
  TrainState& state_;
  const TrainData& data_;
  const TrainOptions& options_;
  const TrainObserver& observer_;
  std::vector<std::int64_t> steps_;
  std::int64_t total_steps_ = 0;
  std::int64_t subnet_images_ = 0;
  std::deque<UnreadLoss> unread_;
  std::string good_;  // where the last checkpoint stands
  bool interrupted_ = false;
  bool due_ = false;  // a checkpoint within an epoch
};

}  // namespace

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
