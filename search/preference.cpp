#include "search/preference.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

/// Weight of the sum beside the maximum.
constexpr double kAugmentation = 1e-3;

struct Column {
  std::size_t place = 0;
  double sign = 1;
  double aspiration = 0;
  double extent = 1;

  [[nodiscard]] double shortfall(const Candidate& candidate) const {
    return sign * (candidate.values[place] - aspiration) / extent;
  }
};

Aspiration parse_one(const std::string& part, const std::string& whole) {
  const std::size_t sign = part.find('#');
  Aspiration aspiration;
  aspiration.name = part.substr(0, sign);
  const char* const end = part.data() + part.size();
  const char* const begin = sign == std::string::npos ? end : part.data() + sign + 1;
  const auto [stop, code] = std::from_chars(begin, end, aspiration.value);
  const bool whole_number = code == std::errc() && stop == end && std::isfinite(aspiration.value);
  require_usage(whole_number && !aspiration.name.empty(),
                "--prefer = '",
                whole,
                "', must be NAME#VALUE, or several of them joined by '+'");
  return aspiration;
}

Column column_of(const Aspiration& aspiration,
                 const SearchProblem& problem,
                 const std::vector<std::string>& names) {
  std::string known;
  for (const Objective& objective : problem.objectives) {
    known += (known.empty() ? "" : ", ") + objective.name;
    if (objective.name != aspiration.name) continue;
    Column column;
    column.place = position_of(objective.name, names);
    column.sign = objective.maximize ? -1 : 1;
    column.aspiration = aspiration.value;
    if (!problem.ranges.empty()) {
      const Range& range = problem.ranges[column.place];
      if (range.high > range.low) column.extent = range.high - range.low;
    }
    return column;
  }
  throw Error(text("--prefer names ",
                   aspiration.name,
                   ", which is no objective; the objectives are ",
                   known),
              Failure::usage);
}

}  // namespace

std::vector<Aspiration> parse_preference(const std::string& preference) {
  std::vector<Aspiration> aspirations;
  for (std::size_t begin = 0; begin <= preference.size();) {
    const std::size_t end = std::min(preference.find('+', begin), preference.size());
    aspirations.push_back(parse_one(preference.substr(begin, end - begin), preference));
    begin = end + 1;
  }
  for (auto one = aspirations.begin(); one != aspirations.end(); ++one) {
    const bool fresh = std::none_of(aspirations.begin(), one, [one](const Aspiration& other) {
      return other.name == one->name;
    });
    require_usage(fresh, "--prefer = '", preference, "' names ", one->name, " twice");
  }
  return aspirations;
}

std::size_t preferred(const std::vector<Candidate>& front,
                      const std::vector<Aspiration>& aspirations,
                      const SearchProblem& problem,
                      const std::vector<std::string>& names) {
  std::vector<Column> columns;
  columns.reserve(aspirations.size());
  for (const Aspiration& each : aspirations) columns.push_back(column_of(each, problem, names));
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < front.size(); ++i) {
    double worst = -std::numeric_limits<double>::infinity();
    double sum = 0;
    for (const Column& column : columns) {
      const double shortfall = column.shortfall(front[i]);
      worst = std::max(worst, shortfall);
      sum += shortfall;
    }
    const double score = worst + kAugmentation * sum;
    if (score < least) {
      least = score;
      best = i;
    }
  }
  return best;
}

}  // namespace coppice
