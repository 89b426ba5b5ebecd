#include "search/start.hpp"

#include <iterator>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {

std::vector<Architecture> start_population(const SearchProblem& problem,
                                           const Operators& operators,
                                           std::size_t count,
                                           const Random& stream,
                                           SeenSet& seen) {
  std::vector<Architecture> start = {smallest_allowed(problem.space, problem.choices),
                                     largest_allowed(problem.space, problem.choices)};
  start.insert(start.end(), problem.start.begin(), problem.start.end());
  std::vector<Architecture> population;
  for (const Architecture& architecture : start) {
    require_usage(allows(problem.space, problem.choices, architecture),
                  "a start architecture is not among the choices of this search in ",
                  problem.space.name());
    const bool room = population.size() < count;
    if (room && seen.insert(fingerprint(architecture))) population.push_back(architecture);
  }
  std::vector<Architecture> others = breed(
      count - population.size(),
      stream,
      [&operators](Random& random) { return operators.sample_across_sizes(random); },
      [&operators](Random& random) { return operators.sample(random); },
      seen);
  std::move(others.begin(), others.end(), std::back_inserter(population));
  return population;
}

}  // namespace coppice
