// `coppice train`: a supernet by progressive shrinking.
#include <fmt/format.h>

#include <iostream>

#include "experiments/config_file.hpp"
#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/run_data.hpp"
#include "experiments/tensors/session.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/transfer.hpp"

namespace coppice {
namespace {

// Classes and channels come from the data unless the user names them.
SearchSpace space_for(const TrainCommand& command, const DataSource& source) {
  SpaceOptions options = command.space;
  const auto classes = static_cast<int>(source.class_names.size());
  if (!options.classes) options.classes = classes;
  if (!options.channels) options.channels = source.channels;
  require_usage(*options.classes == classes && *options.channels == source.channels,
                command.recipe.data.string(),
                " has ",
                classes,
                " classes and ",
                source.channels,
                " channels, the space was asked for ",
                *options.classes,
                " and ",
                *options.channels,
                "; leave out --classes and --channels");
  return make_space(options);
}

TrainOptions train_options(const TrainCommand& command, const SearchSpace& space) {
  TrainOptions options;
  options.phases = published_phases(space);
  for (Phase& phase : options.phases) {
    for (const auto& [name, recipe] : phases_of(command)) {
      if (phase.name != name) continue;
      phase.epochs = recipe->epochs;
      phase.warmup_epochs = recipe->warmup_epochs;
      phase.rate = recipe->rate;
      phase.subnets = recipe->subnets;
    }
  }
  options.batch_size = static_cast<std::size_t>(command.recipe.batch);
  options.sgd.momentum = command.recipe.momentum;
  options.sgd.weight_decay = command.recipe.weight_decay;
  options.sgd.transform_decay = command.transform_decay;
  options.sgd.unused =
      command.unused_weights == "keep" ? UnusedWeights::keep : UnusedWeights::decay;
  options.loss.label_smoothing = command.recipe.label_smoothing;
  options.loss.teacher_weight = command.kd_ratio;
  options.augmentation = parse_augmentation(command.recipe.augment);
  options.teacher = command.teacher_mode == "eval" ? TeacherMode::running : TeacherMode::batch;
  options.seed = command.common.seed;
  options.evaluations_per_phase = command.evaluations;
  options.target_accuracy = command.target_accuracy;
  return options;
}

// The options that decide what is trained: those that --resume must repeat.
std::string recipe_text(TrainCommand command) {
  return config_text(options_of(command), {{"out", {}}, {"threads", {}}});
}

Checkpoint new_supernet(const TrainCommand& command,
                        const SearchSpace& space,
                        const RunData& data) {
  Checkpoint start{Supernet(space, Random(command.common.seed).fork("weights")), {}, {}};
  start.info.source = "trained";
  if (!command.init.empty()) {
    copy_weights(load_checkpoint(command.init).supernet, start.supernet, command.init.string());
    start.info.source = "trained from " + command.init.filename().string();
  }
  start.info.preprocessing = data.parts.preprocessing;
  start.info.class_names = data.source.class_names;
  start.info.data_format = data.source.format;
  start.info.seed = command.common.seed;
  start.info.held_out = data.parts.held_out->size();
  start.info.phases = recipe_text(command);
  return start;
}

// Going on is only possible with the options of the start: random streams and schedules depend on
// them.
Checkpoint resumed_supernet(const TrainCommand& command, const SearchSpace& space) {
  const auto path = command.out / kRunSupernetFile;
  Checkpoint checkpoint = load_checkpoint(path);
  const bool same =
      space_spec_text(checkpoint.supernet.space().spec()) == space_spec_text(space.spec()) &&
      checkpoint.info.phases == recipe_text(command);
  require_usage(same,
                path.string(),
                " was trained with other options; repeat those in ",
                (command.out / kRunOptionsFile).string(),
                " or choose another --out");
  return checkpoint;
}

Checkpoint start_of(const TrainCommand& command, const SearchSpace& space, const RunData& data) {
  const auto path = command.out / kRunSupernetFile;
  const bool exists = std::filesystem::exists(path);
  require_usage(!exists || command.resume,
                command.out.string(),
                " already holds a supernet; add --resume to go on with it, or choose another "
                "--out");
  if (!exists) return new_supernet(command, space, data);
  Checkpoint checkpoint = resumed_supernet(command, space);
  // The same options measure the same pixels unless the pictures are others.
  const Preprocessing& before = checkpoint.info.preprocessing;
  const Preprocessing& now = data.parts.preprocessing;
  require(before.mean == now.mean && before.deviation == now.deviation,
          command.recipe.data.string(),
          " holds other images than when the training of ",
          command.out.string(),
          " began; restore them or choose another --out");
  return checkpoint;
}

std::string evaluation_text(const HistoryRow& row) {
  return fmt::format("{}: held-out accuracy {:.2f} % (smallest) to {:.2f} % (largest), loss {:.3f}",
                     row.phase,
                     row.smallest,
                     row.largest,
                     row.loss);
}

// Shows progress, writes the log and the checkpoints.
class Watcher {
 public:
  Watcher(const TrainCommand& command,
          Checkpoint& checkpoint,
          std::int64_t steps,
          const Session& session)
      : command_(command),
        checkpoint_(checkpoint),
        session_(session),
        spent_before_(recorded_energy(command.out, "train")),
        log_(command.out),
        progress_("train",
                  "steps",
                  steps,
                  progress_style(command.common.quiet),
                  session.clock(),
                  std::cerr) {
    log_.write("train", {{"phase", checkpoint.state.phase}, {"step", checkpoint.state.step}});
  }

  TrainObserver observer() {
    return {[this](const TrainEvent& event) { see(event); },
            [this](const TrainState& state) { save(state); }};
  }

 private:
  void see(const TrainEvent& event) {
    if (event.kind == TrainEvent::Kind::step) {
      progress_.update(event.step, fmt::format("{}, loss {:.3f}", event.phase, event.loss));
    } else if (event.kind == TrainEvent::Kind::evaluation) {
      if (!command_.common.quiet) std::cerr << '\n' << evaluation_text(event.row) << '\n';
      log_.write("evaluation",
                 {{"phase", event.row.phase},
                  {"step", event.row.step},
                  {"loss", event.row.loss},
                  {"smallest", event.row.smallest},
                  {"largest", event.row.largest},
                  {"energy_j", (spent_before_ + session_.energy_so_far()).value()}});
    }
  }

  void save(const TrainState& state) const {
    save_checkpoint(command_.out / kRunSupernetFile, checkpoint_.supernet, state, checkpoint_.info);
  }

  const TrainCommand& command_;
  Checkpoint& checkpoint_;
  const Session& session_;
  Joules spent_before_;  // by earlier calls that this one goes on from
  RunLog log_;
  Progress progress_;
};

struct Result {
  TrainSummary summary;
  double held_out_smallest = 0;
  double held_out_largest = 0;
  double test_smallest = 0;
  double test_largest = 0;
};

void measure_result(const TrainCommand& command,
                    const Checkpoint& checkpoint,
                    const RunData& data,
                    const Clock& clock,
                    Result& result) {
  const SearchSpace& space = checkpoint.supernet.space();
  const PreparedImages test = test_images(data.source, data.parts.preprocessing);
  // The smallest network at the largest resolution: resolution is a choice of its own.
  const Architecture smallest =
      space.with_resolution(space.smallest(), space.spec().resolutions.back());
  const auto accuracies = [&](const Architecture& architecture, double& held_out, double& on_test) {
    const Subnet subnet =
        calibrated_subnet(checkpoint.supernet, architecture, *data.parts.calibration);
    held_out = evaluate(subnet, *data.parts.held_out).percent();
    on_test = evaluate(subnet, test).percent();
  };
  Progress progress(
      "evaluate", "networks", 2, progress_style(command.common.quiet), clock, std::cerr);
  progress.update(0);
  accuracies(smallest, result.held_out_smallest, result.test_smallest);
  progress.update(1);
  accuracies(space.largest(), result.held_out_largest, result.test_largest);
  progress.update(2);
}

std::string as_json(const Checkpoint& checkpoint, const Result& result, Json spent) {
  spent["images_per_second"] =
      static_cast<double>(result.summary.subnet_images) / spent["seconds"].get<double>();
  Json history = Json::array();
  for (const HistoryRow& row : checkpoint.state.history) {
    history.push_back({{"phase", row.phase},
                       {"step", row.step},
                       {"loss", row.loss},
                       {"smallest", row.smallest},
                       {"largest", row.largest}});
  }
  return Json{{"epochs", result.summary.epochs},
              {"stopped_because", result.summary.stopped_because},
              {"accuracy", {{"smallest", result.test_smallest}, {"largest", result.test_largest}}},
              {"held_out_accuracy",
               {{"smallest", result.held_out_smallest}, {"largest", result.held_out_largest}}},
              {"history", history},
              {"run", spent}}
      .dump();
}

std::string as_table(const TrainCommand& command, const Result& result, const Json& spent) {
  return fmt::format(
      "{} after {:g} epochs, {:.0f} s, {:.0f} J ({}), {:.0f} images/s\n"
      "{:<10}{:>14}{:>14}\n"
      "{:<10}{:>13.2f}%{:>13.2f}%\n"
      "{:<10}{:>13.2f}%{:>13.2f}%\n"
      "weights in {}\n",
      result.summary.stopped_because,
      result.summary.epochs,
      spent["seconds"].get<double>(),
      spent["energy_j"].get<double>(),
      spent["energy_basis"].get<std::string>(),
      static_cast<double>(result.summary.subnet_images) / spent["seconds"].get<double>(),
      "network",
      "held-out",
      "test",
      "smallest",
      result.held_out_smallest,
      result.test_smallest,
      "largest",
      result.held_out_largest,
      result.test_largest,
      (command.out / kRunSupernetFile).string());
}

[[noreturn]] void end_interrupted(const TrainCommand& command, Session& session) {
  session.record_energy(command.out);
  throw Error("interrupted; the state is saved in " + (command.out / kRunSupernetFile).string() +
                  ", the same command with --resume goes on",
              Failure::interrupted);
}

}  // namespace

void run_train(const TrainCommand& command) {
  Session session(command.common, "train");
  const RunData data = open_run_data(command);
  const SearchSpace space = space_for(command, data.source);
  const TrainOptions options = train_options(command, space);
  validate(options);
  const FolderLock lock(command.out);
  Checkpoint checkpoint = start_of(command, space, data);
  record_options(command.out, TrainCommand::kName, effective_options(command));

  std::int64_t steps = 0;
  for (const std::int64_t of_phase : phase_steps(options, data.parts.train->size())) {
    steps += of_phase;
  }
  checkpoint.supernet.to(command.common.device);
  Result result;
  {
    Watcher watcher(command, checkpoint, steps, session);
    result.summary =
        train(checkpoint.supernet, checkpoint.state, data.parts, options, watcher.observer());
  }
  if (result.summary.stopped_because == "interrupted") end_interrupted(command, session);
  try {
    measure_result(command, checkpoint, data, session.clock(), result);
  } catch (const Error& error) {
    if (error.failure() == Failure::interrupted) end_interrupted(command, session);
    throw;
  }
  const Json spent = session.spent();
  session.record_energy(command.out);
  print_result(command.common.json ? as_json(checkpoint, result, spent)
                                   : as_table(command, result, spent));
}

}  // namespace coppice
