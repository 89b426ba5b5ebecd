// `coppice search --precision bf16`: most networks are looked at with predictors that round, and
// only what these find is searched with exact ones.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "experiments/commands/search_parts.hpp"
#include "search/algorithm.hpp"
#include "search/evaluator.hpp"
#include "search/problem.hpp"

namespace coppice {

class DraftSearch {
 public:
  /// For the predictors of this call, which must outlive it.
  DraftSearch(const SearchCommand& command,
              const SearchSpace& space,
              const std::vector<std::unique_ptr<Predictor>>& predictors,
              const std::vector<std::string>& costs);

  /// Whether a predictor rounds at all: on this processor, of these kinds.
  [[nodiscard]] bool helps() const noexcept { return !rough_.empty(); }

  /// The algorithm with all of the budget.
  [[nodiscard]] const Algorithm& whole() const noexcept { return whole_; }

  /// Null unless it helps.
  [[nodiscard]] const Evaluator* evaluator() const noexcept { return parallel_.get(); }

  /// The command with what is left of its budget for the exact search: a fifth.
  [[nodiscard]] SearchCommand rest() const;

  /// What the draft's population is in the end, to start from. REQUIRES helps().
  [[nodiscard]] std::vector<Architecture> networks(const SearchProblem& problem,
                                                   const std::function<bool()>& interrupted) const;

 private:
  const SearchCommand& command_;
  Algorithm whole_;
  std::vector<std::unique_ptr<Predictor>> rough_;
  std::unique_ptr<Evaluator> serial_;
  std::unique_ptr<Evaluator> parallel_;
};

}  // namespace coppice
