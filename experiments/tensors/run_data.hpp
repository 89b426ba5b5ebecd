// The images of a run, divided the same way by every command.
#pragma once

#include <filesystem>
#include <memory>

#include "experiments/finetune_options.hpp"
#include "experiments/measure_options.hpp"
#include "experiments/train_options.hpp"
#include "supernet/checkpoint.hpp"
#include "supernet/data/dataset.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

struct RunData {
  DataSource source;
  TrainData parts;  ///< training, calibration, held out
};

/// Opens the data, keeps the first `train_images` if asked, holds a part out with the command's
/// seed, and of the rest keeps `train_fraction` percent: smaller parts lie within larger ones.
/// `preprocessing` is measured on the training part unless given.
[[nodiscard]] RunData open_run_data(const TrainCommand& command,
                                    const Preprocessing* preprocessing = nullptr);

/// The test images, prepared as the network needs them.
[[nodiscard]] PreparedImages test_images(const DataSource& source,
                                         const Preprocessing& preprocessing);

/// What decides the division of the data of a fine-tuning, as a training would say it.
[[nodiscard]] TrainCommand data_options(const FinetuneCommand& command);

/// The options that a run was trained with, from its experiment.cfg; of a fine-tuning those that
/// data_options gives. Throws Error naming the run when it has none.
[[nodiscard]] TrainCommand recorded_training(const std::filesystem::path& run);

/// The options that the run's networks were last measured with, else the defaults.
[[nodiscard]] MeasureCommand recorded_measuring(const std::filesystem::path& run);

}  // namespace coppice
