// The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky, "Learning Multiple Layers of Features
// from Tiny Images", 2009): records of 1 label byte (CIFAR-100: coarse, fine) and 3 x 32 x 32
// pixel bytes, colour planes first.
#pragma once

#include <filesystem>

#include "supernet/data/dataset.hpp"

namespace coppice {

/// True when the folder, or cifar-10-batches-bin or cifar-100-binary inside it, holds any of the
/// batches: data_batch_1.bin ... data_batch_5.bin and test_batch.bin, or train.bin and test.bin.
[[nodiscard]] bool has_cifar_files(const std::filesystem::path& folder);

/// Reads all batches into memory. CIFAR-100 gives its 100 fine labels. Names come from
/// batches.meta.txt or fine_label_names.txt, else they are "0", "1", ... Throws Error naming the
/// file: one missing, not a whole number of records, a label out of range, a wrong count of names.
[[nodiscard]] DataSource open_cifar(const std::filesystem::path& folder);

}  // namespace coppice
