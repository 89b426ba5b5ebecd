// The images of a run, divided the same way by every command.
#pragma once

#include <filesystem>
#include <memory>

#include "experiments/train_options.hpp"
#include "supernet/checkpoint.hpp"
#include "supernet/data/dataset.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

struct RunData {
  DataSource source;
  TrainData parts;  ///< training, calibration, held out
};

/// Opens the data, keeps the first `train_images` if asked, and holds a part out with the
/// command's seed. `preprocessing` is measured on the training part unless given.
[[nodiscard]] RunData open_run_data(const TrainCommand& command,
                                    const Preprocessing* preprocessing = nullptr);

/// The test images, prepared as the network needs them.
[[nodiscard]] PreparedImages test_images(const DataSource& source,
                                         const Preprocessing& preprocessing);

/// The options that a run was trained with, from its experiment.cfg. Throws Error naming the run
/// when it has none.
[[nodiscard]] TrainCommand recorded_training(const std::filesystem::path& run);

}  // namespace coppice
