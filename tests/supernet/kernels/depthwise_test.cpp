#include "supernet/kernels/depthwise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <thread>
#include <vector>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

using Floats = std::vector<float>;

Floats random_floats(std::int64_t count, Random random) {
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

struct Problem {
  DepthwiseShape shape;
  std::int64_t row;  // between the weights of two channels
  Floats input;
  Floats taps;
  Floats bias;
  Floats gradient;
};

Problem make_problem(const DepthwiseShape& shape) {
  const Random random(static_cast<std::uint64_t>(shape.channels * 100 + shape.height));
  Problem p{shape, shape.kernel * shape.kernel + 2, {}, {}, {}, {}};
  p.input = random_floats(shape.batch * shape.height * shape.width * shape.channels,
                          random.fork("input"));
  p.taps = random_floats(shape.channels * p.row, random.fork("taps"));
  p.bias = random_floats(shape.channels, random.fork("bias"));
  p.gradient = random_floats(shape.batch * shape.out_height() * shape.out_width() * shape.channels,
                             random.fork("gradient"));
  return p;
}

// The definition, in double: calls visit(index of output, index of input, channel, tap) for each
// product.
template <class Visit>
void each_product(const DepthwiseShape& s, Visit visit) {
  for (std::int64_t n = 0; n < s.batch; ++n) {
    for (std::int64_t o = 0; o < s.out_height() * s.out_width(); ++o) {
      for (std::int64_t tap = 0; tap < s.kernel * s.kernel; ++tap) {
        const std::int64_t i = o / s.out_width() * s.stride + tap / s.kernel - s.kernel / 2;
        const std::int64_t j = o % s.out_width() * s.stride + tap % s.kernel - s.kernel / 2;
        if (i < 0 || j < 0 || i >= s.height || j >= s.width) continue;
        for (std::int64_t c = 0; c < s.channels; ++c) {
          visit((n * s.out_height() * s.out_width() + o) * s.channels + c,
                ((n * s.height + i) * s.width + j) * s.channels + c,
                c,
                tap);
        }
      }
    }
  }
}

// The largest difference, relative to the largest value expected.
double difference(const Floats& found, const std::vector<double>& expected) {
  EXPECT_EQ(found.size(), expected.size());
  double worst = 0;
  double largest = 1e-30;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(found[i]) - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return worst / largest;
}

struct Results {
  Floats output;
  Floats input_gradient;
  Floats weight_gradient;
};

Results compute(const Problem& p, const RunTasks& run = run_serially) {
  const DepthwiseWeight weight{p.taps.data(), p.row, p.bias.data()};
  // Not zero, so that a place left out shows.
  Results r{
      Floats(p.gradient.size(), 99.0F),
      Floats(p.input.size(), 99.0F),
      Floats(static_cast<std::size_t>(p.shape.channels * p.shape.kernel * p.shape.kernel), 99.0F)};
  depthwise_forward(p.shape, p.input.data(), weight, r.output.data(), run);
  depthwise_input_gradient(p.shape, p.gradient.data(), weight, r.input_gradient.data(), run);
  depthwise_weight_gradient(
      p.shape, p.input.data(), p.gradient.data(), r.weight_gradient.data(), run);
  return r;
}

void expect_definition(const DepthwiseShape& shape) {
  const Problem p = make_problem(shape);
  const Results found = compute(p);
  std::vector<double> output(found.output.size());
  std::vector<double> input_gradient(found.input_gradient.size());
  std::vector<double> weight_gradient(found.weight_gradient.size());
  for (std::size_t i = 0; i < output.size(); ++i) {
    output[i] = p.bias[i % static_cast<std::size_t>(shape.channels)];
  }
  each_product(
      shape, [&](std::int64_t out, std::int64_t in, std::int64_t channel, std::int64_t tap) {
        const auto o = static_cast<std::size_t>(out);
        const auto i = static_cast<std::size_t>(in);
        const double weight = p.taps[static_cast<std::size_t>(channel * p.row + tap)];
        const double gradient = p.gradient[o];
        output[o] += weight * p.input[i];
        input_gradient[i] += weight * gradient;
        weight_gradient[static_cast<std::size_t>(channel * shape.kernel * shape.kernel + tap)] +=
            gradient * p.input[i];
      });
  EXPECT_LT(difference(found.output, output), 1e-6);
  EXPECT_LT(difference(found.input_gradient, input_gradient), 1e-6);
  EXPECT_LT(difference(found.weight_gradient, weight_gradient), 3e-6);
}

DepthwiseShape shape_of(std::int64_t batch,
                        std::int64_t channels,
                        std::int64_t height,
                        std::int64_t width,
                        std::int64_t kernel,
                        std::int64_t stride) {
  DepthwiseShape shape;
  shape.batch = batch;
  shape.channels = channels;
  shape.height = height;
  shape.width = width;
  shape.kernel = kernel;
  shape.stride = stride;
  return shape;
}

TEST(Depthwise, FollowsTheDefinitionForEverySizeKernelAndStride) {
  const std::vector<std::int64_t> widths{17, 9, 5, 2};
  for (const std::int64_t kernel : {1, 3, 5, 7, 9}) {
    for (const std::int64_t stride : {1, 2}) {
      for (std::int64_t size = 1; size <= 17; ++size) {
        // Widths that choose each of the instruction sets.
        const std::int64_t channels =
            widths[static_cast<std::size_t>(size + stride) % widths.size()];
        SCOPED_TRACE(testing::Message()
                     << "size " << size << " kernel " << kernel << " stride " << stride);
        expect_definition(shape_of(2, channels, size, size, kernel, stride));
      }
    }
  }
}

TEST(Depthwise, FollowsTheDefinitionForEveryNumberOfChannels) {
  for (const std::int64_t channels : {1, 3, 4, 7, 8, 15, 16, 24, 33, 96}) {
    for (const std::int64_t kernel : {3, 5, 7}) {
      for (const std::int64_t stride : {1, 2, 3}) {
        SCOPED_TRACE(testing::Message()
                     << channels << " channels, kernel " << kernel << " stride " << stride);
        expect_definition(shape_of(3, channels, 6, 7, kernel, stride));
      }
    }
  }
}

TEST(Depthwise, FollowsTheDefinitionForImagesThatAreNotSquare) {
  expect_definition(shape_of(5, 24, 1, 15, 7, 1));
  expect_definition(shape_of(5, 24, 15, 1, 7, 2));
  expect_definition(shape_of(1, 16, 3, 29, 5, 2));
}

// 40 images are more than there are groups of partial sums, 200 x 200 pixels more than one band.
TEST(Depthwise, FollowsTheDefinitionForLargeBatchesAndImages) {
  expect_definition(shape_of(40, 16, 5, 5, 3, 1));
  expect_definition(shape_of(2, 8, 100, 90, 3, 1));
  expect_definition(shape_of(2, 8, 100, 90, 3, 2));
}

TEST(Depthwise, AnEmptyBatchGivesAWeightGradientOfZero) {
  const Results r = compute(make_problem(shape_of(0, 8, 4, 4, 3, 1)));
  EXPECT_EQ(r.weight_gradient, Floats(8 * 9, 0.0F));
}

// Each task alone, in reverse, on two threads.
void run_scattered(std::int64_t tasks, const TaskRange& range) {
  std::thread odd([&] {
    for (std::int64_t task = tasks - 1; task >= 0; --task) {
      if (task % 2 == 1) range(task, task + 1);
    }
  });
  for (std::int64_t task = 0; task < tasks; task += 2) range(task, task + 1);
  odd.join();
}

TEST(Depthwise, ResultsAreTheSameToTheBitHoweverTheTasksAreSplit) {
  for (const std::int64_t stride : {1, 2}) {
    const Problem p = make_problem(shape_of(37, 40, 9, 9, 5, stride));
    const Results one = compute(p);
    const Results two = compute(p, run_scattered);
    EXPECT_EQ(one.output, two.output);
    EXPECT_EQ(one.input_gradient, two.input_gradient);
    EXPECT_EQ(one.weight_gradient, two.weight_gradient);
  }
}

TEST(Depthwise, WithoutABiasNothingIsAdded) {
  const Problem p = make_problem(shape_of(1, 24, 5, 5, 3, 1));
  Floats output(p.gradient.size());
  const Floats zeros(p.input.size());
  depthwise_forward(p.shape, zeros.data(), {p.taps.data(), p.row, nullptr}, output.data());
  EXPECT_EQ(output, Floats(output.size(), 0.0F));
}

}  // namespace
}  // namespace coppice
