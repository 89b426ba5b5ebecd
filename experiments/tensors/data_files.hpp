// What a network's images were, for the provenance of its card.
#pragma once

#include <filesystem>
#include <vector>

#include "export/model_card.hpp"

namespace coppice {

/// The files of a data set, each as FOLDER/FILE with its hash, sorted. Of a folder of pictures one
/// entry: the bytes that they have together, and the hash of what sha256sum prints of them, sorted
/// by path; above 10 GB, too much to be read once more, of the list of their paths and sizes.
/// Throws Error naming the path when one cannot be read.
[[nodiscard]] std::vector<CardFile> describe_data(const std::filesystem::path& folder);

}  // namespace coppice
