// supernet.h5: weights and all training state of a run. The layout is in supernet/README.md.
//
// A checkpoint ends in a checksum of all its bytes (base/seal.hpp). Saving keeps the one before
// beside it, so that two are there: whatever happens to one, training goes on from the other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "supernet/base/checkpoint_layout.hpp"
#include "supernet/supernet.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

/// What a checkpoint knows beside tensors.
struct CheckpointInfo {
  Preprocessing preprocessing;
  std::vector<std::string> class_names;
  std::string data_format;  ///< "IDX" ..., empty for an imported supernet
  std::string phases;       ///< the phases in effect, for --resume to compare; empty if imported
  std::uint64_t seed = 0;
  std::size_t held_out = 0;  ///< images of the training set that were never trained on
  std::string source;        ///< "trained" or "imported from <file name>"
  std::string only;          ///< the one architecture (as text) that was trained; empty: all
};

struct Checkpoint {
  Supernet supernet;
  TrainState state;
  CheckpointInfo info;
};

/// "supernet.previous.h5" for "supernet.h5".
[[nodiscard]] std::filesystem::path previous_checkpoint(const std::filesystem::path& path);

/// Writes anew and renames; what was there stays as previous_checkpoint(path). A crash leaves one
/// good file at `path` at every moment. Throws Error naming the path.
void save_checkpoint(const std::filesystem::path& path,
                     const Supernet& supernet,
                     const TrainState& state,
                     const CheckpointInfo& info);

/// Throws Error when the file is missing, damaged, of a newer layout, or its tensors do not fit
/// the space it names. Where the one before is there, the message says so.
[[nodiscard]] Checkpoint load_checkpoint(const std::filesystem::path& path);

/// A checkpoint to go on from, and what the user should know about where it comes from.
struct RestoredCheckpoint {
  Checkpoint checkpoint;
  std::string warning;  ///< names both files when `path` was not usable; else empty
};

/// The checkpoint at `path`, or the one before when that is damaged or gone. A damaged file moves
/// to "supernet.damaged.h5", so that saving does not take it for a good one. For the holder of
/// the run's lock. Throws Error of load_checkpoint when neither is usable, and when `path` may not
/// be read or was written by a newer program: then nothing moves.
[[nodiscard]] RestoredCheckpoint restore_checkpoint(const std::filesystem::path& path);

/// Whether there is anything to restore.
[[nodiscard]] bool has_checkpoint(const std::filesystem::path& path);

}  // namespace coppice
