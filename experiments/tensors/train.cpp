// `coppice train`: a supernet by progressive shrinking or another schedule.
#include <iostream>
#include <numeric>
#include <optional>

#include "experiments/config_file.hpp"
#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/ranks.hpp"
#include "experiments/tensors/target.hpp"
#include "experiments/tensors/train_preview.hpp"
#include "experiments/tensors/train_result.hpp"
#include "experiments/tensors/train_start.hpp"
#include "experiments/tensors/train_watcher.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// The smallest network at the largest resolution: resolution is a choice of its own.
void measure_result(const Checkpoint& checkpoint,
                    const RunData& data,
                    const TrainOptions& options,
                    Session& session,
                    TrainResult& result) {
  const SearchSpace& space = checkpoint.supernet.space();
  const Phase& first = options.phases.front();
  const Architecture smallest =
      first.only ? *first.only
                 : space.with_resolution(space.smallest(), space.spec().resolutions.back());
  const Architecture largest = largest_of(space, first);
  const PreparedImages test = test_images(data.source, data.parts.preprocessing);
  Progress progress("evaluate",
                    "networks",
                    2,
                    progress_style(session.common().quiet),
                    session.clock(),
                    std::cerr);
  progress.update(0);
  const RankGroup* ranks = options.ranks.get();
  result.largest = network_accuracy(checkpoint.supernet, largest, data, test, ranks);
  progress.update(1);
  result.smallest = smallest == largest
                        ? result.largest
                        : network_accuracy(checkpoint.supernet, smallest, data, test, ranks);
  progress.update(2);
}

TrainResult train_and_measure(const TrainCommand& command,
                              const TrainOptions& options,
                              const RunData& data,
                              Checkpoint& checkpoint,
                              Session& session) {
  const auto steps = phase_steps(options, data.parts.train->size());
  const std::int64_t all = std::accumulate(steps.begin(), steps.end(), std::int64_t{0});
  TrainResult result;
  {
    TrainWatcher watcher({command.out,
                          "train",
                          all,
                          command.recipe.checkpoint_minutes,
                          {command.recipe.target_accuracy, data.parts.held_out->size()}},
                         checkpoint,
                         session);
    result.summary =
        train(checkpoint.supernet, checkpoint.state, data.parts, options, watcher.observer());
    result.energy_at = watcher.energy_at();
  }
  if (result.summary.stopped_because == "interrupted") end_interrupted(command.out, session);
  if (result.summary.stopped_because != "completed" && session.leads()) {
    print_warning(untrained_phases_text(checkpoint.state, options), command.common.quiet);
  }
  try {
    measure_result(checkpoint, data, options, session, result);
  } catch (const Error& error) {
    if (error.failure() == Failure::interrupted) end_interrupted(command.out, session);
    throw;
  }
  result.history = checkpoint.state.history;
  result.weights = command.out / kRunSupernetFile;
  return result;
}

}  // namespace

void run_train(const TrainCommand& given) {
  TrainCommand command = given;
  require_one_process(command.preview);
  const auto ranks = join_ranks(command.common);
  Session session(command.common, command.charge, "train", ranks);
  const RunData data = open_run_data(command);
  const SearchSpace space = training_space(command, data.source);
  const TrainOptions options = training_options(command, space, ranks);
  require_can_be_shown({options.target_accuracy, data.parts.held_out->size()});
  if (session.leads()) print_warning(idle_phases_text(command, options), command.common.quiet);
  if (command.preview.asked()) {
    return print_result(previewed(command.preview,
                                  new_training(command, space, data, options),
                                  data.parts,
                                  options,
                                  session));
  }
  std::optional<FolderLock> lock;
  if (session.leads()) lock.emplace(command.out);
  Checkpoint checkpoint =
      leader_first(ranks, [&] { return starting_point(command, space, data, options); });
  if (ranks) agree_on_start(checkpoint, data, command.out, *ranks);
  if (session.leads()) {
    record_options(command.out, TrainCommand::kName, effective_options(command));
  }
  checkpoint.supernet.to(session.device());
  const TrainResult result = train_and_measure(command, options, data, checkpoint, session);
  const Json spent = session.spent();
  session.record_energy(command.out);
  if (ranks) ranks->leave();
  if (!session.leads()) return;
  print_result(command.common.json ? result_json(result, spent) : result_table(result, spent));
}

}  // namespace coppice
