// Names of the files in a run's folder (the contract's "A run's folder").
#pragma once

#include <filesystem>
#include <memory>

#include "supernet/base/files.hpp"

namespace coppice {

constexpr const char* kRunOptionsFile = "experiment.cfg";
constexpr const char* kRunSupernetFile = "supernet.h5";
constexpr const char* kRunNetworkFile = "network.jsonl";  // of a run that trained one network
constexpr const char* kRunMeasurementsFile = "measurements.h5";
constexpr const char* kRunPredictorsFolder = "predictors";
constexpr const char* kRunSearchFile = "search.h5";
constexpr const char* kRunExportsFolder = "exports";
constexpr const char* kRunEnergyFile = "energy.csv";
// Of a run that trained one network further: rows of the energy.csv of the run that it started
// from.
constexpr const char* kRunPretrainingFile = "pretraining.csv";
constexpr const char* kRunLogFile = "log.jsonl";
constexpr const char* kRunReportFile = "report.html";

/// For commands that go on with a run: throws Error where there is no such folder, before anything
/// makes one by the mistyped name.
void require_run(const std::filesystem::path& run);

/// For commands that write one file: the lock of the run in whose folder, or a folder of that,
/// `file` will lie. None where there is no such run, or it is `locked`, which is held already.
/// Throws Error naming the holder when another process writes that run.
[[nodiscard]] std::unique_ptr<FolderLock> lock_run_around(const std::filesystem::path& file,
                                                          const std::filesystem::path& locked = {});

}  // namespace coppice
