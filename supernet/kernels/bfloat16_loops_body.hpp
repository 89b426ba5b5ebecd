// The code behind BFloat16Loops, included once by the source file of each instruction set.
#pragma once

#include "supernet/kernels/bfloat16_loops.hpp"
#include "supernet/kernels/bfloat16_vector.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <int lanes>
void widen(const std::uint16_t* from, std::int64_t count, float* to) {
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) store<lanes>(to + i, widened<lanes>(from + i));
  for (; i < count; ++i) store<1>(to + i, widened<1>(from + i));
}

template <int lanes>
void narrow(const float* from, std::int64_t count, std::uint16_t* to) {
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) store_narrow<lanes>(to + i, load<lanes>(from + i));
  for (; i < count; ++i) store_narrow<1>(to + i, load<1>(from + i));
}

template <int lanes>
constexpr BFloat16Loops kBFloat16Loops{widen<lanes>, narrow<lanes>};

}  // namespace
}  // namespace coppice
