// A small splittable random generator: the only source of randomness in Coppice.
//
// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
// Its whole state is one 64-bit number, so a stream per component, generation or child costs
// nothing, is saved in one word, and does not depend on the number of threads. The standard
// distributions are implementation-defined; the helpers here give the same values everywhere.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace coppice {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// The next 64 random bits.
  std::uint64_t next();

  /// Uniform in [0, 1), 53 random bits.
  double uniform();

  /// Uniform in {0, ..., count - 1} without modulo bias. REQUIRES count > 0.
  std::uint64_t below(std::uint64_t count);

  /// Normal with mean 0 and standard deviation 1 (Box-Muller; uses two draws, keeps no spare).
  double normal();

  /// An independent stream named by a label or an index; does not advance this one.
  [[nodiscard]] Random fork(std::string_view label) const;
  [[nodiscard]] Random fork(std::uint64_t index) const;

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

  /// Saving and restoring a stream: Random(r.state()) continues exactly where r stands.
  [[nodiscard]] std::uint64_t state() const noexcept { return state_; }

 private:
  std::uint64_t state_;
};

}  // namespace coppice
