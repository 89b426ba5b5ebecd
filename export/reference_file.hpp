// reference.h5: a few inputs and the subnet's own logits for them, stored at export so that
// whoever gets the folder can check any runtime without the supernet.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace coppice {

struct ReferenceData {
  std::size_t count = 0;
  std::size_t channels = 0;
  std::size_t size = 0;  ///< height = width in pixels
  std::size_t classes = 0;
  std::vector<float> inputs;         ///< normalised [count, channels, size, size]
  std::vector<float> logits;         ///< [count, classes]
  std::vector<float> int8_logits{};  ///< of the network in 8 bits; empty where it was not exported
};

/// Published atomically; the same data gives the same bytes. Throws Error naming the path, also
/// when sizes disagree.
void write_reference(const ReferenceData& data, const std::filesystem::path& path);

/// Throws Error naming the path: damaged, newer than this program, or sizes that disagree.
[[nodiscard]] ReferenceData read_reference(const std::filesystem::path& path);

}  // namespace coppice
