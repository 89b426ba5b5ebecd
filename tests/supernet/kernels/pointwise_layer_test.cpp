#include "supernet/kernels/pointwise_layer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <tuple>

#include "tests/support/lazy_problem.hpp"

namespace coppice {
namespace {

struct Shape {
  std::int64_t images, pixels, ins, outs;
  bool gated;
};

// Widths that fill vectors and panels, and that do not; rows in one group and in many.
const std::vector<Shape> kShapes{{1, 1, 1, 1, false},
                                 {2, 9, 16, 24, true},
                                 {3, 49, 40, 72, true},
                                 {2, 100, 13, 7, false},
                                 {4, 300, 24, 16, true},
                                 {2, 16, 200, 90, false}};

struct Layer {
  explicit Layer(const Shape& s, Format format = Format::float32)
      : shape(s),
        in(s.images, s.pixels, s.ins, s.gated, Random(1)),
        out(s.images, s.pixels, s.outs, s.gated, Random(2)),
        row(s.ins + 3),
        weight(random_floats(s.outs * row, Random(3))) {
    in.store_as(format);
    out.store_as(format);
  }

  [[nodiscard]] PointwiseWeight matrix(const GemmLoops& loops) const {
    return {{weight.data(), row, shape.outs, shape.ins}, &loops};
  }
  [[nodiscard]] std::size_t rows() const {
    return static_cast<std::size_t>(shape.images * shape.pixels);
  }
  [[nodiscard]] double tap(std::size_t o, std::size_t i) const {
    return static_cast<double>(weight[o * static_cast<std::size_t>(row) + i]);
  }

  Shape shape;
  LazyProblem in;
  LazyProblem out;  // its stored values and gradients; `out.stored` is not what the layer yields
  std::int64_t row;
  Floats weight;
};

Doubles expected_output(const Layer& layer) {
  const auto ins = static_cast<std::size_t>(layer.shape.ins);
  const auto outs = static_cast<std::size_t>(layer.shape.outs);
  Doubles result(layer.rows() * outs);
  for (std::size_t r = 0; r < layer.rows(); ++r) {
    for (std::size_t o = 0; o < outs; ++o) {
      for (std::size_t i = 0; i < ins; ++i) {
        result[r * outs + o] += layer.in.value(r * ins + i) * layer.tap(o, i);
      }
    }
  }
  return result;
}

// Products of bfloat16 or of floats, and how images are stored.
class PointwiseLayer : public testing::TestWithParam<std::tuple<bool, Format>> {
 protected:
  // The loops under test: those on bfloat16 where there are some, else those on floats.
  static const GemmLoops& loops() {
    return std::get<0>(GetParam()) && bfloat16_gemm_loops() != nullptr ? *bfloat16_gemm_loops()
                                                                       : float_gemm_loops();
  }
  static double tolerance() { return loops().values == 2 ? 0.01 : 1e-5; }
};

TEST_P(PointwiseLayer, IsTheProductOfValuesAndWeights) {
  for (const Shape& shape : kShapes) {
    Layer layer(shape, std::get<1>(GetParam()));
    Floats out(layer.rows() * static_cast<std::size_t>(shape.outs));
    const auto totals = pointwise_forward(
        layer.in.lazy(), layer.matrix(loops()), {out.data(), Format::float32}, run_serially);
    EXPECT_LT(relative_difference(out, expected_output(layer)), tolerance());
    Doubles sums(2 * static_cast<std::size_t>(shape.outs));
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto x = static_cast<double>(out[i]);
      sums[i % static_cast<std::size_t>(shape.outs)] += x;
      sums[static_cast<std::size_t>(shape.outs) + i % static_cast<std::size_t>(shape.outs)] +=
          x * x;
    }
    EXPECT_LT(relative_difference(totals, sums), 1e-5);
  }
}

TEST_P(PointwiseLayer, GivesBothGradientsAndTheSumsBehindThem) {
  for (const Shape& shape : kShapes) {
    Layer layer(shape, std::get<1>(GetParam()));
    const auto ins = static_cast<std::size_t>(shape.ins);
    const auto outs = static_cast<std::size_t>(shape.outs);
    const auto row = static_cast<std::size_t>(layer.row);
    // Gradients are added to what is there.
    Floats of_weight(outs * row, 1.0F);
    Floats of_input(layer.rows() * ins, 2.0F);
    Doubles totals(2 * ins);
    pointwise_backward(layer.in.lazy(),
                       layer.out.lazy_gradient(),
                       layer.matrix(loops()),
                       of_weight.data(),
                       {{of_input.data(), Format::float32}, true, totals.data()},
                       run_serially);
    Doubles weights(outs * row, 1.0);
    Doubles inputs(layer.rows() * ins, 2.0);
    for (std::size_t r = 0; r < layer.rows(); ++r) {
      for (std::size_t o = 0; o < outs; ++o) {
        const double g = layer.out.stored_gradient(r * outs + o);
        for (std::size_t i = 0; i < ins; ++i) {
          weights[o * row + i] += g * layer.in.value(r * ins + i);
          inputs[r * ins + i] += g * layer.tap(o, i);
        }
      }
    }
    Doubles sums(2 * ins);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const double g = layer.in.behind(i, static_cast<double>(of_input[i]));
      const std::size_t c = layer.in.channel(i);
      sums[c] += g;
      sums[ins + c] += g * static_cast<double>(layer.in.stored[i] - layer.in.mean[c]);
    }
    EXPECT_LT(relative_difference(of_weight, weights), tolerance());
    EXPECT_LT(relative_difference(of_input, inputs), tolerance());
    EXPECT_LT(relative_difference(totals, sums), 1e-4);
  }
}

TEST_P(PointwiseLayer, TakesImagesWithoutANorm) {
  for (const Shape& shape : kShapes) {
    Layer layer(shape, std::get<1>(GetParam()));
    LazyImages in = layer.in.lazy();
    in.norm = {};
    in.gate = nullptr;
    in.activation = Nonlinearity::none;
    const auto ins = static_cast<std::size_t>(shape.ins);
    const auto outs = static_cast<std::size_t>(shape.outs);
    Floats out(layer.rows() * outs);
    (void)pointwise_forward(in, layer.matrix(loops()), {out.data(), Format::float32}, run_serially);
    Doubles expected(out.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      for (std::size_t k = 0; k < ins; ++k) {
        const std::size_t at = i / outs * ins + k;
        expected[i] += static_cast<double>(layer.in.stored[at]) * layer.tap(i % outs, k);
      }
    }
    EXPECT_LT(relative_difference(out, expected), tolerance());
  }
}

TEST_P(PointwiseLayer, AddsToAGradientStoredInHalf) {
  for (const Shape& shape : kShapes) {
    Layer layer(shape, std::get<1>(GetParam()));
    const auto gradient = [&](Format format, void* of_input) {
      Floats of_weight(layer.weight.size());
      Doubles totals(2 * static_cast<std::size_t>(shape.ins));
      pointwise_backward(layer.in.lazy(),
                         layer.out.lazy_gradient(),
                         layer.matrix(loops()),
                         of_weight.data(),
                         {{of_input, format}, true, totals.data()},
                         run_serially);
      return totals;
    };
    Floats whole(layer.in.size(), 2.0F);
    std::vector<std::uint16_t> half(whole.size(), 0x4000);  // 2 in bfloat16
    const Doubles expected = gradient(Format::float32, whole.data());
    EXPECT_LT(relative_difference(gradient(Format::bfloat16, half.data()), expected), 1e-5);
    Floats found(half.size());
    const auto count = static_cast<std::int64_t>(half.size());
    read_values({half.data(), Format::bfloat16}, 0, count, found.data());
    EXPECT_LT(relative_difference(found, {whole.begin(), whole.end()}), 1.0 / 256);
  }
}

INSTANTIATE_TEST_SUITE_P(Numbers,
                         PointwiseLayer,
                         testing::Combine(testing::Bool(), testing::ValuesIn(kFormats)),
                         [](const auto& numbers) {
                           const bool half = std::get<1>(numbers.param) == Format::bfloat16;
                           return std::string(std::get<0>(numbers.param) ? "bfloat16" : "float32") +
                                  (half ? "_stored_in_half" : "");
                         });

TEST(PointwiseLayer, StoresBFloat16RoundedToNearest) {
  Layer layer({2, 40, 24, 16, true});
  const std::size_t count = layer.rows() * 16;
  std::vector<std::uint16_t> out(count);
  (void)pointwise_forward(layer.in.lazy(),
                          layer.matrix(float_gemm_loops()),
                          {out.data(), Format::bfloat16},
                          run_serially);
  Floats wide(count);
  read_values({out.data(), Format::bfloat16}, 0, static_cast<std::int64_t>(count), wide.data());
  const Doubles expected = expected_output(layer);
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_NEAR(static_cast<double>(wide[i]), expected[i], std::abs(expected[i]) / 256 + 1e-5);
  }
}

TEST(PointwiseLayer, IsTheSameToTheBitForAnyNumberOfThreads) {
  Layer layer({4, 300, 24, 16, true});
  const RunTasks in_threads = [](std::int64_t tasks, const TaskRange& range) {
    std::vector<std::thread> threads;
    for (std::int64_t t = 0; t < tasks; ++t) threads.emplace_back(range, t, t + 1);
    for (std::thread& thread : threads) thread.join();
  };
  std::vector<Floats> weights;
  std::vector<Floats> inputs;
  for (const RunTasks& run : {RunTasks(run_serially), in_threads}) {
    weights.emplace_back(layer.weight.size());
    inputs.emplace_back(layer.in.size());
    pointwise_backward(layer.in.lazy(),
                       layer.out.lazy_gradient(),
                       layer.matrix(float_gemm_loops()),
                       weights.back().data(),
                       {{inputs.back().data(), Format::float32}, false, nullptr},
                       run);
  }
  EXPECT_EQ(weights[0], weights[1]);
  EXPECT_EQ(inputs[0], inputs[1]);
}

}  // namespace
}  // namespace coppice
