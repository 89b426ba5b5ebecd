// How many networks must be measured? NAS-Bench-Macro (Su et al., "Prioritized Architecture
// Sampling with Monto-Carlo Tree Search", CVPR 2021) holds the accuracy of all 6,561 networks of a
// space of eight layers with three choices each, trained alone on CIFAR-10. Prints how far the best
// network found is below the best of all, after 50, 100 and 300 measured ones.
//
//   nas_bench_macro_benchmark nas-bench-macro_cifar10.json [SEEDS]
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "predictors/fit.hpp"
#include "search/ageing_evolution.hpp"
#include "search/evolution.hpp"
#include "search/guided_search.hpp"
#include "search/predictor_evaluator.hpp"
#include "search/random_search.hpp"
#include "search/scoring.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr std::size_t kMarks[] = {50, 100, 300};
constexpr std::size_t kBudget = 300;

/// Eight blocks whose expansion gene is the table's choice: nothing, or a small or large block.
SearchSpace macro_space() {
  SpaceParameters parameters;
  parameters.resolutions = {32};
  SpaceSpec spec = parse_space_spec(builtin_space_text("small"), "small", parameters);
  spec.name = "nas-bench-macro";
  spec.stages.resize(3);
  const int layers[] = {2, 3, 3};
  for (std::size_t i = 0; i < spec.stages.size(); ++i) {
    spec.stages[i].depths = {layers[i]};
    spec.stages[i].kernels = {3};
    spec.stages[i].expands = {1, 3, 6};
  }
  return SearchSpace(spec);
}

/// The table; remembers the order in which it was asked.
class Table final : public Evaluator {
 public:
  Table(const SearchSpace& space, const std::string& path) {
    std::ifstream file(path);
    require(file.good(), "cannot read ", path);
    const auto json = nlohmann::json::parse(file);
    for (const auto& [key, entry] : json.items()) {
      require(key.size() == space.slots().size(), path, ": '", key, "' is no network of it");
      Architecture architecture = space.smallest();
      for (std::size_t i = 0; i < key.size(); ++i) {
        architecture.genes[static_cast<std::size_t>(space.slots()[i].expand_gene)] =
            static_cast<std::uint8_t>(key[i] - '0');
      }
      rows_[architecture] = {entry.at("mean_acc").get<double>(), entry.at("flops").get<double>()};
    }
  }

  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> rows;
    for (const Architecture& architecture : architectures) {
      const auto& row = rows_.at(architecture);
      rows.insert(rows.end(), row.begin(), row.end());
      asked_.push_back(row);
    }
    return rows;
  }

  void forget() const { asked_.clear(); }
  [[nodiscard]] const std::vector<std::vector<double>>& asked() const { return asked_; }
  [[nodiscard]] std::vector<std::vector<double>> all() const {
    std::vector<std::vector<double>> rows;
    for (const auto& [architecture, row] : rows_) rows.push_back(row);
    return rows;
  }

 private:
  std::vector<std::string> names_ = {"accuracy", "macs"};
  std::map<Architecture, std::vector<double>> rows_;
  mutable std::vector<std::vector<double>> asked_;
};

/// Predictors of both quantities, which own what they are made of.
class Fitted final : public Evaluator {
 public:
  Fitted(const SearchSpace& space, const std::vector<Candidate>& measured) {
    for (const auto& [name, place] : {std::pair<std::string, std::size_t>{"accuracy", 0},
                                      std::pair<std::string, std::size_t>{"macs", 1}}) {
      MeasurementTable table{space.name(), {}, {}};
      for (const Candidate& each : measured) {
        table.rows.push_back({each.architecture, {{name, each.values[place]}}, {}});
      }
      FitOptions options;
      options.kinds = {"ridge-choices", "ridge-hybrid"};
      if (place == 0) options.kinds.emplace_back("gaussian-process");
      predictors_.push_back(std::make_unique<FittedPredictor>(fit(space, table, name, options)));
    }
    evaluator_ = predictor_evaluator(space, {predictors_[0].get(), predictors_[1].get()}, {});
  }

  [[nodiscard]] const std::vector<std::string>& names() const override {
    return evaluator_->names();
  }
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    return evaluator_->evaluate(architectures);
  }

 private:
  std::vector<std::unique_ptr<Predictor>> predictors_;
  std::unique_ptr<Evaluator> evaluator_;
};

using Search = std::function<void(const SearchProblem&, const Table&, const SearchContext&)>;

Search guided(const SearchSpace& space) {
  return [space](const SearchProblem& problem, const Table& table, const SearchContext& context) {
    GuidedOptions options;
    options.evaluations = kBudget;
    static_cast<void>(search_guided(problem,
                                    table,
                                    {[&space](const std::vector<Candidate>& measured) {
                                       return std::make_unique<Fitted>(space, measured);
                                     },
                                     {}},
                                    options,
                                    context));
  };
}

void print_regrets(const std::string& name,
                   const Search& search,
                   const SearchProblem& problem,
                   const Table& table,
                   int seeds) {
  double best = 0;
  for (const auto& row : table.all()) best = std::max(best, row[0]);
  std::vector<double> regrets(std::size(kMarks), 0.0);
  for (int seed = 1; seed <= seeds; ++seed) {
    table.forget();
    SearchContext context;
    context.random = Random(static_cast<std::uint64_t>(seed));
    search(problem, table, context);
    for (std::size_t i = 0; i < regrets.size(); ++i) {
      double found = 0;
      for (std::size_t k = 0; k < kMarks[i]; ++k) found = std::max(found, table.asked()[k][0]);
      regrets[i] += (best - found) / seeds;
    }
  }
  fmt::print("{:<22}{:>8.3f}{:>8.3f}{:>8.3f}\n", name, regrets[0], regrets[1], regrets[2]);
  std::fflush(stdout);
}

double volume_of(const std::vector<std::vector<double>>& rows, const Scoring& scoring) {
  Points points{2, {}};
  for (const auto& row : rows) scoring.append(row.data(), points);
  return scoring.scaled_hypervolume(points);
}

/// Share of the true front's hypervolume, on average and in the worst case.
void print_volumes(const std::string& name,
                   const Search& search,
                   const SearchProblem& problem,
                   const Table& table,
                   int seeds) {
  const Scoring scoring(problem, table.names());
  const double whole = volume_of(table.all(), scoring);
  double sum = 0;
  double worst = 1;
  for (int seed = 1; seed <= seeds; ++seed) {
    table.forget();
    SearchContext context;
    context.random = Random(static_cast<std::uint64_t>(seed));
    search(problem, table, context);
    const double share = volume_of(table.asked(), scoring) / whole;
    sum += share / seeds;
    worst = std::min(worst, share);
  }
  fmt::print("{:<22}{:>8.2f} %{:>8.2f} %\n", name, 100 * sum, 100 * worst);
}

template <class Options, class Function>
Search plain(const Options& options, Function search) {
  return [=](const SearchProblem& problem, const Table& table, const SearchContext& context) {
    static_cast<void>(search(problem, table, options, context));
  };
}

void compare(const std::string& path, int seeds) {
  const SearchSpace space = macro_space();
  const Table table(space, path);
  SearchProblem problem{space, all_choices(space), {{"accuracy", true}}, {}, {}, {}};
  problem.ranges.resize(2, {1e30, -1e30});
  for (const auto& row : table.all()) {
    for (std::size_t i = 0; i < 2; ++i) {
      problem.ranges[i].low = std::min(problem.ranges[i].low, row[i]);
      problem.ranges[i].high = std::max(problem.ranges[i].high, row[i]);
    }
  }
  const Search random = plain(RandomSearchOptions{10, kBudget}, search_random);
  EvolutionOptions evolution;
  evolution.population = 20;
  evolution.evaluations = kBudget;
  const AgeingOptions ageing{20, 10, 1, kBudget};
  fmt::print(
      "mean regret in points, {} seeds\n{:<22}{:>8}{:>8}{:>8}\n", seeds, "measured", 50, 100, 300);
  print_regrets("random", random, problem, table, seeds);
  print_regrets("evolution", plain(evolution, search_evolution), problem, table, seeds);
  print_regrets("ageing", plain(ageing, search_ageing), problem, table, seeds);
  print_regrets("guided", guided(space), problem, table, seeds);
  problem.objectives.push_back({"macs", false});
  fmt::print("\nhypervolume of (accuracy, MACs) after {}, of the true front's: mean, worst\n",
             kBudget);
  print_volumes("random", random, problem, table, seeds);
  print_volumes("guided", guided(space), problem, table, seeds);
}

}  // namespace
}  // namespace coppice

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: nas_bench_macro_benchmark nas-bench-macro_cifar10.json [SEEDS]\n";
    return 2;
  }
  try {
    coppice::compare(argv[1], argc > 2 ? std::stoi(argv[2]) : 20);
  } catch (const std::exception& error) {
    std::cerr << "nas_bench_macro_benchmark: " << error.what() << "\n";
    return 1;
  }
}
