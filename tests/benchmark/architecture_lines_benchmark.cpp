// How long a million architecture lines take: parsed, canonicalised, costed (multiply-accumulates,
// parameters, peak memory). Lines of ofa-mobilenetv3, drawn from seed 1.
#include <benchmark/benchmark.h>

#include "supernet/base/parallel.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/piece_costs.hpp"

namespace coppice {
namespace {

constexpr std::size_t kLines = 1'000'000;

const std::string& lines_of(const SearchSpace& space) {
  static const std::string lines = [&] {
    Random random(1);
    std::string text;
    for (std::size_t i = 0; i < kLines; ++i) text += to_text(space, space.sample(random)) + "\n";
    return text;
  }();
  return lines;
}

void parse(benchmark::State& state) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const std::string& lines = lines_of(space);
  for (auto _ : state) {
    benchmark::DoNotOptimize(parse_architectures(space, lines, "benchmark"));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kLines));
}
BENCHMARK(parse)->Name("ArchitectureLines/parse")->UseRealTime()->Unit(benchmark::kSecond);

void parse_and_cost(benchmark::State& state) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const std::string& lines = lines_of(space);
  for (auto _ : state) {
    const auto networks = parse_architectures(space, lines, "benchmark");
    const PieceCosts costs(space);
    std::vector<Cost> given(networks.size());
    for_blocks(networks.size(), 4096, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) given[i] = costs.network(networks[i]).cost();
    });
    benchmark::DoNotOptimize(given.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kLines));
}
BENCHMARK(parse_and_cost)
    ->Name("ArchitectureLines/parse_and_cost")
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace coppice

BENCHMARK_MAIN();
