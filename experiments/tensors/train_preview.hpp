// What a training can tell instead of being done: its cost, and a learning rate.
#pragma once

#include <string>

#include "experiments/recipe_options.hpp"
#include "experiments/tensors/session.hpp"
#include "supernet/checkpoint.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

/// With dry_run measures a few steps of each phase and returns the forecast; with find_rate tests
/// learning rates and returns the one to use, with what the test cost. JSON or text, as the session
/// is asked for.
[[nodiscard]] std::string previewed(const PreviewOptions& preview,
                                    Checkpoint start,
                                    const TrainData& data,
                                    const TrainOptions& options,
                                    Session& session);

/// Throws Error(usage) when several ranks are asked for what one process does.
void require_one_process(const PreviewOptions& preview);

}  // namespace coppice
