// Which of the separately compiled loops this processor can run.
#pragma once

namespace coppice {

enum class InstructionSet {
  portable,  ///< plain vectors of four floats
  avx2,      ///< x86-64 with AVX2 and FMA
  avx512     ///< x86-64 with AVX-512 F, VL, BW and DQ
};

/// The best one that both this program and this processor have. Found once.
[[nodiscard]] InstructionSet instruction_set();

/// Whether both also have products of bfloat16 (AVX512_BF16).
[[nodiscard]] bool has_bfloat16_products();

}  // namespace coppice
