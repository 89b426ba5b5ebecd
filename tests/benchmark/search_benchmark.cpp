// How many architectures a second the search itself can handle: additive objectives that cost
// next to nothing, ofa-mobilenetv3 (46 genes), population 1000.
#include <benchmark/benchmark.h>

#include "search/hypervolume.hpp"
#include "search/nsga2.hpp"
#include "search/parallel_evaluator.hpp"
#include "search/pareto.hpp"

namespace coppice {
namespace {

/// Sums of one number a gene; inactive genes stand at 0 and count as such.
class AdditiveEvaluator final : public Evaluator {
 public:
  AdditiveEvaluator(const SearchSpace& space, std::size_t quantities) {
    Random random(1);
    offsets_.push_back(0);
    for (const Gene& gene : space.genes()) {
      offsets_.push_back(offsets_.back() + gene.choices.size());
    }
    for (std::size_t q = 0; q < quantities; ++q) names_.push_back("q" + std::to_string(q));
    for (std::size_t i = 0; i < offsets_.back() * quantities; ++i) {
      weights_.push_back(random.uniform());
    }
  }

  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }

  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    const std::size_t width = names_.size();
    std::vector<double> rows(architectures.size() * width);
    for (std::size_t i = 0; i < architectures.size(); ++i) {
      const auto& genes = architectures[i].genes;
      double* row = &rows[i * width];
      for (std::size_t gene = 0; gene < genes.size(); ++gene) {
        const double* weights = &weights_[(offsets_[gene] + genes[gene]) * width];
        for (std::size_t q = 0; q < width; ++q) row[q] += weights[q];
      }
    }
    return rows;
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::size_t> offsets_;
  std::vector<double> weights_;
};

void search(benchmark::State& state) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const auto objectives = static_cast<std::size_t>(state.range(0));
  const AdditiveEvaluator additive(space, objectives);
  const auto evaluator = parallel_evaluator(additive);
  SearchProblem problem{space, all_choices(space), {}, {}, {}, {}};
  for (const std::string& name : evaluator->names()) problem.objectives.push_back({name, false});
  problem.ranges.assign(objectives, {0, 46});
  Nsga2Options options;
  options.population = state.range(1);
  options.evaluations = 200 * options.population;
  SearchSummary summary;
  for (auto _ : state) summary = search_nsga2(problem, *evaluator, options);
  state.SetItemsProcessed(state.iterations() * options.evaluations);
  state.counters["front"] = static_cast<double>(summary.front.size());
  state.counters["hypervolume"] = summary.hypervolume;
}
BENCHMARK(search)
    ->ArgNames({"objectives", "population"})
    ->Args({1, 1000})
    ->Args({2, 100})
    ->Args({2, 1000})
    ->Args({3, 100})
    ->Args({3, 1000})
    ->Args({4, 100})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

Points spread_points(std::size_t count, std::size_t objectives) {
  Random random(1);
  Points points{objectives, {}};
  for (std::size_t i = 0; i < count * objectives; ++i) points.values.push_back(random.uniform());
  return points;
}

void sort_fronts(benchmark::State& state) {
  const Points points = spread_points(static_cast<std::size_t>(state.range(1)),
                                      static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(fronts(points));
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(sort_fronts)
    ->ArgNames({"objectives", "points"})
    ->ArgsProduct({{2, 3}, {200, 2000, 20000}});

void measure_hypervolume(benchmark::State& state) {
  const auto objectives = static_cast<std::size_t>(state.range(0));
  const Points points = spread_points(static_cast<std::size_t>(state.range(1)), objectives);
  const std::vector<double> reference(objectives, 1.0);
  for (auto _ : state) benchmark::DoNotOptimize(hypervolume(points, reference));
}
BENCHMARK(measure_hypervolume)
    ->ArgNames({"objectives", "points"})
    ->ArgsProduct({{2, 3, 4}, {100, 1000}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace coppice

BENCHMARK_MAIN();
