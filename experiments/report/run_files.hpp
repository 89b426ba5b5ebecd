// Readers of the files of a run that no library reads whole without tensors or a search problem.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/report/run_summary.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

// Each throws Error naming the path when the file is missing, foreign, damaged or newer than this
// program.

/// supernet.h5 without its tensors.
[[nodiscard]] TrainingRecord read_training(const std::filesystem::path& path);
[[nodiscard]] SearchRecord read_search(const std::filesystem::path& path);
[[nodiscard]] PredictorRecord read_predictor(const std::filesystem::path& path);
[[nodiscard]] std::vector<StepRecord> read_steps(const std::filesystem::path& path);

/// The space that an HDF5 file of a run describes; none when it does not.
[[nodiscard]] std::optional<SearchSpace> space_in(const std::filesystem::path& path);

/// The grids named in an energy.csv, each once: "472.94 g CO2e/kWh (World, 2024, ...)".
[[nodiscard]] std::vector<std::string> read_grids(const std::filesystem::path& path);

/// The evaluations in log.jsonl that say what had been spent by then.
[[nodiscard]] std::vector<EnergyPoint> read_energy_curve(const std::filesystem::path& path);

/// Times of the first and the last event of log.jsonl; empty where a line has none.
[[nodiscard]] std::pair<std::string, std::string> read_log_span(const std::filesystem::path& path);

}  // namespace coppice
