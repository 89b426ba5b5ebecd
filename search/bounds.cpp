#include "search/bounds.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "search/additive.hpp"
#include "search/algorithm.hpp"
#include "supernet/base/error.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

/// Of the short searches of find_bounds.
constexpr std::int64_t kShortSearch = 2500;

/// The same space and choices with one objective and nothing else.
SearchProblem extreme_problem(const SearchProblem& problem, const std::string& name, bool high) {
  SearchProblem single{problem.space, problem.choices, {{name, high}}, {}, {}, problem.start};
  return single;
}

Bound monotone_bound(const SearchProblem& problem, const Evaluator& evaluator, std::size_t place) {
  Bound bound;
  bound.name = evaluator.names()[place];
  bound.at_low = smallest_allowed(problem.space, problem.choices);
  bound.at_high = largest_allowed(problem.space, problem.choices);
  bound.range.low = evaluator.evaluate({bound.at_low})[place];
  bound.range.high = evaluator.evaluate({bound.at_high})[place];
  bound.exact = true;
  return bound;
}

/// Computed from sums over blocks; none where the quantity is none.
std::optional<Bound> additive_bound(const SearchProblem& problem,
                                    const Evaluator& evaluator,
                                    std::size_t place) {
  const BlockSums* sums = evaluator.block_sums(place);
  if (sums == nullptr || !has_additive_blocks(problem.space)) return std::nullopt;
  Bound bound;
  bound.name = evaluator.names()[place];
  bound.at_low = additive_extreme(problem.space, problem.choices, *sums, false);
  bound.at_high = additive_extreme(problem.space, problem.choices, *sums, true);
  bound.range.low = evaluator.evaluate({bound.at_low})[place];
  bound.range.high = evaluator.evaluate({bound.at_high})[place];
  bound.exact = true;
  return bound;
}

// One objective, by local search. `done` ends it early.
SearchSummary look(const SearchProblem& problem,
                   const Evaluator& evaluator,
                   const BoundSearches& searches,
                   std::int64_t evaluations,
                   const Random& random,
                   const std::function<bool(const SearchState&)>& done = {}) {
  bool stop = false;
  bool interrupted = false;
  SearchContext context;
  context.random = random;
  context.interrupted = [&] {
    interrupted = searches.interrupted && searches.interrupted();
    return stop || interrupted;
  };
  if (done) context.checkpoint = [&](const SearchState& state) { stop = done(state); };
  const Algorithm algorithm = make_algorithm({"local", evaluations, std::nullopt}, 1);
  SearchSummary found = algorithm.search(problem, evaluator, context);
  if (interrupted) {
    throw Error("interrupted while looking for what can be reached", Failure::interrupted);
  }
  return found;
}

Candidate extreme(const SearchProblem& problem,
                  const Evaluator& evaluator,
                  const std::string& name,
                  bool high,
                  const BoundSearches& searches) {
  const SearchSummary found = look(extreme_problem(problem, name, high),
                                   evaluator,
                                   searches,
                                   kShortSearch,
                                   searches.random.fork(name).fork(high ? "high" : "low"));
  require(found.best.has_value(), "no network has a finite value of ", name);
  return *found.best;
}

Bound found_bound(const SearchProblem& problem,
                  const Evaluator& evaluator,
                  std::size_t place,
                  const BoundSearches& searches) {
  Bound bound;
  bound.name = evaluator.names()[place];
  const Candidate low = extreme(problem, evaluator, bound.name, false, searches);
  const Candidate high = extreme(problem, evaluator, bound.name, true, searches);
  bound.at_low = low.architecture;
  bound.at_high = high.architecture;
  bound.range = {low.values[place], high.values[place]};
  return bound;
}

double nearest_value(const Limit& limit, const Bound& bound) {
  return limit.kind == LimitKind::at_most ? bound.range.low : bound.range.high;
}

/// Searches until a network meets the limit or the budget is spent, and widens the bound.
void search_beyond(const SearchProblem& problem,
                   const Evaluator& evaluator,
                   const BoundSearches& searches,
                   const Limit& limit,
                   std::size_t place,
                   Bound& bound) {
  const bool high = limit.kind == LimitKind::at_least;
  SearchProblem single = extreme_problem(problem, limit.name, high);
  single.start.push_back(high ? bound.at_high : bound.at_low);
  const auto met = [&](const SearchState& state) {
    return state.archive.front_size() > 0 &&
           excess(limit, state.archive.member(0).values[place]) == 0;
  };
  const SearchSummary found = look(single,
                                   evaluator,
                                   searches,
                                   searches.evaluations,
                                   searches.random.fork("limit").fork(to_text(limit)),
                                   met);
  const double value = found.best->values[place];
  if (high && value > bound.range.high) {
    bound.range.high = value;
    bound.at_high = found.best->architecture;
  } else if (!high && value < bound.range.low) {
    bound.range.low = value;
    bound.at_low = found.best->architecture;
  }
}

/// "macs<=1e6 and accuracy>=91".
// Nothing is proven where searches found nothing: they may have missed what there is.
std::string not_found_text(const std::vector<Limit>& limits,
                           const std::string& reachable,
                           std::int64_t evaluations) {
  return text("no network found meets ",
              to_text(limits),
              limits.size() > 1 ? " together" : "",
              reachable,
              "; if it is that close, raise --evaluations above ",
              evaluations);
}

std::string unreachable_text(const Limit& limit, const Bound& bound, std::int64_t evaluations) {
  const char* extreme = limit.kind == LimitKind::at_most ? "the smallest " : "the largest ";
  const std::string value = reachable_text(limit, nearest_value(limit, bound));
  if (bound.exact) {
    return text(to_text(limit), " cannot be met; ", extreme, limit.name, " is ", value);
  }
  return not_found_text({limit}, text("; ", extreme, limit.name, " found is ", value), evaluations);
}

void require_consistent(const std::vector<Limit>& limits) {
  for (const Limit& most : limits) {
    for (const Limit& least : limits) {
      const bool apart = most.name == least.name && most.kind == LimitKind::at_most &&
                         least.kind == LimitKind::at_least && most.value < least.value;
      if (!apart) continue;
      throw Error(text(to_text(most),
                       " cannot be met together with ",
                       to_text(least),
                       "; they exclude each other"),
                  Failure::unreachable);
    }
  }
}

/// The best value of what `limit` bounds under `other`, computed; none where one of them is no sum
/// over blocks, or the computation needs more memory than it may have.
std::optional<double> computed_under(const SearchProblem& problem,
                                     const Evaluator& evaluator,
                                     const Limit& limit,
                                     const Limit& other) {
  const std::size_t place = position_of(limit.name, evaluator.names());
  const std::size_t other_place = position_of(other.name, evaluator.names());
  const BlockSums* value = evaluator.block_sums(place);
  const BlockSums* limited = evaluator.block_sums(other_place);
  if (value == nullptr || limited == nullptr || !has_additive_blocks(problem.space)) return {};
  const bool maximize = limit.kind == LimitKind::at_least;
  const bool at_least = other.kind == LimitKind::at_least;
  try {
    const auto best = best_additive(
        problem.space, problem.choices, {value, maximize, limited, at_least, other.value});
    if (!best) return {};
    return evaluator.evaluate({*best})[place];
  } catch (const Error&) {
    return {};
  }
}

/// Of two limits on sums over blocks it is known whether a network meets both.
void require_compatible(const SearchProblem& problem, const Evaluator& evaluator) {
  for (const Limit& limit : problem.limits) {
    for (const Limit& other : problem.limits) {
      if (limit.name == other.name) continue;
      const auto best = computed_under(problem, evaluator, limit, other);
      if (!best || excess(limit, *best) == 0) continue;
      throw Error(text(to_text(limit),
                       " cannot be met together with ",
                       to_text(other),
                       ", under which ",
                       limit.kind == LimitKind::at_most ? "the smallest " : "the largest ",
                       limit.name,
                       " is ",
                       reachable_text(limit, *best)),
                  Failure::unreachable);
    }
  }
}

/// As far towards `limit` as the other limits allow.
SearchProblem without_limit(const SearchProblem& problem, const Limit& limit) {
  SearchProblem others = extreme_problem(problem, limit.name, limit.kind == LimitKind::at_least);
  others.ranges = problem.ranges;
  for (const Limit& other : problem.limits) {
    if (to_text(other) != to_text(limit)) others.limits.push_back(other);
  }
  return others;
}

/// "with macs<=1e6 the largest accuracy found is 88.1".
std::string reachable_under(const std::vector<Limit>& others, const Limit& limit, double value) {
  return text(others.empty() ? "" : "with " + to_text(others) + " ",
              limit.kind == LimitKind::at_most ? "the smallest " : "the largest ",
              limit.name,
              " found is ",
              reachable_text(limit, value));
}

/// "the nearest network found has macs 2680808, accuracy 89.96": of the limits it misses.
std::string nearest_text(const SearchProblem& problem,
                         const Evaluator& evaluator,
                         const Candidate& nearest) {
  std::string values;
  for (const Limit& limit : problem.limits) {
    const double value = nearest.values[position_of(limit.name, evaluator.names())];
    if (excess(limit, value) == 0) continue;
    values += (values.empty() ? "" : ", ") + limit.name + " " + reachable_text(limit, value);
  }
  return "the nearest network found has " + values;
}

// From a network that meets all limits; not every algorithm takes a start.
SearchSummary searched_again(const SearchProblem& problem,
                             std::int64_t evaluations,
                             const Candidate& met,
                             const std::function<SearchSummary(const Architecture&)>& again) {
  SearchSummary summary = again(met.architecture);
  if (summary.best) return summary;
  throw Error(text("the search met no network within ",
                   to_text(problem.limits),
                   ", but there are some; raise --evaluations above ",
                   evaluations,
                   " or take another --algorithm"),
              Failure::unreachable);
}

}  // namespace

std::string to_text(const std::vector<Limit>& limits) {
  std::string out;
  for (const Limit& limit : limits) out += (out.empty() ? "" : " and ") + to_text(limit);
  return out;
}

bool costs_are_monotone(const SearchSpace& space) {
  if (space.spec().family == Family::resnet) return true;
  const auto& stages = space.spec().stages;
  return std::none_of(stages.begin(), stages.end(), [](const StageSpec& stage) {
    const auto one = std::find(stage.expands.begin(), stage.expands.end(), 1.0);
    return one != stage.expands.end() && stage.expands.front() < 1.0;
  });
}

std::vector<Bound> find_bounds(const SearchProblem& problem,
                               const Evaluator& evaluator,
                               const BoundSearches& searches) {
  const std::vector<std::string>& costs = cost_names();
  const bool monotone = costs_are_monotone(problem.space);
  std::vector<Bound> bounds;
  for (std::size_t place = 0; place < evaluator.names().size(); ++place) {
    const std::string& name = evaluator.names()[place];
    const bool grows = monotone && std::find(costs.begin(), costs.end(), name) != costs.end();
    if (grows) {
      bounds.push_back(monotone_bound(problem, evaluator, place));
    } else if (auto computed = additive_bound(problem, evaluator, place)) {
      bounds.push_back(std::move(*computed));
    } else {
      bounds.push_back(found_bound(problem, evaluator, place, searches));
    }
  }
  return bounds;
}

std::vector<Range> ranges_of(const std::vector<Bound>& bounds) {
  std::vector<Range> ranges;
  ranges.reserve(bounds.size());
  for (const Bound& bound : bounds) ranges.push_back(bound.range);
  return ranges;
}

void check_limits(const SearchProblem& problem,
                  const Evaluator& evaluator,
                  const BoundSearches& searches,
                  std::vector<Bound>& bounds) {
  require_consistent(problem.limits);
  for (const Limit& limit : problem.limits) {
    const std::size_t place = position_of(limit.name, evaluator.names());
    Bound& bound = bounds[place];
    const auto met = [&] { return excess(limit, nearest_value(limit, bound)) == 0; };
    if (!met() && !bound.exact) {
      search_beyond(problem, evaluator, searches, limit, place, bound);
    }
    if (!met()) {
      throw Error(unreachable_text(limit, bound, searches.evaluations), Failure::unreachable);
    }
  }
  require_compatible(problem, evaluator);
}

SearchSummary require_feasible(const SearchProblem& problem,
                               const Evaluator& evaluator,
                               const BoundSearches& searches,
                               SearchSummary summary,
                               const std::function<SearchSummary(const Architecture&)>& again) {
  if (summary.best) return summary;
  require(summary.nearest.has_value(), "the search evaluated nothing");
  require(!problem.limits.empty(), "no network has finite values of the objectives");
  std::string reachable;
  for (const Limit& limit : problem.limits) {
    SearchProblem others = without_limit(problem, limit);
    others.start.push_back(summary.nearest->architecture);
    const SearchSummary found = look(others,
                                     evaluator,
                                     searches,
                                     searches.evaluations,
                                     searches.random.fork("conflict").fork(to_text(limit)));
    if (!found.best) continue;
    const double value = found.best->values[position_of(limit.name, evaluator.names())];
    if (excess(limit, value) == 0) {
      return searched_again(problem, searches.evaluations, *found.best, again);
    }
    reachable += "; " + reachable_under(others.limits, limit, value);
  }
  if (reachable.empty()) reachable = "; " + nearest_text(problem, evaluator, *summary.nearest);
  throw Error(not_found_text(problem.limits, reachable, searches.evaluations),
              Failure::unreachable);
}

std::string reachable_text(const Limit& limit, double value) {
  // Counts are shown in full.
  if (std::abs(value) < 1e15 && std::floor(value) == value) {
    return std::to_string(static_cast<std::int64_t>(value));
  }
  char buffer[64];
  for (int digits = 4; digits < 17; ++digits) {
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
    Limit shown = limit;
    std::from_chars(buffer, end.ptr, shown.value);
    if (excess(shown, value) == 0) return {buffer, end.ptr};
  }
  return shortest_text(value);
}

}  // namespace coppice
