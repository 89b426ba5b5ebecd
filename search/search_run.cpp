#include "search/search_run.hpp"

#include <utility>

#include "search/enumeration.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

SearchRun::SearchRun(const SearchProblem& problem,
                     const Evaluator& evaluator,
                     const SearchBudget& budget,
                     const SearchContext& context)
    : problem_(problem),
      evaluator_(evaluator),
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

std::vector<Architecture> SearchRun::or_unseen(std::vector<Architecture> fresh, std::size_t count) {
  if (fresh.empty()) fresh = next_unseen(problem_.space, problem_.choices, count, state_.seen);
  if (fresh.empty()) state_.reason = StopReason::exhausted;
  return fresh;
}

std::vector<Candidate> SearchRun::candidates_of(std::vector<Architecture> architectures) const {
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
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double* row = rows.data() + i * width;
    candidates[i].architecture = std::move(architectures[i]);
    candidates[i].values.assign(row, row + width);
    candidates[i].violation = scoring_.violation(row);
  }
  return candidates;
}

void SearchRun::take(const std::vector<Candidate>& candidates, std::size_t fresh) {
  Points points{scoring_.objectives(), {}};
  points.values.reserve(candidates.size() * points.objectives);
  for (const Candidate& candidate : candidates) scoring_.append(candidate.values.data(), points);
  evaluations_ += static_cast<std::int64_t>(fresh);
  const bool changed =
      state_.archive.offer(candidates, points, static_cast<std::int64_t>(generation()));
  front_changed_ = front_changed_ || changed;
  improved_ = improved_ || changed;
  note_nearest(candidates);
}

std::vector<Candidate> SearchRun::evaluate(std::vector<Architecture> architectures) {
  std::vector<Candidate> candidates = candidates_of(std::move(architectures));
  take(candidates, candidates.size());
  return candidates;
}

std::vector<Candidate> SearchRun::look_up(std::vector<Architecture> architectures) {
  const std::size_t room = left();
  std::size_t fresh = 0;
  std::size_t count = 0;
  for (; count < architectures.size(); ++count) {
    const std::uint64_t print = fingerprint(architectures[count]);
    if (fresh == room && !state_.seen.contains(print)) break;
    if (state_.seen.insert(print)) ++fresh;
  }
  architectures.resize(count);
  std::vector<Candidate> candidates = candidates_of(std::move(architectures));
  // The archive passes over what it had before.
  take(candidates, fresh);
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
