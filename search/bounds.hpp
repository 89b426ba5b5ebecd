// How small and how large each quantity can get, and limits that cannot be met.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "search/evaluator.hpp"
#include "search/problem.hpp"
#include "search/progress.hpp"

namespace coppice {

/// The reachable values of one quantity within the allowed choices.
struct Bound {
  std::string name;
  Range range;
  Architecture at_low;
  Architecture at_high;
  bool exact = false;  ///< else the extremes are the best that a search found
};

/// How the searches behind bounds are made.
struct BoundSearches {
  Random random{1};
  std::int64_t evaluations = 0;            ///< of one that looks beyond a limit, or for a conflict
  std::function<bool()> interrupted = {};  ///< asked between generations; may be empty
};

/// Whether macs, params and peak_activation_bytes grow with every gene, so that the smallest and
/// the largest network are their extremes. A greater kernel, expansion, width, resolution or
/// depth replaces no layer by a smaller one: rounding to channels and to pixels never falls, a
/// stage's output does not depend on its depth, and each count grows with each of its factors.
/// The one exception are expansions below 1 beside exactly 1: the latter saves the expanding
/// convolution and may cost less.
[[nodiscard]] bool costs_are_monotone(const SearchSpace& space);

/// "accuracy>=91 and latency_ms<=0.3".
[[nodiscard]] std::string to_text(const std::vector<Limit>& limits);

/// One bound a quantity, in the order of evaluator.names(). Costs that are monotone and sums over
/// blocks are exact; every other quantity takes two short searches. Only space, choices and start
/// of the problem are used. Throws Error when a quantity is finite nowhere, Error(interrupted)
/// when `searches` says so.
[[nodiscard]] std::vector<Bound> find_bounds(const SearchProblem& problem,
                                             const Evaluator& evaluator,
                                             const BoundSearches& searches);

/// What SearchProblem::ranges takes.
[[nodiscard]] std::vector<Range> ranges_of(const std::vector<Bound>& bounds);

/// Before a search: throws Error(unreachable) for the first limit that no network meets, with
/// the nearest value: "latency_ms<=0.2 cannot be met; the smallest latency_ms is 0.43". Where the
/// bound is not exact, a search looks for one that meets the limit, and
/// `bounds` take up what it found; the message then is "no network found meets accuracy>=99; the
/// largest accuracy found is 89.9; if it is that close, raise --evaluations above 20000". Two
/// limits of one quantity that exclude each other are unreachable too: "macs<=1e6 cannot be met
/// together with macs>=2e6; they exclude each other"; so are two limits on sums over blocks that no
/// network meets together, with the nearest value: "latency_ms<=10 cannot be met together with
/// macs>=1.1e8, under which the smallest latency_ms is 11.2". Throws Error(interrupted) when
/// `searches` says so.
void check_limits(const SearchProblem& problem,
                  const Evaluator& evaluator,
                  const BoundSearches& searches,
                  std::vector<Bound>& bounds);

/// After a search: its summary when it found something feasible. Else, for each limit, a search
/// comes as near to it as the others allow. One that meets all limits after
/// all is where `again` starts a second search, whose summary is returned; else throws
/// Error(unreachable) that says how near one comes: "no network found meets macs<=1e6 and
/// accuracy>=91 together; with accuracy>=91 the smallest macs found is 3100000; with macs<=1e6 the
/// largest accuracy found is 88.1; if it is that close, raise
/// --evaluations above 20000". It throws, too, when the second search meets nothing either, and
/// Error(interrupted) when `searches` says so.
[[nodiscard]] SearchSummary require_feasible(
    const SearchProblem& problem,
    const Evaluator& evaluator,
    const BoundSearches& searches,
    SearchSummary summary,
    const std::function<SearchSummary(const Architecture& start)>& again);

/// `value` with few digits, rounded so that a limit of the same kind with this number is met.
[[nodiscard]] std::string reachable_text(const Limit& limit, double value);

}  // namespace coppice
