// How many networks a second the imported kinds of predictor answer for, on one thread and on all:
// a network of the shape of Once-For-All's accuracy predictor, with random weights, and a latency
// table. GFLOP/s count the products of the hidden layers only.
#include <benchmark/benchmark.h>

#include <vector>

#include "predictors/block_table.hpp"
#include "predictors/choice_network.hpp"
#include "supernet/base/parallel.hpp"

namespace coppice {
namespace {

constexpr std::size_t kNetworks = 6000;
constexpr std::size_t kBlock = 60;
constexpr std::size_t kWidth = 400;

std::vector<std::vector<Architecture>> blocks_of(const SearchSpace& space) {
  Random random(1);
  std::vector<std::vector<Architecture>> blocks(kNetworks / kBlock);
  for (auto& block : blocks) {
    for (std::size_t i = 0; i < kBlock; ++i) block.push_back(space.sample(random));
  }
  return blocks;
}

ChoiceNetwork accuracy_network(const SearchSpace& space) {
  const PredictorInfo info{"accuracy", true, space.name(), -1, space.spec().resolutions};
  Random random(2);
  Mlp mlp;
  std::size_t inputs = choice_inputs(space, info.resolutions.size()).count;
  for (const std::size_t outputs : {kWidth, kWidth, kWidth, std::size_t{1}}) {
    Mlp::Layer layer{std::vector<float>(outputs * inputs), std::vector<float>(outputs)};
    for (float& weight : layer.weights) weight = static_cast<float>(0.05 * random.normal());
    mlp.layers.push_back(std::move(layer));
    inputs = outputs;
  }
  return {space, std::move(mlp), 100, 0, info};
}

// Argument: 0 on the calling thread, 1 on all.
void answer(benchmark::State& state, const SearchSpace& space, const Predictor& predictor) {
  const auto blocks = blocks_of(space);
  const auto one = [&](std::size_t i) {
    benchmark::DoNotOptimize(predictor.predict(blocks[i]).data());
  };
  for (auto step : state) {
    if (state.range(0) == 1) {
      for_each_index(blocks.size(), one);
    } else {
      for (std::size_t i = 0; i < blocks.size(); ++i) one(i);
    }
  }
  state.counters["networks"] = benchmark::Counter(static_cast<double>(kNetworks),
                                                  benchmark::Counter::kIsIterationInvariantRate);
}

void accuracy(benchmark::State& state) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  answer(state, space, accuracy_network(space));
  state.counters["GFLOP"] = benchmark::Counter(2.0 * 2 * kWidth * kWidth * kNetworks / 1e9,
                                               benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(accuracy)->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);

// Where this processor has products of bfloat16.
void accuracy_rough(benchmark::State& state) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const auto rough = accuracy_network(space).rough();
  if (!rough) return state.SkipWithError("this processor has no products of bfloat16");
  answer(state, space, *rough);
  state.counters["GFLOP"] = benchmark::Counter(2.0 * 2 * kWidth * kWidth * kNetworks / 1e9,
                                               benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(accuracy_rough)->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void latency_table(benchmark::State& state) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const BlockTable table(
      space, empty_block_sums(space), {"latency_ms", false, space.name(), -1, {}});
  answer(state, space, table);
}
BENCHMARK(latency_table)->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace coppice

BENCHMARK_MAIN();
