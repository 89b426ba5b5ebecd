#include "search/scoring.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/hypervolume.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

Range range_of(const SearchProblem& problem, std::size_t place) {
  return problem.ranges.empty() ? Range{0, 1} : problem.ranges[place];
}

}  // namespace

Scoring::Scoring(const SearchProblem& problem, const std::vector<std::string>& names) {
  const std::size_t count = problem.objectives.size();
  require_usage(count >= 1 && count <= kMostObjectives,
                "a search takes 1 to ",
                kMostObjectives,
                " objectives, ",
                count,
                " were named");
  require(problem.ranges.empty() || problem.ranges.size() == names.size(),
          "a search got ",
          problem.ranges.size(),
          " ranges for ",
          names.size(),
          " quantities");
  for (const Objective& objective : problem.objectives) {
    Column column;
    column.place = position_of(objective.name, names);
    const bool fresh = std::none_of(objectives_.begin(), objectives_.end(), [&](const Column& c) {
      return c.place == column.place;
    });
    require_usage(fresh, "objective '", objective.name, "' is named twice");
    const Range range = range_of(problem, column.place);
    column.sign = objective.maximize ? -1 : 1;
    column.best = objective.maximize ? -range.high : range.low;
    column.worst = objective.maximize ? -range.low : range.high;
    objectives_.push_back(column);
  }
  for (const Limit& limit : problem.limits) {
    const std::size_t place = position_of(limit.name, names);
    const Range range = range_of(problem, place);
    const double extent = range.high - range.low;
    limits_.push_back({place, extent > 0 ? extent : 1, limit});
  }
}

double Scoring::violation(const double* row) const {
  double sum = 0;
  for (const LimitColumn& column : limits_) {
    sum += excess(column.limit, row[column.place]) / column.extent;
  }
  for (const Column& column : objectives_) {
    if (!std::isfinite(row[column.place])) return std::numeric_limits<double>::infinity();
  }
  return sum;
}

void Scoring::append(const double* row, Points& points) const {
  for (const Column& column : objectives_) {
    points.values.push_back(column.sign * row[column.place]);
  }
}

double Scoring::scaled_hypervolume(const Points& minimised) const {
  Points scaled{minimised.objectives, {}};
  scaled.values.reserve(minimised.values.size());
  for (std::size_t i = 0; i < minimised.size(); ++i) {
    for (std::size_t k = 0; k < objectives_.size(); ++k) {
      const Column& column = objectives_[k];
      const double extent = column.worst - column.best;
      const double share = extent > 0 ? (minimised[i][k] - column.best) / extent : 0.0;
      scaled.values.push_back(std::max(0.0, share));
    }
  }
  return hypervolume(scaled, std::vector<double>(objectives_.size(), 1.0));
}

}  // namespace coppice
