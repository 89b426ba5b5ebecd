// Reads the weights that PyTorch saves (torch.save of a state_dict), without PyTorch and without
// running the Python program that such a file contains.
//
// Both forms are read: the zip archive of PyTorch >= 1.6 and the older sequence of pickles followed
// by raw storages. Only tensors, collections, numbers, text, bool and None are interpreted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace coppice {

struct StoredTensor {
  std::vector<std::int64_t> shape;  ///< empty for a scalar
  std::vector<float> values;        ///< in row-major order, whatever the strides in the file
};

/// The tensors of the dictionary under "state_dict" if there is one, else of the file's own
/// dictionary. Dictionaries inside it are flattened with '.': {"a": {"b": t}} gives "a.b". Values
/// that are no tensors are passed over. Storages of float, double, half, bfloat16, bool and 8 to 64
/// bit integers are converted to float (integers above 2^24 are rounded).
/// Throws Error naming the path: unreadable, another format, truncated or damaged, a tensor beyond
/// its storage, and any name that a list of weights does not need: "refused: the pickle in FILE
/// asks for 'posix.system', ...".
[[nodiscard]] std::map<std::string, StoredTensor> read_state_dict(
    const std::filesystem::path& path);

}  // namespace coppice
