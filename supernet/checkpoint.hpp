// supernet.h5: weights and all training state of a run. The layout is in supernet/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "supernet/supernet.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

/// Highest layout this program writes and reads.
constexpr std::int64_t kCheckpointLayout = 1;

/// What a checkpoint knows beside tensors.
struct CheckpointInfo {
  Preprocessing preprocessing;
  std::vector<std::string> class_names;
  std::string data_format;  ///< "IDX" ..., empty for an imported supernet
  std::string phases;       ///< the phases in effect, for --resume to compare; empty if imported
  std::uint64_t seed = 0;
  std::size_t held_out = 0;  ///< images of the training set that were never trained on
  std::string source;        ///< "trained" or "imported from <file name>"
};

struct Checkpoint {
  Supernet supernet;
  TrainState state;
  CheckpointInfo info;
};

/// Writes anew and renames: a crash leaves the previous file. Throws Error naming the path.
void save_checkpoint(const std::filesystem::path& path,
                     const Supernet& supernet,
                     const TrainState& state,
                     const CheckpointInfo& info);

/// Throws Error when the file is missing, damaged, of a newer layout, or its tensors do not fit
/// the space it names.
[[nodiscard]] Checkpoint load_checkpoint(const std::filesystem::path& path);

/// The space of a checkpoint, without reading its tensors.
[[nodiscard]] SearchSpace load_checkpoint_space(const std::filesystem::path& path);

}  // namespace coppice
