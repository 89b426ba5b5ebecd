#include "supernet/kernels/depthwise_layer.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/lazy_problem.hpp"

namespace coppice {
namespace {

struct Layer {
  Layer(const DepthwiseShape& s, Format format)
      : shape(s),
        in(s.batch, s.height * s.width, s.channels, false, Random(1)),
        out(s.batch, s.out_height() * s.out_width(), s.channels, true, Random(2)),
        taps(random_floats(s.channels * s.kernel * s.kernel, Random(3))) {
    in.store_as(format);
    out.store_as(format);
  }

  [[nodiscard]] DepthwiseWeight weight() const {
    return {taps.data(), shape.kernel * shape.kernel, nullptr};
  }

  // Calls visit(index of output, index of input, index of tap) for each product.
  template <class Visit>
  void each_product(Visit visit) const {
    const DepthwiseShape& s = shape;
    const std::int64_t out_pixels = s.out_height() * s.out_width();
    for (std::int64_t o = 0; o < s.batch * out_pixels; ++o) {
      for (std::int64_t tap = 0; tap < s.kernel * s.kernel; ++tap) {
        const std::int64_t p = o % out_pixels;
        const std::int64_t i = p / s.out_width() * s.stride + tap / s.kernel - s.kernel / 2;
        const std::int64_t j = p % s.out_width() * s.stride + tap % s.kernel - s.kernel / 2;
        if (i < 0 || j < 0 || i >= s.height || j >= s.width) continue;
        const std::int64_t pixel = (o / out_pixels * s.height + i) * s.width + j;
        for (std::int64_t c = 0; c < s.channels; ++c) {
          visit(static_cast<std::size_t>(o * s.channels + c),
                static_cast<std::size_t>(pixel * s.channels + c),
                static_cast<std::size_t>(c * s.kernel * s.kernel + tap));
        }
      }
    }
  }

  DepthwiseShape shape;
  LazyProblem in;
  LazyProblem out;  // gated, as before squeeze-and-excite
  Floats taps;
};

std::vector<std::pair<DepthwiseShape, Format>> problems() {
  std::vector<std::pair<DepthwiseShape, Format>> all;
  for (const Format format : kFormats) {
    for (const std::int64_t kernel : {3, 5, 7}) {
      for (const std::int64_t stride : {1, 2}) {
        all.push_back({{3, 24, 9, 9, kernel, stride}, format});
        all.push_back({{2, 5, 4, 6, kernel, stride}, format});
      }
    }
  }
  return all;
}

TEST(DepthwiseLayer, ConvolvesTheValues) {
  for (const auto& [shape, format] : problems()) {
    Layer layer(shape, format);
    Floats out(layer.out.size());
    const auto totals = depthwise_layer_forward(
        shape, layer.in.lazy(), layer.weight(), {out.data(), Format::float32}, run_serially);
    Doubles expected(out.size());
    layer.each_product([&](std::size_t o, std::size_t i, std::size_t tap) {
      expected[o] += layer.in.value(i) * static_cast<double>(layer.taps[tap]);
    });
    EXPECT_LT(relative_difference(out, expected), 1e-5);
    Doubles sums(2 * static_cast<std::size_t>(shape.channels));
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t c = layer.out.channel(i);
      sums[c] += expected[i];
      sums[static_cast<std::size_t>(shape.channels) + c] += expected[i] * expected[i];
    }
    EXPECT_LT(relative_difference(totals, sums), 1e-5);
  }
}

TEST(DepthwiseLayer, GivesBothGradientsAndTheSumsBehindThem) {
  for (const auto& [shape, format] : problems()) {
    for (const bool accumulate : {false, true}) {
      Layer layer(shape, format);
      const auto channels = static_cast<std::size_t>(shape.channels);
      Floats of_taps(layer.taps.size());
      Floats of_input(layer.in.size(), 2.0F);
      Doubles totals(2 * channels);
      depthwise_layer_backward(shape,
                               layer.in.lazy(),
                               layer.out.lazy_gradient(),
                               layer.weight(),
                               of_taps.data(),
                               {{of_input.data(), Format::float32}, accumulate, totals.data()},
                               run_serially);
      Doubles taps(of_taps.size());
      Doubles inputs(of_input.size(), accumulate ? 2.0 : 0.0);
      layer.each_product([&](std::size_t o, std::size_t i, std::size_t tap) {
        const double g = layer.out.stored_gradient(o);
        taps[tap] += g * layer.in.value(i);
        inputs[i] += g * static_cast<double>(layer.taps[tap]);
      });
      Doubles sums(2 * channels);
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const double g = layer.in.behind(i, inputs[i]);
        const std::size_t c = layer.in.channel(i);
        sums[c] += g;
        sums[channels + c] += g * static_cast<double>(layer.in.stored[i] - layer.in.mean[c]);
      }
      EXPECT_LT(relative_difference(of_taps, taps), 1e-5);
      EXPECT_LT(relative_difference(of_input, inputs), 1e-5);
      EXPECT_LT(relative_difference(totals, sums), 1e-5);
    }
  }
}

}  // namespace
}  // namespace coppice
