// Turns rows of an evaluator into what the algorithms compare: minimised objectives, violations,
// objectives scaled for the hypervolume.
#pragma once

#include <string>
#include <vector>

#include "search/candidate.hpp"
#include "search/pareto.hpp"
#include "search/problem.hpp"

namespace coppice {

class Scoring {
 public:
  /// Throws Error(usage) when an objective or limit names no quantity, when there are none or too
  /// many objectives, or when one is named twice.
  Scoring(const SearchProblem& problem, const std::vector<std::string>& names);

  [[nodiscard]] std::size_t objectives() const noexcept { return objectives_.size(); }

  /// Candidate::violation of a row; infinite when an objective or limited quantity is not finite.
  [[nodiscard]] double violation(const double* row) const;

  /// An objective of the row, negated where it is maximised.
  [[nodiscard]] double minimised(const double* row, std::size_t objective) const {
    return objectives_[objective].sign * row[objectives_[objective].place];
  }

  /// Less violation, or as much and a better first objective.
  [[nodiscard]] bool better(const Candidate& a, const Candidate& b) const {
    if (a.violation != b.violation) return a.violation < b.violation;
    return minimised(a.values.data(), 0) < minimised(b.values.data(), 0);
  }

  /// Appends the row's objectives to `points`, negated where they are maximised.
  void append(const double* row, Points& points) const;

  /// Hypervolume of minimised objectives between the best (0) and the worst value (1) of each
  /// objective's range: 1 is a network that is best in everything.
  [[nodiscard]] double scaled_hypervolume(const Points& minimised) const;

 private:
  struct Column {
    std::size_t place = 0;
    double sign = 1;
    double best = 0;   ///< minimised
    double worst = 1;  ///< minimised
  };
  struct LimitColumn {
    std::size_t place = 0;
    double extent = 1;
    Limit limit;
  };
  std::vector<Column> objectives_;
  std::vector<LimitColumn> limits_;
};

}  // namespace coppice
