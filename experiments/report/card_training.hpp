// What the training of a run's networks took, for their cards.
#pragma once

#include <filesystem>

#include "export/model_card.hpp"

namespace coppice {

/// As energy.csv recorded it, on the machine and grid of the training, which may not be these; of a
/// fine-tuned network also as pretraining.csv tells of the run that it started from. Methods,
/// devices and grids that differ are divided by "; ". Unknown, with the reason, where nothing is
/// recorded. Throws Error naming a damaged file.
[[nodiscard]] Known<CardTraining> training_of_run(const std::filesystem::path& run);

}  // namespace coppice
