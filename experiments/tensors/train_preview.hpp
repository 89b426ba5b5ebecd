// What `coppice train` can tell before it trains: its cost, and a learning rate.
#pragma once

#include <string>

#include "experiments/tensors/session.hpp"
#include "supernet/checkpoint.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

/// Measures a few steps of each phase and returns the forecast, as JSON or as a table. The supernet
/// is worth nothing afterwards.
[[nodiscard]] std::string dry_run(Supernet& supernet,
                                  const TrainData& data,
                                  const TrainOptions& options,
                                  Session& session);

/// Tests learning rates and returns the one to use, with what the test cost, as JSON or as text.
/// The supernet of `start` is worth nothing afterwards.
[[nodiscard]] std::string find_rate(Checkpoint& start,
                                    const TrainData& data,
                                    const TrainOptions& options,
                                    Session& session);

}  // namespace coppice
