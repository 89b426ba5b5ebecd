#include "search/local_search.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "search/knapsack.hpp"
#include "search/limit_costs.hpp"
#include "search/neighbourhood.hpp"
#include "search/search_run.hpp"
#include "search/start.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/parallel.hpp"

namespace coppice {
namespace {

/// What one step of a climber looks at.
struct Surroundings {
  std::vector<Move> moves;
  std::vector<Architecture> networks;
};

void require_in(std::int64_t value, std::int64_t low, std::int64_t high, const char* name) {
  require_usage(
      value >= low && value <= high, name, " = ", value, ", must be in [", low, ", ", high, "]");
}

class LocalSearch {
 public:
  LocalSearch(const SearchProblem& problem,
              const Evaluator& evaluator,
              const LocalSearchOptions& options,
              const SearchContext& context)
      : problem_(problem),
        options_(options),
        context_(context),
        operators_(problem.space, problem.choices, options.mutation),
        neighbourhood_(problem.space, problem.choices),
        costs_(problem, evaluator.names()),
        most_climbers_(affordable_climbers()),
        run_(problem, evaluator, {options.evaluations, 0}, context) {}

  SearchSummary search() {
    while (run_.running()) {
      const std::size_t before = run_.left();
      if (run_.generation() == 0) {
        start();
      } else {
        step();
      }
      if (run_.left() == before && !visit_strangers()) break;
      run_.end_generation();
    }
    return run_.finish();
  }

 private:
  /// The population holds the climbers, then the elite, best first.
  [[nodiscard]] std::vector<Candidate>& population() { return run_.state().population; }
  [[nodiscard]] std::size_t climbers() { return std::min(most_climbers_, population().size()); }
  [[nodiscard]] std::size_t affordable_climbers() const;

  [[nodiscard]] bool better(const Candidate& a, const Candidate& b) const {
    return run_.scoring().better(a, b);
  }

  /// The objective, to be minimised.
  [[nodiscard]] double value_of(const Candidate& candidate) const {
    return run_.scoring().minimised(candidate.values.data(), 0);
  }

  void start();
  void step();
  bool visit_strangers();
  [[nodiscard]] Surroundings look_around(const Candidate& place) const;
  [[nodiscard]] std::vector<Architecture> propose(const Candidate& place,
                                                  const Surroundings& around,
                                                  const Candidate* neighbours) const;
  void move_climbers(const std::vector<Candidate>& best);
  void join_elite(const Candidate& arrived);
  [[nodiscard]] Architecture breed_child(Random& random);

  const SearchProblem& problem_;
  const LocalSearchOptions& options_;
  const SearchContext& context_;
  Operators operators_;
  Neighbourhood neighbourhood_;
  LimitCosts costs_;
  std::size_t most_climbers_;
  SearchRun run_;
};

std::size_t LocalSearch::affordable_climbers() const {
  const Architecture largest = largest_allowed(problem_.space, problem_.choices);
  const auto neighbours = static_cast<std::int64_t>(neighbourhood_.moves(largest).size());
  const std::int64_t walk = 8 * (neighbours + options_.proposals);
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(options_.evaluations / walk, 1, options_.climbers));
}

/// Draws networks of all sizes; the climbers begin at the best of each resolution in turn.
void LocalSearch::start() {
  const auto samples = static_cast<std::size_t>(
      std::min(options_.samples, std::max<std::int64_t>(4, options_.evaluations / 20)));
  const Random stream = context_.random.fork(std::uint64_t{0});
  std::vector<Candidate> drawn = run_.evaluate(start_population(
      problem_, operators_, std::min(samples, run_.left()), stream, run_.state().seen));
  std::stable_sort(drawn.begin(), drawn.end(), [this](const Candidate& a, const Candidate& b) {
    return better(a, b);
  });
  const auto gene = static_cast<std::size_t>(problem_.space.resolution_gene());
  std::vector<std::vector<const Candidate*>> by_resolution(
      problem_.space.genes()[gene].choices.size());
  for (const Candidate& candidate : drawn) {
    by_resolution[candidate.architecture.genes[gene]].push_back(&candidate);
  }
  const auto wanted = std::min(most_climbers_, drawn.size());
  for (std::size_t rank = 0; population().size() < wanted; ++rank) {
    for (const auto& ranking : by_resolution) {
      const bool room = population().size() < wanted;
      if (room && rank < ranking.size()) population().push_back(*ranking[rank]);
    }
  }
}

Surroundings LocalSearch::look_around(const Candidate& place) const {
  Surroundings around{neighbourhood_.moves(place.architecture), {}};
  around.networks.reserve(around.moves.size());
  for (const Move& move : around.moves) {
    around.networks.push_back(neighbourhood_.apply(place.architecture, {&move}));
  }
  return around;
}

/// Networks that promise more than any neighbour: changes that the knapsack puts together.
std::vector<Architecture> LocalSearch::propose(const Candidate& place,
                                               const Surroundings& around,
                                               const Candidate* neighbours) const {
  const LimitCosts::Weights weights = costs_.weights_at(place);
  std::vector<KnapsackItem> items;
  std::vector<const Move*> moves;
  for (std::size_t i = 0; i < around.moves.size(); ++i) {
    const double gain = value_of(place) - value_of(neighbours[i]);
    const double cost = weights.cost(neighbours[i]) - weights.cost(place);
    if (!std::isfinite(gain) || !std::isfinite(cost)) continue;
    items.push_back({around.moves[i].group, gain, cost});
    moves.push_back(&around.moves[i]);
  }
  KnapsackOptions options;
  options.most = static_cast<std::size_t>(options_.changes);
  options.kept =
      std::max<std::size_t>(1, static_cast<std::size_t>(options_.proposals) / (options.most - 1));
  std::vector<Architecture> proposed;
  for (const auto& combination : combine(items, weights.budget - weights.cost(place), options)) {
    std::vector<const Move*> together;
    together.reserve(combination.size());
    for (const std::size_t item : combination) together.push_back(moves[item]);
    proposed.push_back(neighbourhood_.apply(place.architecture, together));
  }
  return proposed;
}

void LocalSearch::step() {
  const std::size_t count = climbers();
  std::vector<Surroundings> around(count);
  for_each_index(count, [&](std::size_t i) { around[i] = look_around(population()[i]); });
  std::vector<Architecture> asked;
  std::vector<std::size_t> first;
  for (const Surroundings& each : around) {
    first.push_back(asked.size());
    asked.insert(asked.end(), each.networks.begin(), each.networks.end());
  }
  const std::size_t neighbours_asked = asked.size();
  const std::vector<Candidate> neighbours = run_.look_up(std::move(asked));
  if (neighbours.size() < neighbours_asked) return;  // the budget is spent

  std::vector<std::vector<Architecture>> proposed(count);
  for_each_index(count, [&](std::size_t i) {
    proposed[i] = propose(population()[i], around[i], neighbours.data() + first[i]);
  });
  std::vector<Architecture> batch;
  for (const auto& each : proposed) batch.insert(batch.end(), each.begin(), each.end());
  const std::size_t proposals_asked = batch.size();
  const std::vector<Candidate> proposals = run_.look_up(std::move(batch));
  if (proposals.size() < proposals_asked) return;

  std::vector<Candidate> best(population().begin(),
                              population().begin() + static_cast<std::ptrdiff_t>(count));
  std::size_t next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < around[i].networks.size(); ++k) {
      const Candidate& neighbour = neighbours[first[i] + k];
      if (better(neighbour, best[i])) best[i] = neighbour;
    }
    for (std::size_t k = 0; k < proposed[i].size(); ++k, ++next) {
      if (better(proposals[next], best[i])) best[i] = proposals[next];
    }
  }
  move_climbers(best);
}

/// To the best that each found. Those that found nothing better join the elite and start anew.
void LocalSearch::move_climbers(const std::vector<Candidate>& best) {
  std::vector<std::size_t> arrived;
  for (std::size_t i = 0; i < best.size(); ++i) {
    if (better(best[i], population()[i])) {
      population()[i] = best[i];
    } else {
      arrived.push_back(i);
    }
  }
  for (const std::size_t i : arrived) join_elite(Candidate(population()[i]));
  const Random stream = context_.random.fork(run_.generation());
  std::vector<Architecture> children;
  for (const std::size_t i : arrived) {
    Random random = stream.fork(i);
    children.push_back(breed_child(random));
  }
  const std::vector<Candidate> reborn = run_.look_up(std::move(children));
  for (std::size_t k = 0; k < reborn.size(); ++k) population()[arrived[k]] = reborn[k];
}

void LocalSearch::join_elite(const Candidate& arrived) {
  const auto first = population().begin() + static_cast<std::ptrdiff_t>(climbers());
  const auto known = std::any_of(first, population().end(), [&arrived](const Candidate& member) {
    return member.architecture == arrived.architecture;
  });
  if (known) return;
  const auto place = std::find_if(
      first, population().end(), [&](const Candidate& member) { return better(arrived, member); });
  const std::size_t most = climbers() + static_cast<std::size_t>(options_.elite);
  population().insert(place, arrived);
  if (population().size() > most) population().pop_back();
}

Architecture LocalSearch::breed_child(Random& random) {
  const std::size_t first = climbers();
  const auto parent = [&]() -> const Architecture& {
    const std::uint64_t a = random.below(population().size() - first);
    const std::uint64_t b = random.below(population().size() - first);
    return population()[first + static_cast<std::size_t>(std::min(a, b))].architecture;
  };
  const bool two = random.uniform() < options_.crossover;
  const Architecture& one = parent();
  Architecture child = two ? operators_.crossover(one, parent(), random) : one;
  operators_.mutate(child, random);
  return child;
}

/// Where the climbers met nothing new: networks from anywhere. False when there are none left.
bool LocalSearch::visit_strangers() {
  const std::size_t count = std::min<std::size_t>(100, run_.left());
  const Random stream = context_.random.fork(run_.generation()).fork("strangers");
  const Breeder sample = [this](Random& random) { return operators_.sample(random); };
  std::vector<Architecture> fresh =
      run_.or_unseen(breed(count, stream, sample, sample, run_.state().seen), count);
  if (fresh.empty()) return false;
  static_cast<void>(run_.evaluate(std::move(fresh)));
  return true;
}

}  // namespace

void validate(const LocalSearchOptions& options) {
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
  require_in(options.samples, 4, 1'000'000, "samples");
  require_in(options.climbers, 1, 10'000, "climbers");
  require_in(options.elite, 2, 10'000, "elite");
  require_in(options.changes, 2, 10, "changes");
  require_in(options.proposals, 1, 10'000, "proposals");
  require_usage(options.crossover >= 0 && options.crossover <= 1,
                "crossover = ",
                options.crossover,
                ", must be in [0, 1]");
  validate(options.mutation);
}

std::string to_text(const LocalSearchOptions& options) {
  return text("samples=",
              options.samples,
              " climbers=",
              options.climbers,
              " elite=",
              options.elite,
              " changes=",
              options.changes,
              " proposals=",
              options.proposals,
              " crossover=",
              shortest_text(options.crossover),
              " ",
              to_text(options.mutation));
}

SearchSummary search_local(const SearchProblem& problem,
                           const Evaluator& evaluator,
                           const LocalSearchOptions& options,
                           const SearchContext& context) {
  validate(options);
  require_one_objective(problem, "local");
  return LocalSearch(problem, evaluator, options, context).search();
}

}  // namespace coppice
