#include "search/problem.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void require_one_objective(const SearchProblem& problem, const std::string& algorithm) {
  require_usage(problem.objectives.size() == 1,
                "--algorithm ",
                algorithm,
                " takes one objective, ",
                problem.objectives.size(),
                " were named; make the others limits, or take nsga2");
}

}  // namespace coppice
