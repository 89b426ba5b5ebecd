// card.json read back.
#pragma once

#include <filesystem>

#include "export/model_card.hpp"

namespace coppice {

/// What reports and verification need of it: name, space, architecture, sizes, batch norm,
/// preprocessing, accuracy, latency, inference, training and files; null values come back with
/// their reason. What early programs did not write is derived (export/FORMAT.md) or unknown. Throws
/// Error naming the path when it is no card, damaged, or newer than this program.
[[nodiscard]] ModelCard read_model_card(const std::filesystem::path& card_json);

}  // namespace coppice
