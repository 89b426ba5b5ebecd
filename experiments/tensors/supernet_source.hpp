// The networks that a command takes out of a run or a bare supernet file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/network_options.hpp"
#include "experiments/tensors/run_data.hpp"
#include "supernet/checkpoint.hpp"

namespace coppice {

/// A supernet, the run it belongs to if any, and the asked architectures.
struct SupernetSource {
  Checkpoint checkpoint;
  std::optional<TrainCommand> training;  ///< of a run
  std::vector<Architecture> architectures;
};

/// Throws Error when the files cannot be read, Error(usage) when an architecture is not of the
/// supernet's space.
[[nodiscard]] SupernetSource open_supernet(const NetworkOptions& network);

/// Images that belong to a source; null where there are none.
struct SourceImages {
  std::shared_ptr<const PreparedImages> calibration;  ///< batch norm is recalibrated on them
  std::shared_ptr<const PreparedImages> held_out;     ///< not trained on
  std::shared_ptr<const PreparedImages> test;         ///< of a run only
  std::string dataset;                                ///< name of the test images' set
};

/// From `folder` (a data set) if given, else the run's own; test images are always the run's.
[[nodiscard]] SourceImages open_images(const SupernetSource& source,
                                       const std::filesystem::path& folder);

}  // namespace coppice
