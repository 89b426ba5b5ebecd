// What a search reports, where it stands, and how it ends: shared by all algorithms.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "search/archive.hpp"
#include "search/candidate.hpp"
#include "search/problem.hpp"
#include "search/seen_set.hpp"
#include "supernet/base/random.hpp"

namespace coppice {

/// Handed to the observer after every generation.
struct SearchEvent {
  std::int64_t generation = 0;   ///< 0 is the start population
  std::int64_t evaluations = 0;  ///< distinct architectures so far
  double hypervolume = 0;        ///< of the front, scaled as in SearchSummary
  std::int64_t front_size = 0;
};

/// The values are stored in files and never change.
enum class StopReason : std::int64_t {
  running = 0,
  evaluations = 1,  ///< the budget is spent
  stalled = 2,      ///< nothing better for as many generations as allowed
  exhausted = 3,    ///< no architecture is left that was not evaluated
  interrupted = 4,  ///< the caller asked to stop; the state can be resumed
  solved = 5        ///< the best network was computed, not searched for
};

[[nodiscard]] std::string to_text(StopReason reason);

/// Everything a search needs to go on as if it had never stopped. Random streams are forked by
/// generation and child, so no generator is part of it.
struct SearchState {
  std::vector<Candidate> population;  ///< what the algorithm keeps, in its own order
  Archive archive;
  std::optional<Candidate> nearest;  ///< least violation of all; the first of equals
  SeenSet seen;
  std::vector<SearchEvent> history;  ///< one a finished generation
  std::int64_t stalled = 0;          ///< generations without anything better
  StopReason reason = StopReason::running;
};

/// What a search is handed beside problem, evaluator and options. All members are optional.
struct SearchContext {
  Random random{1};
  std::function<void(const SearchEvent&)> observer;
  /// Asked between generations.
  std::function<bool()> interrupted;
  /// Called after every generation, and at the end, with the state to save; may ignore it.
  std::function<void(const SearchState&)> checkpoint;
  /// Where to go on; must come from a search with the same problem, options and seed. A finished
  /// one stays as it is unless the budget was raised.
  std::optional<SearchState> resume;
};

struct SearchSummary {
  std::vector<Candidate> front;  ///< feasible and not covered, by the first objective, best first
  /// Best in the first objective, then in the next; none when nothing feasible was found.
  std::optional<Candidate> best;
  std::optional<Candidate> nearest;  ///< the evaluated network with the least violation
  /// Of the front, objectives scaled to [0, 1] by SearchProblem::ranges, reference point (1, ...).
  double hypervolume = 0;
  std::vector<double> hypervolume_by_generation;
  std::int64_t evaluations = 0;  ///< distinct architectures, those of a resumed part included
  std::int64_t generations = 0;
  StopReason stopped_because = StopReason::running;

  /// One line: "front of 12 networks, hypervolume 0.8312, 5000 evaluations in 50 generations,
  /// stopped: evaluations".
  [[nodiscard]] std::string brief() const;
};

[[nodiscard]] SearchSummary summarize(const SearchState& state);

}  // namespace coppice
