#include "supernet/kernels/squeeze_excite.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

using Floats = std::vector<float>;

Floats random_floats(std::int64_t count, Random random) {
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(1 + random.normal());
  return values;
}

void expect_definition(const GateShape& shape) {
  SCOPED_TRACE(testing::Message() << shape.batch << " x " << shape.pixels << " x "
                                  << shape.channels);
  const Random random(static_cast<std::uint64_t>(shape.pixels));
  const std::int64_t count = shape.batch * shape.pixels * shape.channels;
  const Floats x = random_floats(count, random.fork("x"));
  const Floats gradient = random_floats(count, random.fork("gradient"));
  const Floats gate = random_floats(shape.batch * shape.channels, random.fork("gate"));
  Floats means(gate.size());
  Floats gates(gate.size());
  Floats y(x.size());
  image_means(shape, x.data(), means.data());
  apply_gate(shape, x.data(), gate.data(), y.data());
  gate_gradient(shape, x.data(), gradient.data(), gates.data());
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto pixels = static_cast<std::size_t>(shape.pixels);
  for (std::size_t g = 0; g < gate.size(); ++g) {
    double sum = 0;
    double product = 0;
    for (std::size_t p = 0; p < pixels; ++p) {
      const std::size_t at = (g / channels * pixels + p) * channels + g % channels;
      sum += static_cast<double>(x[at]);
      product += static_cast<double>(x[at]) * static_cast<double>(gradient[at]);
      ASSERT_EQ(y[at], x[at] * gate[g]);
    }
    const auto total = static_cast<double>(pixels);
    ASSERT_NEAR(means[g], sum / total, 5e-6);
    ASSERT_NEAR(gates[g] / total, product / total, 1e-5);
  }
}

TEST(SqueezeExcite, FollowsTheDefinition) {
  for (const std::int64_t channels : {1, 3, 8, 24, 33, 96}) {
    for (const std::int64_t pixels : {1, 3, 16, 49, 3137}) {
      expect_definition({2, pixels, channels});
    }
  }
}

TEST(SqueezeExcite, ResultsAreTheSameToTheBitHoweverTheTasksAreSplit) {
  const GateShape shape{5, 49, 24};
  const Floats x = random_floats(5 * 49 * 24, Random(1));
  Floats together(5 * 24);
  Floats apart(5 * 24);
  image_means(shape, x.data(), together.data());
  image_means(shape, x.data(), apart.data(), [](std::int64_t tasks, const TaskRange& range) {
    for (std::int64_t task = tasks; task > 0; --task) range(task - 1, task);
  });
  EXPECT_EQ(together, apart);
}

}  // namespace
}  // namespace coppice
