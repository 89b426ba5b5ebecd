#include "search/costly_search.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "search/choices.hpp"
#include "search/operators.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// An allowed network may be rare; trying costs microseconds.
constexpr int kMostTries = 20000;

class CostlySearch {
 public:
  CostlySearch(const CostlyProblem& problem, const CostlySearchOptions& options)
      : problem_(problem),
        options_(options),
        // Without chances of its own a mutation changes one group.
        operators_(problem.space, all_choices(problem.space), {0, 0, 0, 0}) {}

  std::vector<ScoredNetwork> run(const Random& random) {
    while (static_cast<std::int64_t>(scored_.size()) < options_.evaluations) {
      Random stream = random.fork(scored_.size());
      const auto next = born(stream);
      if (!next) break;
      scored_.push_back({*next, problem_.score(*next)});
    }
    return std::move(scored_);
  }

 private:
  // A child of one of the best, or a stranger at first and where no mutant is new.
  std::optional<Architecture> born(Random& random) {
    if (scored_.size() >= static_cast<std::size_t>(options_.population)) {
      const Architecture parent = one_of_the_best(random);
      for (int i = 0; i < kMostTries; ++i) {
        Architecture child = parent;
        operators_.mutate(child, random);
        if (is_new(child)) return child;
      }
    }
    for (int i = 0; i < kMostTries; ++i) {
      Architecture stranger = operators_.sample_across_sizes(random);
      if (is_new(stranger)) return stranger;
    }
    return std::nullopt;
  }

  // Earlier ones win ties.
  [[nodiscard]] Architecture one_of_the_best(Random& random) const {
    std::vector<ScoredNetwork> ranked = scored_;
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
      return a.score > b.score;
    });
    return ranked[random.below(static_cast<std::size_t>(options_.parents))].architecture;
  }

  bool is_new(const Architecture& architecture) {
    return problem_.allowed(architecture) && seen_.insert(architecture).second;
  }

  const CostlyProblem& problem_;
  const CostlySearchOptions& options_;
  Operators operators_;
  std::vector<ScoredNetwork> scored_;
  std::unordered_set<Architecture, ArchitectureHash> seen_;
};

}  // namespace

void validate(const CostlySearchOptions& options) {
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
  require_usage(
      options.population >= 1, "population = ", options.population, ", must be at least 1");
  require_usage(options.parents >= 1 && options.parents <= options.population,
                "parents = ",
                options.parents,
                ", must be 1 to population = ",
                options.population);
}

std::vector<ScoredNetwork> search_costly(const CostlyProblem& problem,
                                         const CostlySearchOptions& options,
                                         const Random& random) {
  validate(options);
  return CostlySearch(problem, options).run(random);
}

const ScoredNetwork& best_of(const std::vector<ScoredNetwork>& networks) {
  return *std::max_element(networks.begin(), networks.end(), [](const auto& a, const auto& b) {
    return a.score < b.score;
  });
}

}  // namespace coppice
