// The commands that need tensors; each is a file of tensors/.
#pragma once

#include "experiments/export_options.hpp"
#include "experiments/finetune_options.hpp"
#include "experiments/import_options.hpp"
#include "experiments/measure_options.hpp"
#include "experiments/program.hpp"
#include "experiments/search_options.hpp"
#include "experiments/spike_options.hpp"
#include "experiments/train_options.hpp"
#include "experiments/verify_options.hpp"

namespace coppice {

/// All of them.
[[nodiscard]] Runners tensor_runners();

void run_export(const ExportCommand& command);
void run_finetune(const FinetuneCommand& command);
void run_import(const ImportCommand& command);
void run_measure(const MeasureCommand& command);
/// With --measure.
void run_measured_search(const SearchCommand& command);
void run_spike(const SpikeCommand& command);
void run_train(const TrainCommand& command);
void run_verify(const VerifyCommand& command);

}  // namespace coppice
