#include "search/limit_costs.hpp"

#include <algorithm>

namespace coppice {
namespace {

/// Of a quantity's range; keeps the weight of a limit that is just met finite.
constexpr double kLeast = 0.01;

}  // namespace

LimitCosts::LimitCosts(const SearchProblem& problem, const std::vector<std::string>& names) {
  for (const Limit& limit : problem.limits) {
    Column column;
    column.place = position_of(limit.name, names);
    column.sign = limit.kind == LimitKind::at_most ? 1 : -1;
    column.bound = column.sign * limit.value;
    if (!problem.ranges.empty()) {
      const Range& range = problem.ranges[column.place];
      if (range.high > range.low) column.extent = range.high - range.low;
    }
    columns_.push_back(column);
  }
}

double LimitCosts::Weights::cost(const Candidate& candidate) const {
  double sum = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    sum += factors[i] * candidate.values[places[i]];
  }
  return sum;
}

LimitCosts::Weights LimitCosts::weights_at(const Candidate& candidate) const {
  Weights weights;
  for (const Column& column : columns_) {
    const double left = column.bound - column.sign * candidate.values[column.place];
    const double weight = 1.0 / (std::max(left, 0.0) + kLeast * column.extent);
    weights.places.push_back(column.place);
    weights.factors.push_back(weight * column.sign);
    weights.budget += weight * column.bound;
  }
  return weights;
}

}  // namespace coppice
