// Names of the files in a run's folder (the contract's "A run's folder").
#pragma once

#include <filesystem>

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

}  // namespace coppice
