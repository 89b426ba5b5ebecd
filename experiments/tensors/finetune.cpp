// `coppice finetune`: one network of a supernet, trained further on its own.
#include <fmt/format.h>

#include <iostream>
#include <optional>
#include <utility>

#include "experiments/config_file.hpp"
#include "experiments/output.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/network_accuracy.hpp"
#include "experiments/tensors/ranks.hpp"
#include "experiments/tensors/recorded_recipe.hpp"
#include "experiments/tensors/target.hpp"
#include "experiments/tensors/train_preview.hpp"
#include "experiments/tensors/train_start.hpp"
#include "experiments/tensors/train_watcher.hpp"
#include "predictors/energy_csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/transfer.hpp"

namespace coppice {
namespace {

constexpr const char* kLabel = "finetune";

// On the images of the supernet's own training the same ones stay held out.
FinetuneCommand with_split_of_run(FinetuneCommand command) {
  if (command.network.run.empty()) return command;
  const TrainCommand training = recorded_training(command.network.run);
  const auto place = [](const std::filesystem::path& path) {
    return std::filesystem::weakly_canonical(path);
  };
  if (place(training.recipe.data) != place(command.recipe.data)) return command;
  // Of other images others are held out.
  if (command.recipe.train_images != 0 && command.recipe.held_out == 0) return command;
  if (command.recipe.held_out == 0) command.recipe.held_out = training.recipe.held_out;
  if (command.recipe.train_images == 0) command.recipe.train_images = training.recipe.train_images;
  if (command.split_seed == 0) command.split_seed = training.common.seed;
  return command;
}

// The supernet's space with the data's classes and channels.
SearchSpace space_for(const SearchSpace& space, const DataSource& source) {
  SpaceSpec spec = space.spec();
  spec.classes = static_cast<int>(source.class_names.size());
  spec.channels = source.channels;
  return SearchSpace(std::move(spec));
}

class Finetuning {
 public:
  Finetuning(const FinetuneCommand& command, Session& session)
      : command_(with_split_of_run(command)),
        session_(session),
        source_(load_checkpoint(supernet_file(command.network))),
        data_(open_run_data(data_options(command_))),
        test_(test_images(data_.source, data_.parts.preprocessing)),
        space_(space_for(source_.supernet.space(), data_.source)),
        architecture_(read_architecture(space_, command.network.arch)),
        options_(options()) {
    require_can_be_shown(target());
  }

  [[nodiscard]] std::string preview() {
    return previewed(command_.preview, starting_network(), data_.parts, options_, session_);
  }

  void run() {
    Checkpoint start = starting_network();
    std::optional<FolderLock> lock;
    if (session_.leads()) lock.emplace(command_.out);
    const auto path = command_.out / kRunSupernetFile;
    const bool exists = leader_first(session_.ranks(), [&] { return has_checkpoint(path); });
    require_usage(!exists || command_.resume,
                  command_.out.string(),
                  " already holds a supernet; add --resume to go on with it, or choose another "
                  "--out");
    start.supernet.to(session_.device());
    before_ = network_accuracy(start.supernet, architecture_, data_, test_, session_.ranks().get());
    Checkpoint checkpoint =
        leader_first(session_.ranks(), [&] { return exists ? resumed() : std::move(start); });
    if (session_.ranks()) agree_on_start(checkpoint, data_, command_.out, *session_.ranks());
    if (session_.leads()) {
      record_options(command_.out, FinetuneCommand::kName, effective_options(command_));
      write_text_file(command_.out / kRunNetworkFile, to_text(space_, architecture_) + "\n");
      keep_pretraining_energy(exists);
    }
    train_on(checkpoint);
    after_ =
        network_accuracy(checkpoint.supernet, architecture_, data_, test_, session_.ranks().get());
  }

  [[nodiscard]] Json result(Json spent) const {
    return {{"accuracy_before", before_.test},
            {"accuracy_after", after_.test},
            {"held_out_accuracy", {{"before", before_.held_out}, {"after", after_.held_out}}},
            {"epochs", summary_.epochs},
            {"stopped_because", summary_.stopped_because},
            {"arch", Json::parse(to_text(space_, architecture_))},
            {"run", std::move(spent)}};
  }

  [[nodiscard]] std::string table(const Json& spent) const {
    return fmt::format(
        "{} after {:g} epochs, {:.0f} s, {:.0f} J ({})\n"
        "{:<10}{:>14}{:>14}\n"
        "{:<10}{:>13.2f}%{:>13.2f}%\n"
        "{:<10}{:>13.2f}%{:>13.2f}%\n"
        "coppice export --run {} --arch {} writes the network\n",
        summary_.stopped_because,
        summary_.epochs,
        spent["seconds"].get<double>(),
        spent["energy_j"].get<double>(),
        spent["energy_basis"].get<std::string>(),
        "network",
        "held-out",
        "test",
        "before",
        before_.held_out,
        before_.test,
        "after",
        after_.held_out,
        after_.test,
        command_.out.string(),
        (command_.out / kRunNetworkFile).string());
  }

 private:
  [[nodiscard]] Target target() const {
    return {command_.recipe.target_accuracy, data_.parts.held_out->size()};
  }

  // What the weights that it begins with have taken, for cards and comparisons; the run that they
  // come from may go on, or be gone, later.
  void keep_pretraining_energy(bool resumed) const {
    const auto kept = command_.out / kRunPretrainingFile;
    if (resumed && std::filesystem::exists(kept)) return;
    std::filesystem::remove(kept);
    const auto& run = command_.network.run;
    if (run.empty()) return;
    copy_energy_csv({run / kRunPretrainingFile, run / kRunEnergyFile}, {"train", kLabel}, kept);
  }

  // The network stands in a supernet of its space, so that every command that takes a run takes
  // this one.
  [[nodiscard]] Checkpoint starting_network() const {
    const auto file = supernet_file(command_.network);
    Checkpoint start{Supernet(space_, Random(command_.common.seed).fork("weights")), {}, {}};
    copy_weights(source_.supernet, start.supernet, file.string());
    put_subnet(start.supernet.extract(architecture_), start.supernet);
    if (command_.kd_ratio > 0) start.state.teacher = teacher();
    describe_data(start.info, data_);
    start.info.seed = command_.common.seed;
    start.info.source = "fine-tuned from " + file.filename().string();
    start.info.only = to_text(space_, architecture_);
    start.info.phases = recipe_text(command_);
    return start;
  }

  [[nodiscard]] Subnet teacher() const {
    const SearchSpace& space = source_.supernet.space();
    require_usage(
        space.spec().classes == space_.spec().classes &&
            space.spec().channels == space_.spec().channels,
        "--kd-ratio = ",
        command_.kd_ratio,
        ", but the supernet was trained for other classes or channels and cannot teach; leave it "
        "out");
    return calibrated_subnet(source_.supernet, space.largest(), *data_.parts.calibration);
  }

  [[nodiscard]] Checkpoint resumed() const {
    RestoredCheckpoint restored = restore_checkpoint(command_.out / kRunSupernetFile);
    print_warning(restored.warning, command_.common.quiet);
    check_recipe({restored.checkpoint.info.phases,
                  recipe_text(command_),
                  recipe_text(FinetuneCommand{}),
                  command_.out,
                  command_.common.quiet});
    return std::move(restored.checkpoint);
  }

  [[nodiscard]] TrainOptions options() const {
    TrainOptions options;
    Phase phase{kLabel, 1, 1, 1, 1, command_.epochs, command_.warmup_epochs, command_.rate, 1};
    phase.only = architecture_;
    options.phases = {std::move(phase)};
    apply_recipe(command_.recipe, command_.common, space_, options);
    options.loss.teacher_weight = command_.kd_ratio;
    options.evaluations_per_phase = command_.evaluations;
    options.ranks = session_.ranks();
    validate(options);
    return options;
  }

  void train_on(Checkpoint& checkpoint) {
    checkpoint.supernet.to(session_.device());
    const std::int64_t steps = phase_steps(options_, data_.parts.train->size()).front();
    TrainWatcher watcher(
        {command_.out, kLabel, steps, command_.recipe.checkpoint_minutes, target()},
        checkpoint,
        session_);
    summary_ =
        train(checkpoint.supernet, checkpoint.state, data_.parts, options_, watcher.observer());
    if (summary_.stopped_because == "interrupted") end_interrupted(command_.out, session_);
    if (summary_.stopped_because != "completed" && session_.leads()) {
      print_warning(untrained_phases_text(checkpoint.state, options_), command_.common.quiet);
    }
  }

  FinetuneCommand command_;
  Session& session_;
  Checkpoint source_;
  RunData data_;
  PreparedImages test_;
  SearchSpace space_;
  Architecture architecture_;
  TrainOptions options_;
  NetworkAccuracy before_;
  NetworkAccuracy after_;
  TrainSummary summary_;
};

}  // namespace

void run_finetune(const FinetuneCommand& given) {
  FinetuneCommand command = given;
  require_one_process(command.preview);
  const auto ranks = join_ranks(command.common);
  Session session(command.common, command.charge, kLabel, ranks);
  Finetuning finetuning(command, session);
  if (command.preview.asked()) return print_result(finetuning.preview());
  finetuning.run();
  const Json spent = session.spent();
  session.record_energy(command.out);
  if (ranks) ranks->leave();
  if (!session.leads()) return;
  print_result(command.common.json ? finetuning.result(spent).dump() : finetuning.table(spent));
}

}  // namespace coppice
