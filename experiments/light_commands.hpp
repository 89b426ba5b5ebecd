// The commands that need no tensors; each is a file of commands/.
#pragma once

#include "experiments/baseline_options.hpp"
#include "experiments/carbon_options.hpp"
#include "experiments/curves_options.hpp"
#include "experiments/describe_options.hpp"
#include "experiments/device_options.hpp"
#include "experiments/fit_options.hpp"
#include "experiments/predict_options.hpp"
#include "experiments/program.hpp"
#include "experiments/report_options.hpp"
#include "experiments/run_options.hpp"
#include "experiments/search_options.hpp"

namespace coppice {

// Each prints its result on stdout and throws Error when it fails.
void run_describe(const DescribeCommand& command);
void run_fit(const FitCommand& command);
void run_predict(const PredictCommand& command);
void run_search(const SearchCommand& command);
/// Returns the exit code of the training that failed, or 0.
[[nodiscard]] int run_baseline(const BaselineCommand& command);
void run_carbon(const CarbonCommand& command);
void run_curves(const CurvesCommand& command);
void run_device(const DeviceCommand& command);
void run_report(const ReportCommand& command);
/// Returns the exit code of the step that failed, or 0.
[[nodiscard]] int run_experiment(const RunCommand& command);

/// All of them.
[[nodiscard]] Runners light_runners();

}  // namespace coppice
