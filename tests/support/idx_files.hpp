// A folder of IDX files that can be learned: bright bars, one direction a class.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/synthetic_dataset.hpp"

namespace coppice {

namespace idx_files {

inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU));
  }
  return bytes;
}

inline void write_part(const std::filesystem::path& folder,
                       const std::string& part,
                       const Dataset& dataset) {
  const auto count = static_cast<std::uint32_t>(dataset.size());
  std::string images = big_endian(0x803) + big_endian(count) + big_endian(16) + big_endian(16);
  std::string labels = big_endian(0x801) + big_endian(count);
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const Sample sample = dataset.get(i);
    images.append(sample.image.pixels.begin(), sample.image.pixels.end());
    labels.push_back(static_cast<char>(sample.label));
  }
  write_bytes(folder / (part + "-images-idx3-ubyte"), images);
  write_bytes(folder / (part + "-labels-idx1-ubyte"), labels);
}

}  // namespace idx_files

/// 16 x 16 grey images in the MNIST family's four files.
inline void write_idx_folder(const std::filesystem::path& folder,
                             std::size_t train,
                             std::size_t test,
                             int classes = 8) {
  idx_files::write_part(folder, "train", SyntheticDataset(train, classes, 1));
  idx_files::write_part(folder, "t10k", SyntheticDataset(test, classes, 2));
}

}  // namespace coppice
