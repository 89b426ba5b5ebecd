// What a network's images were, for the provenance of its card.
#pragma once

#include <filesystem>
#include <vector>

#include "export/model_card.hpp"

namespace coppice {

/// The files of a data set, each as FOLDER/FILE with its hash, sorted. Of a folder of pictures, too
/// many to be read once more, one entry: the hash of the sorted list of their paths and sizes, and
/// the bytes that they have together. Throws Error naming the path when one cannot be read.
[[nodiscard]] std::vector<CardFile> describe_data(const std::filesystem::path& folder);

}  // namespace coppice
