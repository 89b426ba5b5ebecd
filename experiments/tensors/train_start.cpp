#include "experiments/tensors/train_start.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "experiments/config_file.hpp"
#include "experiments/output.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensors/recorded_recipe.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/elastic/trunk_plan.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/transfer.hpp"

namespace coppice {
namespace {

std::vector<Phase> phases_in_effect(const TrainCommand& command, const SearchSpace& space) {
  std::vector<Phase> phases = schedule_phases(parse_schedule(command.schedule), space);
  for (Phase& phase : phases) {
    phase.own_resolutions = command.resolution_per == "network";
    for (const auto& [name, recipe] : phases_of(command)) {
      if (phase.name != name) continue;
      phase.epochs = recipe->epochs;
      phase.warmup_epochs = recipe->warmup_epochs;
      phase.rate = recipe->rate;
      phase.subnets = recipe->subnets;
    }
  }
  if (!command.only.empty()) {
    phases.resize(1);
    phases.front().only = read_architecture(space, command.only);
  }
  return phases;
}

// Predictions of a file as what sampling asks for.
Scores scores_of(const std::filesystem::path& file, const SearchSpace& space) {
  if (file.empty()) return {};
  const std::shared_ptr<const Predictor> predictor = load_predictor(file, space);
  require_usage(predictor->info().maximize,
                "--attentive-predictor = ",
                file.string(),
                ", predicts ",
                predictor->info().target,
                ", of which less is better; give a predictor of accuracy");
  return [predictor](const std::vector<Architecture>& architectures) {
    return predictor->predict(architectures);
  };
}

std::filesystem::path supernet_of(const std::filesystem::path& file_or_run) {
  return std::filesystem::is_directory(file_or_run) ? file_or_run / kRunSupernetFile : file_or_run;
}

// Which images are held out follows from the seed: with another one, some of them were trained on.
void warn_of_seen_images(const TrainCommand& command,
                         const RunData& data,
                         const CheckpointInfo& before) {
  const bool same_classes = before.class_names == data.source.class_names;
  if (!same_classes || before.data_format.empty() || before.seed == command.common.seed) return;
  print_warning(text("--init was trained with --seed ",
                     before.seed,
                     ", this training holds out other images by --seed ",
                     command.common.seed,
                     ": where the data is the same, some of them were trained on, and held-out "
                     "accuracies are too high; repeat --seed ",
                     before.seed),
                command.common.quiet);
}

void require_same_space(const SearchSpace& from,
                        const SearchSpace& to,
                        const std::filesystem::path& init) {
  require_usage(from.name() == to.name(),
                "--init = ",
                init.string(),
                ", holds a supernet of the space ",
                from.name(),
                ", and ",
                to.name(),
                " is to be trained; repeat --space ",
                from.name(),
                ", or start without --init");
}

// Where the full phase is skipped, the largest network of the starting weights teaches, as the
// reference's phases are taught by the one they load. A fresh head has nothing to teach.
bool needs_teacher(const SearchSpace& from, const SearchSpace& to, const TrainOptions& options) {
  const Phase& first = options.phases.front();
  return first.epochs == 0 && options.loss.teacher_weight > 0 &&
         from.spec().classes == to.spec().classes;
}

void start_from(const TrainCommand& command,
                const RunData& data,
                const TrainOptions& options,
                Checkpoint& start) {
  const auto file = supernet_of(command.init);
  const Checkpoint source = load_checkpoint(file);
  require_same_space(source.supernet.space(), start.supernet.space(), command.init);
  warn_of_seen_images(command, data, source.info);
  copy_weights(source.supernet, start.supernet, file.string());
  start.state.open_expands = source.state.open_expands;
  start.info.source = "trained from " + file.filename().string();
  const SearchSpace& space = start.supernet.space();
  if (needs_teacher(source.supernet.space(), space, options)) {
    start.state.teacher =
        calibrated_subnet(start.supernet, space.largest(), *data.parts.calibration);
  }
}

Checkpoint resumed_training(const TrainCommand& command,
                            const SearchSpace& space,
                            const RunData& data) {
  const auto path = command.out / kRunSupernetFile;
  RestoredCheckpoint restored = restore_checkpoint(path);
  print_warning(restored.warning, command.common.quiet);
  Checkpoint checkpoint = std::move(restored.checkpoint);
  const SearchSpace& stored = checkpoint.supernet.space();
  require_usage(stored.name() == space.name(),
                path.string(),
                " holds a supernet of the space ",
                stored.name(),
                ", not of ",
                space.name(),
                "; repeat --space or choose another --out");
  check_recipe({checkpoint.info.phases,
                recipe_text(command),
                recipe_text(TrainCommand{}),
                command.out,
                command.common.quiet});
  require_usage(space_spec_text(stored.spec()) == space_spec_text(space.spec()),
                path.string(),
                " was trained on another space of the name ",
                space.name(),
                "; restore the file --space names, or choose another --out");
  checkpoint.info.phases = recipe_text(command);
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

Precision precision_for(const std::string& asked,
                        const std::string& device,
                        const SearchSpace& space) {
  if (asked == "fp32") return Precision::fp32;
  require_usage(device != "cpu" || trunk_length(plan_layers(space, space.largest())) > 0,
                "--precision = bf16, but on CPU it is not made for the layers of the space ",
                space.spec().name,
                "; use fp32");
  return Precision::bf16;
}

}  // namespace

SearchSpace training_space(const TrainCommand& command, const DataSource& source) {
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

void apply_recipe(const RecipeOptions& recipe,
                  const CommonOptions& common,
                  const SearchSpace& space,
                  TrainOptions& options) {
  options.batch_size = static_cast<std::size_t>(recipe.batch);
  options.sgd.momentum = recipe.momentum;
  options.sgd.weight_decay = recipe.weight_decay;
  options.loss.label_smoothing = recipe.label_smoothing;
  options.augmentation = parse_augmentation(recipe.augment);
  options.precision = precision_for(recipe.precision, common.device, space);
  options.target_accuracy = recipe.target_accuracy;
  options.pinned = common.device != "cpu";
  options.seed = common.seed;
}

TrainOptions training_options(const TrainCommand& command,
                              const SearchSpace& space,
                              const std::shared_ptr<RankGroup>& ranks) {
  TrainOptions options;
  options.phases = phases_in_effect(command, space);
  options.scores = scores_of(command.attentive_predictor, space);
  apply_recipe(command.recipe, command.common, space, options);
  options.sgd.transform_decay = command.transform_decay;
  options.sgd.unused =
      command.unused_weights == "keep" ? UnusedWeights::keep : UnusedWeights::decay;
  options.loss.teacher_weight = command.kd_ratio;
  options.teacher = command.teacher_mode == "eval" ? TeacherMode::running : TeacherMode::batch;
  options.evaluations_per_phase = command.evaluations;
  options.norm_statistics =
      command.norm_statistics == "local" ? NormStatistics::local : NormStatistics::synchronized;
  options.ranks = ranks;
  validate(options);
  return options;
}

std::string idle_phases_text(const TrainCommand& command, const TrainOptions& options) {
  const TrainCommand usual;
  const auto defaults = phases_of(usual);
  const auto asked = phases_of(command);
  std::string names;
  for (std::size_t i = 0; i < defaults.size(); ++i) {
    const char* name = asked[i].first;
    const PhaseRecipe& recipe = *asked[i].second;
    const bool idle = std::none_of(options.phases.begin(),
                                   options.phases.end(),
                                   [name](const Phase& phase) { return phase.name == name; });
    const bool given = recipe != *defaults[i].second && recipe.epochs > 0;
    if (idle && given) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  if (names.empty()) return "";
  return "options of " + names + " have no effect: " +
         (command.only.empty() ? "the schedule " + command.schedule + " has no such phase here"
                               : std::string("--only trains one network, in the phase full"));
}

Architecture read_architecture(const SearchSpace& space, const std::filesystem::path& path) {
  const auto lines = parse_architectures(space, read_text_file(path), path.string());
  require_usage(lines.size() == 1,
                path.string(),
                " holds ",
                lines.size(),
                " architectures; one is trained alone, so one line is needed");
  return lines.front();
}

Checkpoint new_training(const TrainCommand& command,
                        const SearchSpace& space,
                        const RunData& data,
                        const TrainOptions& options) {
  const Random random = Random(command.common.seed).fork("weights");
  Checkpoint start{Supernet(space, random), {}, {}};
  start.info.source = "trained";
  if (!command.init.empty()) start_from(command, data, options, start);
  if (const auto& only = options.phases.front().only) {
    const bool fresh = command.init.empty();
    put_subnet(fresh ? random_subnet(space, *only, random) : start.supernet.extract(*only),
               start.supernet);
    start.info.only = to_text(space, *only);
  }
  describe_data(start.info, data);
  start.info.seed = command.common.seed;
  start.info.phases = recipe_text(command);
  return start;
}

Checkpoint starting_point(const TrainCommand& command,
                          const SearchSpace& space,
                          const RunData& data,
                          const TrainOptions& options) {
  const bool exists = has_checkpoint(command.out / kRunSupernetFile);
  require_usage(!exists || command.resume,
                command.out.string(),
                " already holds a supernet; add --resume to go on with it, or choose another "
                "--out");
  return exists ? resumed_training(command, space, data)
                : new_training(command, space, data, options);
}

void describe_data(CheckpointInfo& info, const RunData& data) {
  info.preprocessing = data.parts.preprocessing;
  info.class_names = data.source.class_names;
  info.data_format = data.source.format;
  info.held_out = data.parts.held_out->size();
}

void agree_on_start(const Checkpoint& checkpoint,
                    const RunData& data,
                    const std::filesystem::path& run,
                    const RankGroup& ranks) {
  std::vector<at::Tensor> tensors;
  for (const auto* list : {&checkpoint.supernet.parameters(), &checkpoint.supernet.statistics()}) {
    for (const NamedTensor& named : *list) tensors.push_back(named.tensor);
  }
  const TrainState& state = checkpoint.state;
  tensors.insert(tensors.end(), state.momentum.begin(), state.momentum.end());
  std::string known = text(checkpoint.info.phases, data.parts.train->size(), " ", state.step);
  for (const float mean : data.parts.preprocessing.mean) known += text(" ", mean);
  ranks.require_same(
      known,
      tensors,
      text("the options, images or weights that rank ", ranks.rank(), " begins with"));
  ranks.set_advice("; the last checkpoint, if there is one, is " +
                   (run / kRunSupernetFile).string() +
                   ", from where the same commands with --resume go on");
}

void end_interrupted(const std::filesystem::path& run, Session& session) {
  session.record_energy(run);
  if (session.ranks()) session.ranks()->leave();
  throw Error("interrupted; the state is saved in " + (run / kRunSupernetFile).string() +
                  ", the same command with --resume goes on",
              Failure::interrupted);
}

}  // namespace coppice
