// From the words of a training command to what the trainer needs: space, options, starting weights.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "experiments/tensors/ranks.hpp"
#include "experiments/tensors/run_data.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/train_options.hpp"

namespace coppice {

/// The command's space. Classes and channels come from the data unless the user names them. Throws
/// Error(usage) when those named are not the data's.
[[nodiscard]] SearchSpace training_space(const TrainCommand& command, const DataSource& source);

/// The schedule with the command's numbers in it, for these ranks or one process. Throws
/// Error(usage) naming what is wrong.
[[nodiscard]] TrainOptions training_options(const TrainCommand& command,
                                            const SearchSpace& space,
                                            const std::shared_ptr<RankGroup>& ranks);

/// What to tell the user who gave options of phases that the schedule does not have; empty: none.
[[nodiscard]] std::string idle_phases_text(const TrainCommand& command,
                                           const TrainOptions& options);

/// What training and fine-tuning networks of `space` have in common. Throws Error(usage) when the
/// space cannot be trained in the precision asked for.
void apply_recipe(const RecipeOptions& recipe,
                  const CommonOptions& common,
                  const SearchSpace& space,
                  TrainOptions& options);

/// The one architecture of a file. Throws Error(usage) when there are several.
[[nodiscard]] Architecture read_architecture(const SearchSpace& space,
                                             const std::filesystem::path& path);

/// Fresh weights, or those of the supernet that --init names, with the teacher that a training
/// without its own full phase needs.
[[nodiscard]] Checkpoint new_training(const TrainCommand& command,
                                      const SearchSpace& space,
                                      const RunData& data,
                                      const TrainOptions& options);

/// What training begins with: new_training, or with --resume the run's own state, however it was
/// left. Throws Error(usage) when the run holds a supernet and --resume is missing or the options
/// are others than at its start. The caller holds the run's lock.
[[nodiscard]] Checkpoint starting_point(const TrainCommand& command,
                                        const SearchSpace& space,
                                        const RunData& data,
                                        const TrainOptions& options);

/// What a checkpoint tells about its data.
void describe_data(CheckpointInfo& info, const RunData& data);

/// Makes sure that all ranks begin with the same options, images and state, and tells them how to
/// go on when one is lost. Throws Error otherwise.
void agree_on_start(const Checkpoint& checkpoint,
                    const RunData& data,
                    const std::filesystem::path& run,
                    const RankGroup& ranks);

/// Records what was spent and throws the error that tells how to go on.
[[noreturn]] void end_interrupted(const std::filesystem::path& run, Session& session);

}  // namespace coppice
