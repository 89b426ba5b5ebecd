// Rows of channels as they lie in memory between layers: floats, or bfloat16 in half the space.
#pragma once

#include <cstdint>

namespace coppice {

/// bfloat16: the upper half of a float's bits, rounded to nearest even.
enum class Format { float32, bfloat16 };

struct Stored {
  void* data = nullptr;
  Format format = Format::float32;
};

/// Values to be read by loops that take both formats.
struct StoredValues {
  const void* data = nullptr;
  Format format = Format::float32;
};

/// From the `first` on.
[[nodiscard]] StoredValues values_at(const StoredValues& from, std::int64_t first);
[[nodiscard]] StoredValues values_at(const Stored& from, std::int64_t first);

/// `count` values from the `first` on as floats: in `to`, or where they lie when they are floats.
const float* read_values(const Stored& from, std::int64_t first, std::int64_t count, float* to);

/// Where values from the `first` on can be written as floats: their place in memory, or `scratch`.
/// store_values then brings them there.
[[nodiscard]] float* values_to_write(const Stored& to, std::int64_t first, float* scratch);
void store_values(const float* values, std::int64_t count, const Stored& to, std::int64_t first);

/// values[i] += what is stored from the `first` on; `scratch` holds as many floats.
void add_stored(
    const Stored& from, std::int64_t first, std::int64_t count, float* scratch, float* values);

}  // namespace coppice
