// What is searched for: a space, the choices in it, objectives and limits.
#pragma once

#include <string>
#include <vector>

#include "search/choices.hpp"
#include "search/objective.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Least and greatest value of a quantity over the allowed part of a space.
struct Range {
  double low = 0;
  double high = 0;
};

struct SearchProblem {
  SearchSpace space;
  Choices choices;
  /// One to four. One: the best network under the limits; several: the Pareto front.
  std::vector<Objective> objectives;
  std::vector<Limit> limits;  ///< all of them hold together
  /// One a quantity, in the order of Evaluator::names() (see bounds.hpp). They scale the
  /// hypervolume and weigh violations; empty: every quantity from 0 to 1.
  std::vector<Range> ranges;
  /// Allowed networks that are evaluated first: known good ones, extremes.
  std::vector<Architecture> start;
};

/// For algorithms of one objective. Throws Error(usage) otherwise, naming the algorithm.
void require_one_objective(const SearchProblem& problem, const std::string& algorithm);

}  // namespace coppice
