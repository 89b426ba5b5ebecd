// The IDX files of the MNIST family (MNIST, Fashion-MNIST, KMNIST, EMNIST), plain or gzip.
// Format: http://yann.lecun.com/exdb/mnist/ - a big-endian magic number 0x0000TTDD (TT = 08 for
// unsigned bytes, DD dimensions), DD 32-bit sizes, then the bytes.
#pragma once

#include <filesystem>

#include "supernet/data/dataset.hpp"

namespace coppice {

/// True when any of the four files lies in the folder: {train,t10k}-{images,labels} followed by
/// "-idx3-ubyte" or ".idx3-ubyte" (idx1 for labels), with or without ".gz".
[[nodiscard]] bool has_idx_files(const std::filesystem::path& folder);

/// Reads all four into memory. IDX carries no class names: they are "0", "1", ... up to the largest
/// label of training. Throws Error naming the file: one missing, truncated, too long, another magic
/// number, differing counts or sizes, a label out of range.
[[nodiscard]] DataSource open_idx(const std::filesystem::path& folder);

}  // namespace coppice
