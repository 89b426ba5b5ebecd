// All loops that this processor can run, in both formats, against their definition in double.
#include "supernet/kernels/norm_loops.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "supernet/kernels/bfloat16_loops.hpp"
#include "supernet/kernels/instruction_set.hpp"
#include "tests/support/lazy_problem.hpp"

namespace coppice {
namespace {

template <class Loops>
struct Named {
  std::string name;
  const Loops* loops;
};

std::vector<Named<NormLoops>> all_norm_loops() {
  std::vector<Named<NormLoops>> all{{"portable", &norm_four_lanes()}};
#ifdef COPPICE_X86_KERNELS
  if (instruction_set() != InstructionSet::portable) all.push_back({"avx2", &norm_eight_lanes()});
  if (instruction_set() == InstructionSet::avx512) {
    all.push_back({"avx512", &norm_sixteen_lanes()});
  }
  if (has_bfloat16_products()) all.push_back({"bf16", &norm_by_bfloat16_instruction()});
#endif
  return all;
}

std::vector<Named<BFloat16Loops>> all_bfloat16_loops() {
  std::vector<Named<BFloat16Loops>> all{{"portable", &bfloat16_four_lanes()}};
#ifdef COPPICE_X86_KERNELS
  if (instruction_set() != InstructionSet::portable) {
    all.push_back({"avx2", &bfloat16_eight_lanes()});
  }
  if (instruction_set() == InstructionSet::avx512) {
    all.push_back({"avx512", &bfloat16_sixteen_lanes()});
  }
  if (has_bfloat16_products()) all.push_back({"bf16", &bfloat16_by_instruction()});
#endif
  return all;
}

// One image, so that the gate is one number a channel; widths that fill vectors and that do not.
struct Problem : LazyProblem {
  Problem(std::int64_t rows, std::int64_t width, Format stored_format)
      : LazyProblem(1, rows, width, true, Random(static_cast<std::uint64_t>(width))) {
    store_as(stored_format);
    block.x = values_at(lazy().stored, 0);
    block.gradient = values_at(lazy_gradient().of_value, 0);
    block.rows = rows;
    block.channels = width;
    block.activation = Nonlinearity::h_swish;
    norm = lazy().norm;
  }
  RowBlock block;
  ChannelScale norm;
};

template <class Check>
void for_all(Check check) {
  for (const auto& [name, loops] : all_norm_loops()) {
    for (const Format format : kFormats) {
      for (const std::int64_t width : {1, 7, 16, 45, 96}) {
        SCOPED_TRACE(name + (format == Format::bfloat16 ? " of bfloat16, " : " of floats, ") +
                     std::to_string(width) + " channels");
        Problem problem(11, width, format);
        check(*loops, problem);
      }
    }
  }
}

Floats wide(const std::vector<std::uint16_t>& half) {
  Floats values(half.size());
  bfloat16_four_lanes().widen(half.data(), static_cast<std::int64_t>(half.size()), values.data());
  return values;
}

TEST(NormLoops, NormaliseActivatesAndGates) {
  for_all([](const NormLoops& loops, Problem& p) {
    Doubles plain;
    Doubles gated;
    for (std::size_t i = 0; i < p.size(); ++i) {
      plain.push_back(p.activated(i));
      gated.push_back(p.value(i));
    }
    Floats found(p.size());
    loops.normalise(p.block, p.norm, nullptr, found.data());
    EXPECT_LT(relative_difference(found, plain), 1e-6);
    loops.normalise(p.block, p.norm, p.gate.data(), found.data());
    EXPECT_LT(relative_difference(found, gated), 1e-6);
    if (loops.normalise_to_half == nullptr) return;
    std::vector<std::uint16_t> half(p.size());
    loops.normalise_to_half(p.block, p.norm, p.gate.data(), half.data());
    EXPECT_LT(relative_difference(wide(half), gated), 1.0 / 256);
  });
}

TEST(NormLoops, GradientsGoBackThroughActivationAndStatistics) {
  for_all([](const NormLoops& loops, Problem& p) {
    const auto channels = static_cast<std::size_t>(p.channels);
    Doubles expected;
    Doubles sums(2 * channels);
    for (std::size_t i = 0; i < p.size(); ++i) {
      const std::size_t c = p.channel(i);
      const double g = p.behind(i, static_cast<double>(p.gradient[i]));
      const auto distance = static_cast<double>(p.stored[i]) - static_cast<double>(p.mean[c]);
      expected.push_back(
          (g - static_cast<double>(p.offset[c]) - distance * static_cast<double>(p.slope[c])) *
          static_cast<double>(p.scale[c]));
      sums[c] += g;
      sums[channels + c] += g * distance;
    }
    const ChannelSlope slope{p.offset.data(), p.slope.data()};
    Floats found(p.size());
    loops.input_gradient(p.block, p.norm, slope, found.data());
    EXPECT_LT(relative_difference(found, expected), 1e-6);
    Floats scratch(2 * channels);
    Doubles totals(2 * channels);
    loops.add_gradients(p.block, p.norm, scratch.data(), totals.data());
    EXPECT_LT(relative_difference(totals, sums), 1e-6);
    if (loops.input_gradient_to_half == nullptr) return;
    std::vector<std::uint16_t> half(p.size());
    loops.input_gradient_to_half(p.block, p.norm, slope, half.data());
    EXPECT_LT(relative_difference(wide(half), expected), 1.0 / 256);
  });
}

TEST(NormLoops, WhatIsNoNumberStaysSo) {
  for_all([](const NormLoops& loops, Problem& p) {
    for (float& shift : p.shift) shift = std::numeric_limits<float>::quiet_NaN();
    Floats found(p.size());
    loops.normalise(p.block, p.norm, nullptr, found.data());
    for (const float value : found) EXPECT_TRUE(std::isnan(value));
    if (loops.normalise_to_half == nullptr) return;
    std::vector<std::uint16_t> half(p.size());
    loops.normalise_to_half(p.block, p.norm, nullptr, half.data());
    for (const float value : wide(half)) EXPECT_TRUE(std::isnan(value));
  });
}

TEST(BFloat16Loops, RoundToNearestEvenAndKeepWhatIsNoNumber) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Halfway between two neighbours to the even one; a little more goes up.
  const Floats values{1.0F,
                      1.00390625F,  // 1 + 2^-8: halfway to 1 + 2^-7
                      1.01171875F,  // 1 + 3 * 2^-8: halfway to 1 + 2^-6
                      1.003907F,
                      -1.00390625F,
                      kInfinity,
                      -kInfinity,
                      3.4e38F};
  const Floats expected{1.0F, 1.0F, 1.015625F, 1.0078125F, -1.0F, kInfinity, -kInfinity, kInfinity};
  for (const auto& [name, loops] : all_bfloat16_loops()) {
    SCOPED_TRACE(name);
    // Five times eight: vectors and what is left of them.
    Floats many;
    Floats rounded;
    for (int i = 0; i < 5; ++i) {
      many.insert(many.end(), values.begin(), values.end());
      rounded.insert(rounded.end(), expected.begin(), expected.end());
    }
    many.push_back(std::numeric_limits<float>::quiet_NaN());
    std::vector<std::uint16_t> half(many.size());
    Floats found(many.size());
    const auto count = static_cast<std::int64_t>(many.size());
    loops->narrow(many.data(), count, half.data());
    loops->widen(half.data(), count, found.data());
    EXPECT_TRUE(std::isnan(found.back()));
    found.pop_back();
    EXPECT_EQ(found, rounded);
  }
}

}  // namespace
}  // namespace coppice
