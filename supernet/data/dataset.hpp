// Labelled images: the contract every data source fulfils, and the source that knows them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace coppice {

/// 8-bit image, channels last (height x width x channels, RGB order when there are three).
struct Image {
  int height = 0;
  int width = 0;
  int channels = 0;
  std::vector<std::uint8_t> pixels;  ///< height * width * channels values
};

struct Sample {
  Image image;
  int label = 0;  ///< in [0, classes)
};

/// A fixed sequence of samples. Implementations are immutable: get may be called from many
/// threads at once.
class Dataset {
 public:
  virtual ~Dataset() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// REQUIRES index < size(). Throws Error naming the file when a sample cannot be decoded.
  [[nodiscard]] virtual Sample get(std::size_t index) const = 0;
  /// The label alone, without decoding the image.
  [[nodiscard]] virtual int label(std::size_t index) const = 0;
};

/// What is found at one place: both parts and what is true of every sample in them.
struct DataSource {
  std::shared_ptr<const Dataset> train;
  std::shared_ptr<const Dataset> test;
  std::vector<std::string> class_names;  ///< one a class; "0", "1", ... where none are known
  int channels = 3;                      ///< 1 (grey) or 3 (RGB), the same for every sample
  std::string format;                    ///< "IDX", "CIFAR-10", "CIFAR-100" or "image folder"
};

/// Finds out what lies at `path` and opens it:
/// - a folder with the four IDX files of the MNIST family, plain or gzip;
/// - a folder with CIFAR-10 or CIFAR-100 binary batches;
/// - a folder with `train` and `val` (or `test`) folders, each with one folder of JPEG or PNG
///   images a class.
/// Throws Error saying what was found and what is needed: missing path, a part missing, wrong
/// magic number, truncated file, labels out of range, differing counts, differing classes.
[[nodiscard]] DataSource open_data(const std::filesystem::path& path);

}  // namespace coppice
