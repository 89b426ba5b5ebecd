#include "experiments/tensors/train_watcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <utility>

#include "experiments/run_folder.hpp"
#include "experiments/tensors/train_result.hpp"

namespace coppice {

TrainWatcher::TrainWatcher(const Options& options, Checkpoint& checkpoint, Session& session)
    : options_(options),
      checkpoint_(checkpoint),
      session_(session),
      progress_(options.label,
                "steps",
                options.steps,
                progress_style(session.common().quiet),
                session.clock(),
                std::cerr),
      saved_(session.clock().now()) {
  session_.add_up_energy();
  if (!session_.leads()) return;
  log_.emplace(options.run);
  read_log();
  write_log(options.label, {{"phase", checkpoint.state.phase}, {"step", checkpoint.state.step}});
}

void TrainWatcher::write_log(const std::string& event, Json fields) {
  fields["energy_j"] = energy();
  if (log_) log_->write(event, fields.dump());
}

// A line may be cut short by the death of its writer. What a process spent after its last event is
// only in energy.csv; what one that was killed spent after its last checkpoint only in the log.
void TrainWatcher::read_log() {
  std::ifstream in(options_.run / kRunLogFile);
  for (std::string line; std::getline(in, line);) {
    const Json event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!event.is_object() || !event.contains("energy_j")) continue;
    energy_before_ = event["energy_j"].get<double>();
    if (event.value("event", "") == "evaluation") {
      energy_at_[event["step"].get<std::int64_t>()] = energy_before_;
    }
  }
  energy_before_ = std::max(energy_before_, recorded_energy(options_.run, options_.label).value());
}

TrainObserver TrainWatcher::observer() {
  TrainObserver observer;
  observer.event = [this](const TrainEvent& event) { see(event); };
  observer.checkpoint = [this](const TrainState& state) { save(state); };
  observer.checkpoint_due = [this] {
    const double minutes = (session_.clock().now() - saved_).value() / 60;
    return minutes >= options_.checkpoint_minutes;
  };
  observer.checkpoint_name = (options_.run / kRunSupernetFile).string();
  return observer;
}

double TrainWatcher::energy() const { return energy_before_ + session_.energy_so_far().value(); }

void TrainWatcher::see(const TrainEvent& event) {
  if (event.kind == TrainEvent::Kind::step) {
    progress_.update(event.step, fmt::format("{}, loss {:.3f}", event.phase, event.loss));
  } else if (event.kind == TrainEvent::Kind::evaluation) {
    const HistoryRow& row = event.row;
    const std::string accuracy =
        row.smallest == row.largest
            ? fmt::format("{:.2f} %", row.largest)
            : fmt::format("{:.2f} % (smallest) to {:.2f} % (largest)", row.smallest, row.largest);
    progress_.say(
        fmt::format("{}: held-out accuracy {}, loss {:.3f}", row.phase, accuracy, row.loss));
    session_.add_up_energy();
    energy_at_[row.step] = energy();
    tell_target();
    write_log("evaluation",
              {{"phase", row.phase},
               {"step", row.step},
               {"loss", row.loss},
               {"smallest", row.smallest},
               {"largest", row.largest}});
  }
}

void TrainWatcher::tell_target() {
  if (options_.target.accuracy <= 0) return;
  const auto curve = learning_curve(checkpoint_.state.history, energy_at_);
  if (curve.empty()) return;
  const std::int64_t done = checkpoint_.state.history.back().step;
  const double joules_a_step = curve.back().energy_j / static_cast<double>(done);
  const double left_j = joules_a_step * static_cast<double>(options_.steps - done);
  const std::string text = target_text(curve, options_.target, left_j);
  if (!text.empty()) progress_.say(text);
}

void TrainWatcher::save(const TrainState& state) {
  session_.add_up_energy();
  if (!session_.leads()) return;
  save_checkpoint(options_.run / kRunSupernetFile, checkpoint_.supernet, state, checkpoint_.info);
  saved_ = session_.clock().now();
  write_log("checkpoint", {{"phase", state.phase}, {"step", state.step}});
  session_.record_energy_so_far(options_.run);
}

}  // namespace coppice
