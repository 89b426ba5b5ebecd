// The bookkeeping every search algorithm shares: evaluating, archiving, counting, stopping.
#pragma once

#include <vector>

#include "search/evaluator.hpp"
#include "search/progress.hpp"
#include "search/scoring.hpp"

namespace coppice {

/// When a search ends.
struct SearchBudget {
  std::int64_t evaluations = 0;        ///< distinct architectures
  std::int64_t stall_generations = 0;  ///< generations without anything better; 0: no matter
};

/// Borrows problem, evaluator and context for its lifetime.
class SearchRun {
 public:
  /// Takes the state to resume from, if any. Throws Error(usage) as Scoring does.
  SearchRun(const SearchProblem& problem,
            const Evaluator& evaluator,
            const SearchBudget& budget,
            const SearchContext& context);

  /// Whether another generation is due; sets the reason when not.
  [[nodiscard]] bool running();

  /// How many architectures may still be evaluated.
  [[nodiscard]] std::size_t left() const;

  /// `fresh`; where that is empty, up to `count` of the allowed architectures that were not seen
  /// before, in the order of their genes. Empty only when there is none left, which ends the run.
  [[nodiscard]] std::vector<Architecture> or_unseen(std::vector<Architecture> fresh,
                                                    std::size_t count);

  /// Evaluates architectures that were not seen before, at most left(), and offers them to the
  /// archive.
  [[nodiscard]] std::vector<Candidate> evaluate(std::vector<Architecture> architectures);

  /// Candidates of any allowed architectures, in order. Those not seen before are evaluated as by
  /// evaluate(); the others are asked for again, which costs nothing where the evaluator keeps its
  /// answers, and counts as nothing. Ends before the first unseen one that is beyond left().
  [[nodiscard]] std::vector<Candidate> look_up(std::vector<Architecture> architectures);

  /// Closes the generation: history, observer, checkpoint.
  void end_generation();

  /// The last checkpoint, and the result.
  [[nodiscard]] SearchSummary finish();

  [[nodiscard]] SearchState& state() noexcept { return state_; }
  [[nodiscard]] const Scoring& scoring() const noexcept { return scoring_; }
  [[nodiscard]] std::uint64_t generation() const { return state_.history.size(); }

 private:
  [[nodiscard]] std::vector<Candidate> candidates_of(std::vector<Architecture> architectures) const;
  void take(const std::vector<Candidate>& candidates, std::size_t fresh);
  void note_nearest(const std::vector<Candidate>& candidates);

  const SearchProblem& problem_;
  const Evaluator& evaluator_;
  const SearchContext& context_;
  SearchBudget budget_;
  Scoring scoring_;
  SearchState state_;
  std::int64_t evaluations_ = 0;
  bool improved_ = false;       ///< in the generation under way
  bool front_changed_ = false;  ///< in the generation under way
};

}  // namespace coppice
