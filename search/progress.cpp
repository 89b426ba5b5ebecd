#include "search/progress.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

std::string to_text(StopReason reason) {
  switch (reason) {
    case StopReason::running:
      return "running";
    case StopReason::evaluations:
      return "evaluations";
    case StopReason::stalled:
      return "stalled";
    case StopReason::exhausted:
      return "exhausted";
    case StopReason::interrupted:
      return "interrupted";
    case StopReason::solved:
      return "solved";
  }
  return "unknown";
}

std::string SearchSummary::brief() const {
  const std::string found =
      front.empty() ? "nothing within the limits"
                    : text("front of ", front.size(), front.size() == 1 ? " network" : " networks");
  return text(found,
              ", hypervolume ",
              hypervolume,
              ", ",
              evaluations,
              " evaluations in ",
              generations,
              " generations, stopped: ",
              to_text(stopped_because));
}

SearchSummary summarize(const SearchState& state) {
  SearchSummary summary;
  summary.front = state.archive.front();
  if (!summary.front.empty()) summary.best = summary.front.front();
  summary.nearest = state.nearest;
  for (const SearchEvent& event : state.history) {
    summary.hypervolume_by_generation.push_back(event.hypervolume);
  }
  if (!state.history.empty()) {
    summary.hypervolume = state.history.back().hypervolume;
    summary.evaluations = state.history.back().evaluations;
    summary.generations = static_cast<std::int64_t>(state.history.size());
  }
  summary.stopped_because = state.reason;
  return summary;
}

}  // namespace coppice
