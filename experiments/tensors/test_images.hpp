// A data set's test images in every runtime, counted against an export's card.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "export/model_card.hpp"
#include "export/verify.hpp"

namespace coppice {

/// What one runtime makes of the test images.
struct TestCount {
  std::string runtime;
  std::string file;
  std::int64_t correct = 0;
  std::int64_t expected = 0;  ///< correct ones by the card
  std::int64_t images = 0;
  /// Percent, with the first of the list, a float32 file where there is one; 100 for itself.
  double top1_agreement = 0;
  /// Images whose two best classes differ by less than float32 runtimes do: rounding decides them.
  /// In 8 bits one in 200 images.
  std::int64_t undecided = 0;
  /// Correct and expected differ by no more than the undecided images; so do, in float32, the
  /// classes of the first runtime and of this one.
  bool ok = false;
};

/// Prepares the test images of `data` as the card says and runs every runtime whose file the card
/// lists. Throws Error naming the data when the card knows no accuracy or preprocessing, or the
/// images are not those: other channels, classes or number. `done` hears after every batch how many
/// images of how many all runtimes have seen.
[[nodiscard]] std::vector<TestCount> count_test_images(
    const std::filesystem::path& folder,
    const std::filesystem::path& data,
    const std::vector<Runtime>& runtimes,
    const std::function<void(std::int64_t images, std::int64_t all)>& done);

}  // namespace coppice
