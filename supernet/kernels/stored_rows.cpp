#include "supernet/kernels/stored_rows.hpp"

#include <algorithm>

#include "supernet/kernels/bfloat16_loops.hpp"
#include "supernet/kernels/instruction_set.hpp"

namespace coppice {

const BFloat16Loops& bfloat16_loops() {
#ifdef COPPICE_X86_KERNELS
  if (has_bfloat16_products()) return bfloat16_by_instruction();
  if (instruction_set() == InstructionSet::avx512) return bfloat16_sixteen_lanes();
  if (instruction_set() == InstructionSet::avx2) return bfloat16_eight_lanes();
#endif
  return bfloat16_four_lanes();
}

StoredValues values_at(const StoredValues& from, std::int64_t first) {
  if (from.format == Format::float32) return {static_cast<const float*>(from.data) + first};
  return {static_cast<const std::uint16_t*>(from.data) + first, Format::bfloat16};
}

StoredValues values_at(const Stored& from, std::int64_t first) {
  return values_at(StoredValues{from.data, from.format}, first);
}

const float* read_values(const Stored& from, std::int64_t first, std::int64_t count, float* to) {
  if (from.format == Format::float32) return static_cast<const float*>(from.data) + first;
  bfloat16_loops().widen(static_cast<const std::uint16_t*>(from.data) + first, count, to);
  return to;
}

float* values_to_write(const Stored& to, std::int64_t first, float* scratch) {
  return to.format == Format::float32 ? static_cast<float*>(to.data) + first : scratch;
}

void store_values(const float* values, std::int64_t count, const Stored& to, std::int64_t first) {
  if (to.format == Format::bfloat16) {
    return bfloat16_loops().narrow(values, count, static_cast<std::uint16_t*>(to.data) + first);
  }
  float* target = static_cast<float*>(to.data) + first;
  if (target != values) std::copy(values, values + count, target);
}

void add_stored(
    const Stored& from, std::int64_t first, std::int64_t count, float* scratch, float* values) {
  const float* stored = read_values(from, first, count, scratch);
  for (std::int64_t i = 0; i < count; ++i) values[i] += stored[i];
}

}  // namespace coppice
