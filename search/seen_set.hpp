// Which architectures a search has evaluated: a set of 64-bit fingerprints, fast and small enough
// for hundreds of millions.
#pragma once

#include <cstdint>
#include <vector>

#include "supernet/space/architecture.hpp"

namespace coppice {

/// Equal architectures have equal fingerprints; among a million different ones two coincide with
/// a probability of 3e-8, and then one of them is skipped as a duplicate. Never 0.
[[nodiscard]] std::uint64_t fingerprint(const Architecture& architecture);

class SeenSet {
 public:
  /// Whether the fingerprint is new; it belongs to the set afterwards.
  bool insert(std::uint64_t fingerprint);
  [[nodiscard]] bool contains(std::uint64_t fingerprint) const;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Ascending, so that equal sets are stored as equal bytes.
  [[nodiscard]] std::vector<std::uint64_t> sorted() const;

 private:
  [[nodiscard]] std::size_t place_of(std::uint64_t fingerprint) const;
  void grow();

  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(1024);  ///< 0: empty
  std::size_t size_ = 0;
};

}  // namespace coppice
