// What a training has come to, as JSON and as a table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "experiments/tensors/network_accuracy.hpp"
#include "experiments/tensors/session.hpp"
#include "supernet/training/learning_curve.hpp"

namespace coppice {

struct TrainResult {
  TrainSummary summary;
  NetworkAccuracy smallest;
  NetworkAccuracy largest;
  std::vector<HistoryRow> history;
  std::map<std::int64_t, double> energy_at;  ///< joules of the run by step of an evaluation
  std::filesystem::path weights;
};

/// The evaluations whose energy is known, as a learning curve of the largest network.
[[nodiscard]] std::vector<CurvePoint> learning_curve(
    const std::vector<HistoryRow>& history, const std::map<std::int64_t, double>& energy_at);

/// The document of --json. `spent` becomes its key `run`, with rates and the curve added.
[[nodiscard]] std::string result_json(const TrainResult& result, Json spent);

[[nodiscard]] std::string result_table(const TrainResult& result, const Json& spent);

}  // namespace coppice
