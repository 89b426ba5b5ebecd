#include "supernet/kernels/dense.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <utility>

#include "supernet/base/random.hpp"
#include "supernet/kernels/dense_loops.hpp"
#include "supernet/kernels/instruction_set.hpp"

namespace coppice {
namespace {

using Floats = std::vector<float>;

Floats random_floats(std::int64_t count, Random random) {
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

std::vector<const DenseLoops*> runnable_loops() {
  std::vector<const DenseLoops*> loops{&dense_four_lanes()};
#ifdef COPPICE_X86_KERNELS
  if (instruction_set() != InstructionSet::portable) loops.push_back(&dense_eight_lanes());
  if (instruction_set() == InstructionSet::avx512) loops.push_back(&dense_sixteen_lanes());
#endif
  return loops;
}

TEST(Dense, EveryInstructionSetFollowsTheDefinition) {
  for (const DenseLoops* loops : runnable_loops()) {
    const DenseShape shape{3 * loops->tile_rows, 37, 2 * loops->panel, 41, true};
    const Floats x = random_floats(shape.rows * shape.x_stride, Random(1));
    const Floats panels = random_floats(shape.inputs * shape.outputs, Random(2));
    const Floats bias = random_floats(shape.outputs, Random(3));
    Floats y(static_cast<std::size_t>(shape.rows * shape.outputs), -1.0F);
    loops->multiply(shape, x.data(), panels.data(), bias.data(), y.data());
    for (std::int64_t r = 0; r < shape.rows; ++r) {
      for (std::int64_t o = 0; o < shape.outputs; ++o) {
        double sum = bias[static_cast<std::size_t>(o)];
        for (std::int64_t i = 0; i < shape.inputs; ++i) {
          const std::int64_t weight =
              (o / loops->panel * shape.inputs + i) * loops->panel + o % loops->panel;
          sum += static_cast<double>(x[static_cast<std::size_t>(r * shape.x_stride + i)]) *
                 static_cast<double>(panels[static_cast<std::size_t>(weight)]);
        }
        ASSERT_NEAR(
            y[static_cast<std::size_t>(r * shape.outputs + o)], std::max(0.0, sum), 1e-5 * 37);
      }
    }
  }
}

float rounded(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  bits = (bits + 0x7fffU + ((bits >> 16U) & 1U)) & 0xffff0000U;
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

// Two sizes: a last pair of inputs with one missing, outputs beyond a panel.
TEST(Dense, ARoughLayerIsTheLayerOfRoundedNumbers) {
  if (!has_rough_dense()) GTEST_SKIP() << "this processor has no products of bfloat16";
  for (const auto& [inputs, outputs] : {std::pair{37, 91}, std::pair{400, 400}}) {
    Floats weights = random_floats(std::int64_t{inputs} * outputs, Random(1));
    const Floats bias = random_floats(outputs, Random(2));
    const std::int64_t rows = 3 * dense_tile_rows();
    const auto width = static_cast<std::size_t>(dense_padded(inputs));
    AlignedFloats x(static_cast<std::size_t>(rows) * width);
    Random random(3);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (int i = 0; i < inputs; ++i) {
        x.data()[static_cast<std::size_t>(r) * width + static_cast<std::size_t>(i)] =
            static_cast<float>(random.normal());
      }
    }
    const RoughDenseLayer rough(weights, bias);
    for (float& weight : weights) weight = rounded(weight);
    const DenseLayer exact(weights, bias);
    AlignedFloats scratch(x.size());
    AlignedFloats found(static_cast<std::size_t>(rows * dense_padded(outputs)));
    AlignedFloats expected(found.size());
    rough.apply_rectified(x.data(), rows, scratch.data(), found.data());
    for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = rounded(x.data()[i]);
    exact.apply_rectified(x.data(), rows, expected.data());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found.data()[i], expected.data()[i], 1e-3) << inputs << " " << i;
    }
  }
}

TEST(Dense, SumsAndDotsOfEveryInstructionSetFollowTheDefinition) {
  for (const DenseLoops* loops : runnable_loops()) {
    const std::int64_t width = 2 * loops->panel;
    const Floats a = random_floats(width, Random(4));
    const Floats b = random_floats(width, Random(5));
    Floats y(a.size());
    const float* rows[] = {a.data(), b.data(), a.data()};
    loops->sum_rows(rows, 3, width, y.data());
    double dot = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_FLOAT_EQ(y[i], std::max(0.0F, a[i] + b[i] + a[i]));
      dot += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    EXPECT_NEAR(loops->dot(a.data(), b.data(), width), dot, 1e-4);
  }
}

TEST(Dense, ALayerPadsItsInputsAndOutputs) {
  constexpr std::int64_t kInputs = 3;
  constexpr std::int64_t kOutputs = 2;
  const DenseLayer layer({1, 2, 3, -1, -1, -1}, {0.5F, 1});
  EXPECT_EQ(layer.inputs(), kInputs);
  EXPECT_EQ(layer.outputs(), kOutputs);
  const std::int64_t rows = dense_tile_rows();
  AlignedFloats x(static_cast<std::size_t>(rows * dense_padded(kInputs)));
  AlignedFloats y(static_cast<std::size_t>(rows * dense_padded(kOutputs)));
  for (std::int64_t i = 0; i < kInputs; ++i) x.data()[i] = static_cast<float>(i + 1);
  layer.apply_rectified(x.data(), rows, y.data());
  EXPECT_EQ(y.data()[0], 14.5F);
  EXPECT_EQ(y.data()[1], 0.0F);
  EXPECT_EQ(y.data()[kOutputs], 0.0F);
  EXPECT_EQ(y.data()[dense_padded(kOutputs)], 0.5F);
}

TEST(Dense, ARowsResultDoesNotDependOnItsNeighbours) {
  constexpr std::int64_t kInputs = 400;
  const DenseLayer layer(random_floats(kInputs * kInputs, Random(6)),
                         random_floats(kInputs, Random(7)));
  const std::int64_t width = dense_padded(kInputs);
  const std::int64_t tile = dense_tile_rows();
  AlignedFloats many(static_cast<std::size_t>(4 * tile * width));
  const Floats filling = random_floats(4 * tile * width, Random(8));
  std::copy(filling.begin(), filling.end(), many.data());
  AlignedFloats alone(static_cast<std::size_t>(tile * width));
  const std::int64_t row = 2 * tile + 1;
  std::copy_n(many.data() + row * width, width, alone.data());
  AlignedFloats of_many(many.size());
  AlignedFloats of_alone(alone.size());
  layer.apply_rectified(many.data(), 4 * tile, of_many.data());
  layer.apply_rectified(alone.data(), tile, of_alone.data());
  for (std::int64_t o = 0; o < kInputs; ++o) {
    ASSERT_EQ(of_many.data()[row * width + o], of_alone.data()[o]);
  }
}

}  // namespace
}  // namespace coppice
