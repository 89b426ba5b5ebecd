#include "search/search_run.hpp"

#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {

SearchRun::SearchRun(const SearchProblem& problem,
                     const Evaluator& evaluator,
                     const SearchBudget& budget,
                     const SearchContext& context)
    : evaluator_(evaluator),
      context_(context),
      budget_(budget),
      scoring_(problem, evaluator.names()) {
  if (!context.resume) {
    state_.archive = Archive(scoring_.objectives());
    return;
  }
  state_ = *context.resume;
  if (!state_.history.empty()) evaluations_ = state_.history.back().evaluations;
  const bool goes_on =
      state_.reason == StopReason::interrupted || state_.reason == StopReason::evaluations;
  if (goes_on) state_.reason = StopReason::running;
}

bool SearchRun::running() {
  if (state_.reason != StopReason::running) return false;
  if (left() == 0) {
    state_.reason = StopReason::evaluations;
  } else if (budget_.stall_generations > 0 && state_.stalled >= budget_.stall_generations) {
    state_.reason = StopReason::stalled;
  } else if (context_.interrupted && context_.interrupted()) {
    state_.reason = StopReason::interrupted;
  }
  return state_.reason == StopReason::running;
}

std::size_t SearchRun::left() const {
  return evaluations_ >= budget_.evaluations
             ? 0
             : static_cast<std::size_t>(budget_.evaluations - evaluations_);
}

std::vector<Candidate> SearchRun::evaluate(std::vector<Architecture> architectures) {
  const std::vector<double> rows = evaluator_.evaluate(architectures);
  const std::size_t width = evaluator_.names().size();
  require(rows.size() == architectures.size() * width,
          "the evaluator gave ",
          rows.size(),
          " values for ",
          architectures.size(),
          " architectures of ",
          width,
          " quantities");
  std::vector<Candidate> candidates(architectures.size());
  Points points{scoring_.objectives(), {}};
  points.values.reserve(candidates.size() * points.objectives);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double* row = rows.data() + i * width;
    candidates[i].architecture = std::move(architectures[i]);
    candidates[i].values.assign(row, row + width);
    candidates[i].violation = scoring_.violation(row);
    scoring_.append(row, points);
  }
  evaluations_ += static_cast<std::int64_t>(candidates.size());
  const bool changed =
      state_.archive.offer(candidates, points, static_cast<std::int64_t>(generation()));
  front_changed_ = front_changed_ || changed;
  improved_ = improved_ || changed;
  note_nearest(candidates);
  return candidates;
}

void SearchRun::note_nearest(const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    if (state_.nearest && candidate.violation >= state_.nearest->violation) continue;
    state_.nearest = candidate;
    improved_ = true;
  }
}

void SearchRun::end_generation() {
  const Archive& archive = state_.archive;
  SearchEvent event;
  event.generation = static_cast<std::int64_t>(generation());
  event.evaluations = evaluations_;
  event.front_size = static_cast<std::int64_t>(archive.front_size());
  event.hypervolume = front_changed_ || state_.history.empty()
                          ? scoring_.scaled_hypervolume(archive.points())
                          : state_.history.back().hypervolume;
  state_.history.push_back(event);
  state_.stalled = improved_ ? 0 : state_.stalled + 1;
  improved_ = front_changed_ = false;
  if (context_.observer) context_.observer(event);
  if (context_.checkpoint) context_.checkpoint(state_);
}

SearchSummary SearchRun::finish() {
  if (context_.checkpoint) context_.checkpoint(state_);
  return summarize(state_);
}

}  // namespace coppice
