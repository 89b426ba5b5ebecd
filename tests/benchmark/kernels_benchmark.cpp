// Coppice's own kernels beside libtorch's, on one thread: GFLOP/s (counting the taps that fall
// outside the image, for both) and G elements/s.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <benchmark/benchmark.h>

#include <functional>

#include "supernet/elastic/fast_ops.hpp"

namespace coppice {
namespace {

constexpr std::int64_t kBatch = 128;

at::Tensor images(std::int64_t channels, std::int64_t size) {
  return at::randn({kBatch, channels, size, size})
      .contiguous(at::MemoryFormat::ChannelsLast)
      .requires_grad_(true);
}

enum class Direction { forward, backward };

// Times one direction of `operation`; `work` is what one forward does, a backward does `factor`
// times as much on the images `x`.
void time(benchmark::State& state,
          Direction direction,
          double work,
          double factor,
          const at::Tensor& x,
          const std::function<at::Tensor()>& operation) {
  at::set_num_threads(1);
  const at::Tensor gradient = at::randn_like(operation());
  for (auto step : state) {
    if (direction == Direction::forward) {
      const at::NoGradGuard no_grad;
      benchmark::DoNotOptimize(operation());
      continue;
    }
    state.PauseTiming();
    x.mutable_grad().reset();  // as inside a network: nothing to add to
    const at::Tensor y = operation();
    state.ResumeTiming();
    y.backward(gradient);
  }
  const double each = work * (direction == Direction::forward ? 1 : factor);
  state.counters["G/s"] = benchmark::Counter(each * 1e-9 * static_cast<double>(state.iterations()),
                                             benchmark::Counter::kIsRate);
}

enum class Whose { coppice, libtorch };

// Arguments: channels, size, kernel, stride.
void depthwise(benchmark::State& state, Whose whose, Direction direction) {
  const std::int64_t channels = state.range(0);
  const std::int64_t kernel = state.range(2);
  const auto stride = static_cast<int>(state.range(3));
  const at::Tensor x = images(channels, state.range(1));
  const at::Tensor weight = at::randn({channels, 1, kernel, kernel}).requires_grad_(true);
  const std::int64_t side = (state.range(1) - 1) / stride + 1;
  const auto taps = static_cast<double>(kBatch * channels * side * side * kernel * kernel);
  time(state, direction, 2 * taps, 2, x, [&] {
    if (whose == Whose::coppice) return depthwise_conv(x, weight, {}, stride);
    const std::int64_t padding = kernel / 2;
    return at::conv2d(x, weight, {}, {stride, stride}, {padding, padding}, {1, 1}, channels);
  });
}

// Arguments: channels, size.
void norm(benchmark::State& state, Whose whose, Direction direction) {
  const std::int64_t channels = state.range(0);
  const at::Tensor x = images(channels, state.range(1));
  NormTensors t;
  t.gamma = at::ones({channels}).requires_grad_(true);
  t.beta = at::zeros({channels}).requires_grad_(true);
  t.running_mean = at::zeros({channels});
  t.running_variance = at::ones({channels});
  NormOptions options;
  options.batch_statistics = true;
  options.activation = Activation::h_swish;
  time(state, direction, static_cast<double>(x.numel()), 1, x, [&] {
    if (whose == Whose::coppice) return norm_activation(x, t, options);
    return at::hardswish(at::batch_norm(
        x, t.gamma, t.beta, t.running_mean, t.running_variance, true, 0.1, 1e-5, true));
  });
}

void convolutions(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"channels", "size", "kernel", "stride"})->UseRealTime();
  for (const std::int64_t kernel : {3, 5, 7}) {
    benchmark->Args({96, 14, kernel, 1})->Args({160, 7, kernel, 1})->Args({320, 4, kernel, 1});
    benchmark->Args({96, 14, kernel, 2});
  }
}

void norms(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"channels", "size"})->UseRealTime();
  benchmark->Args({96, 14})->Args({160, 7})->Args({320, 4});
}

using D = Direction;
using W = Whose;
BENCHMARK_CAPTURE(depthwise, forward_coppice, W::coppice, D::forward)->Apply(convolutions);
BENCHMARK_CAPTURE(depthwise, forward_libtorch, W::libtorch, D::forward)->Apply(convolutions);
BENCHMARK_CAPTURE(depthwise, backward_coppice, W::coppice, D::backward)->Apply(convolutions);
BENCHMARK_CAPTURE(depthwise, backward_libtorch, W::libtorch, D::backward)->Apply(convolutions);
BENCHMARK_CAPTURE(norm, forward_coppice, W::coppice, D::forward)->Apply(norms);
BENCHMARK_CAPTURE(norm, forward_libtorch, W::libtorch, D::forward)->Apply(norms);
BENCHMARK_CAPTURE(norm, backward_coppice, W::coppice, D::backward)->Apply(norms);
BENCHMARK_CAPTURE(norm, backward_libtorch, W::libtorch, D::backward)->Apply(norms);

}  // namespace
}  // namespace coppice

BENCHMARK_MAIN();
