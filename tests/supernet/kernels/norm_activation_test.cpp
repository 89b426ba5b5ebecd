#include "supernet/kernels/norm_activation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <thread>
#include <vector>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

constexpr double kEps = 1e-5;
constexpr Nonlinearity kKinds[] = {
    Nonlinearity::none, Nonlinearity::relu, Nonlinearity::relu6, Nonlinearity::h_swish};

Floats random_floats(std::int64_t count, Random random, double scale = 1, double offset = 0) {
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(offset + scale * random.normal());
  return values;
}

Doubles widened(const Floats& values) { return {values.begin(), values.end()}; }

double activation(Nonlinearity kind, double z) {
  switch (kind) {
    case Nonlinearity::relu:
      return std::max(z, 0.0);
    case Nonlinearity::relu6:
      return std::clamp(z, 0.0, 6.0);
    case Nonlinearity::h_swish:
      return z * std::clamp(z + 3, 0.0, 6.0) / 6;
    case Nonlinearity::none:
      break;
  }
  return z;
}

struct Problem {
  NormShape shape;
  Nonlinearity kind;
  Doubles x;
  Doubles gamma;
  Doubles beta;
  Doubles output_gradient;
};

Problem make_problem(std::int64_t rows, std::int64_t channels, Nonlinearity kind) {
  const Random random(static_cast<std::uint64_t>(1000 * rows + channels));
  return {{rows, channels},
          kind,
          widened(random_floats(rows * channels, random.fork("x"), 2, 1)),
          widened(random_floats(channels, random.fork("gamma"), 2, 1)),
          widened(random_floats(channels, random.fork("beta"))),
          widened(random_floats(rows * channels, random.fork("gradient")))};
}

Doubles column(const Problem& p, std::size_t c) {
  Doubles values;
  for (std::size_t i = c; i < p.x.size(); i += static_cast<std::size_t>(p.shape.channels)) {
    values.push_back(p.x[i]);
  }
  return values;
}

double mean_of(const Doubles& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double variance_of(const Doubles& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

// The definition, in double: the outputs of one channel.
Doubles outputs(const Problem& p, std::size_t c) {
  Doubles values = column(p, c);
  const double mean = mean_of(values);
  const double deviation = std::sqrt(variance_of(values) + kEps);
  for (double& value : values) {
    value = activation(p.kind, (value - mean) / deviation * p.gamma[c] + p.beta[c]);
  }
  return values;
}

// What a training step would see as its loss from channel c: output . output_gradient.
double loss(const Problem& p, std::size_t c) {
  const Doubles y = outputs(p, c);
  double sum = 0;
  for (std::size_t r = 0; r < y.size(); ++r) {
    sum += y[r] * p.output_gradient[r * static_cast<std::size_t>(p.shape.channels) + c];
  }
  return sum;
}

double slope(Problem& p, double& value, std::size_t c) {
  constexpr double kStep = 1e-6;
  const double before = value;
  value = before + kStep;
  const double above = loss(p, c);
  value = before - kStep;
  const double below = loss(p, c);
  value = before;
  return (above - below) / (2 * kStep);
}

struct Results {
  Floats y;
  Floats x_gradient;
  Floats gamma_gradient;
  Floats beta_gradient;
};

Floats narrowed(const Doubles& values) { return {values.begin(), values.end()}; }

Results compute(const Problem& p, const RunTasks& run = run_serially) {
  const Floats x(narrowed(p.x));
  const Floats gamma(narrowed(p.gamma));
  const Floats beta(narrowed(p.beta));
  const Floats gradient(narrowed(p.output_gradient));
  const ChannelStatistics statistics = batch_statistics(p.shape, x.data(), run);
  const Floats mean(narrowed(statistics.mean));
  Floats inverse;
  for (const double variance : statistics.variance) {
    inverse.push_back(static_cast<float>(1 / std::sqrt(variance + kEps)));
  }
  Results r{Floats(x.size()), Floats(x.size()), Floats(gamma.size()), Floats(gamma.size())};
  const Norm norm{mean.data(), inverse.data(), gamma.data(), beta.data(), p.kind};
  normalise_rows(p.shape, x.data(), norm, r.y.data(), run);
  const NormSlopes slopes(p.shape,
                          normalised_gradient_sums(p.shape, x.data(), gradient.data(), norm, run),
                          inverse.data());
  r.gamma_gradient = slopes.gamma;
  r.beta_gradient = slopes.beta;
  normalised_input_gradient(
      p.shape, x.data(), gradient.data(), {norm, slopes}, r.x_gradient.data(), run);
  return r;
}

TEST(NormActivation, StatisticsAreThoseOfTheDefinition) {
  for (const std::int64_t channels : {1, 3, 8, 24, 33, 96, 2000}) {
    for (const std::int64_t rows : {1, 2, 63, 64, 65, 1000}) {
      const Problem p = make_problem(rows, channels, Nonlinearity::none);
      const ChannelStatistics found = batch_statistics(p.shape, narrowed(p.x).data());
      for (std::size_t c = 0; c < static_cast<std::size_t>(channels); c += 5) {
        const Doubles values = column(p, c);
        EXPECT_NEAR(found.mean[c], mean_of(values), 1e-6);
        EXPECT_NEAR(found.variance[c], variance_of(values), 4e-6 * variance_of(values) + 1e-12);
      }
    }
  }
}

TEST(NormActivation, VarianceSurvivesAMeanAThousandTimesTheDeviation) {
  const NormShape shape{5000, 20};
  const Floats x = random_floats(shape.rows * shape.channels, Random(4), 1, 1000);
  const Problem p{shape, Nonlinearity::none, widened(x), {}, {}, {}};
  const ChannelStatistics found = batch_statistics(shape, x.data());
  for (std::size_t c = 0; c < 20; ++c) {
    EXPECT_NEAR(found.variance[c], variance_of(column(p, c)), 1e-5);
  }
}

TEST(NormActivation, OutputsFollowTheDefinition) {
  for (const Nonlinearity kind : kKinds) {
    for (const std::int64_t channels : {1, 3, 8, 24, 33, 96}) {
      const Problem p = make_problem(77, channels, kind);
      const Results found = compute(p);
      for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
        const Doubles expected = outputs(p, c);
        for (std::size_t r = 0; r < expected.size(); ++r) {
          ASSERT_NEAR(found.y[r * static_cast<std::size_t>(channels) + c], expected[r], 1e-5);
        }
      }
    }
  }
}

// Differences in double of the definition; values at a kink of the activation would differ, and
// random ones do not lie there.
TEST(NormActivation, GradientsAreTheSlopesOfTheDefinition) {
  for (const Nonlinearity kind : kKinds) {
    for (const std::int64_t channels : {3, 13, 24}) {
      Problem p = make_problem(19, channels, kind);
      const Results found = compute(p);
      for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
        EXPECT_NEAR(found.gamma_gradient[c], slope(p, p.gamma[c], c), 2e-5);
        EXPECT_NEAR(found.beta_gradient[c], slope(p, p.beta[c], c), 2e-5);
      }
      for (std::size_t i = 0; i < p.x.size(); ++i) {
        ASSERT_NEAR(
            found.x_gradient[i], slope(p, p.x[i], i % static_cast<std::size_t>(channels)), 2e-5);
      }
    }
  }
}

TEST(NormActivation, RunningStatisticsBlendInTheUnbiasedVariance) {
  Floats mean{1, 2, 99};
  Floats variance{3, 4, 99};
  update_running({5, 2}, {{2, 4}, {8, 16}}, 0.25, mean.data(), variance.data());
  EXPECT_EQ(mean, (Floats{1.25F, 2.5F, 99}));
  EXPECT_EQ(variance, (Floats{4.75F, 8, 99}));
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

TEST(NormActivation, ResultsAreTheSameToTheBitHoweverTheTasksAreSplit) {
  const Problem p = make_problem(10007, 40, Nonlinearity::h_swish);
  const Results one = compute(p);
  const Results two = compute(p, run_scattered);
  EXPECT_EQ(one.y, two.y);
  EXPECT_EQ(one.x_gradient, two.x_gradient);
  EXPECT_EQ(one.gamma_gradient, two.gamma_gradient);
  EXPECT_EQ(one.beta_gradient, two.beta_gradient);
}

TEST(NormActivation, AValueThatIsNotANumberStaysVisible) {
  for (const Nonlinearity kind : kKinds) {
    Problem p = make_problem(9, 24, kind);
    p.x[7] = std::numeric_limits<double>::quiet_NaN();
    const Results found = compute(p);
    EXPECT_TRUE(std::isnan(found.y[7]));
    EXPECT_FALSE(std::isnan(found.y[8]));
  }
}

TEST(NormActivation, OutputMayOverwriteItsInput) {
  const Problem p = make_problem(50, 24, Nonlinearity::relu);
  Floats x(narrowed(p.x));
  const Floats ones(24, 1.0F);
  const Norm norm{ones.data(), ones.data(), ones.data(), ones.data(), p.kind};
  Floats y(x.size());
  normalise_rows(p.shape, x.data(), norm, y.data());
  normalise_rows(p.shape, x.data(), norm, x.data());
  EXPECT_EQ(x, y);
}

}  // namespace
}  // namespace coppice
