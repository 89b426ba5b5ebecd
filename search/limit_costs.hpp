// Limits as one cost: how much of what is left of them a network uses.
#pragma once

#include <string>
#include <vector>

#include "search/candidate.hpp"
#include "search/problem.hpp"

namespace coppice {

class LimitCosts {
 public:
  /// Throws Error(usage) when a limit names no quantity.
  LimitCosts(const SearchProblem& problem, const std::vector<std::string>& names);

  /// The weighted sum of the limited quantities, those limited from below negated. A network
  /// within every limit costs at most `budget`.
  struct Weights {
    std::vector<std::size_t> places;
    std::vector<double> factors;
    double budget = 0;

    [[nodiscard]] double cost(const Candidate& candidate) const;
  };

  /// A surrogate for the limits around `candidate`: each weighs the more the less is left of it.
  [[nodiscard]] Weights weights_at(const Candidate& candidate) const;

 private:
  struct Column {
    std::size_t place = 0;
    double sign = 1;   ///< -1: limited from below
    double bound = 0;  ///< times sign
    double extent = 1;
  };
  std::vector<Column> columns_;
};

}  // namespace coppice
