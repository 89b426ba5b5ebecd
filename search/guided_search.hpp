// Search where every evaluation is a costly measurement: a predictor that is refitted after each
// round proposes what to measure next.
//
// The loop of LINAS (Cummings et al., "A hardware-aware framework for accelerating neural
// architecture search across modalities", 2022) and of many before it.
#pragma once

#include <functional>
#include <memory>

#include "search/evaluator.hpp"
#include "search/progress.hpp"

namespace coppice {

struct GuidedOptions {
  std::int64_t evaluations = 300;  ///< measured architectures but the finalists, at least 1
  /// Measured before the first fit, those that the guide knows included; at least 2.
  std::int64_t start = 20;
  std::int64_t batch = 10;  ///< measured between two fits, at least 1
  /// Architectures that the predictors are asked about between two fits, at least 100.
  std::int64_t asked = 5000;
  /// The best by the last prediction, all of which are measured before the search ends; 0 to 1000.
  std::int64_t finalists = 0;
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const GuidedOptions& options);

/// "start=20 ...": the options but the budget, for search_log.hpp.
[[nodiscard]] std::string to_text(const GuidedOptions& options);

/// Predictors fitted to all that was measured so far, in the order of measuring: an evaluator with
/// the quantities of the measuring one.
using Refit = std::function<std::unique_ptr<Evaluator>(const std::vector<Candidate>& measured)>;

/// What a guided search has to go by.
struct Guide {
  Refit refit;
  /// Measured before: they are part of the answer and of every fit, the measuring evaluator knows
  /// them, and they count as no evaluations. All allowed and different.
  std::vector<Architecture> known;
};

struct GuidedSummary {
  SearchSummary search;  ///< of measured values
  /// Those of the last prediction with their measured values, best predicted first. None when the
  /// search was interrupted before them.
  std::vector<Candidate> finalists;
};

/// `measuring` is asked once for each network, in batches. The first round measures
/// SearchProblem::start and random networks as far as GuidedOptions::start needs them. Between two
/// fits the predictors are searched (algorithm.hpp), and the best that was not measured yet is
/// measured: by value for one objective, by front and crowding for several. At the end so are the
/// finalists: for one objective the best by prediction, for several the members of the predicted
/// front, by crowding; where the predictors see nothing within the limits, what is nearest to them.
/// Limits and the result are about measured values. Promises and other errors are those of
/// search_nsga2, as long as `refit` depends on nothing but its argument.
[[nodiscard]] GuidedSummary search_guided(const SearchProblem& problem,
                                          const Evaluator& measuring,
                                          const Guide& guide,
                                          const GuidedOptions& options,
                                          const SearchContext& context = {});

}  // namespace coppice
