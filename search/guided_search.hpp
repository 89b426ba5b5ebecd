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
  std::int64_t evaluations = 300;  ///< measured architectures, at least 1
  std::int64_t start = 20;         ///< measured before the first fit, at least 2
  std::int64_t batch = 10;         ///< measured between two fits, at least 1
  /// Architectures that the predictors are asked about between two fits, at least 100.
  std::int64_t asked = 5000;
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const GuidedOptions& options);

/// "start=20 ...": the options but the budget, for search_log.hpp.
[[nodiscard]] std::string to_text(const GuidedOptions& options);

/// Predictors fitted to all that was measured so far, in the order of measuring: an evaluator with
/// the quantities of the measuring one.
using Refit = std::function<std::unique_ptr<Evaluator>(const std::vector<Candidate>& measured)>;

/// `measuring` is asked once for each network, in batches. Between two fits the predictors are
/// searched (algorithm.hpp), and the best that was not measured yet is measured: by value for one
/// objective, by front and crowding for several. Limits and the result are about measured values.
/// Promises and other errors are those of search_nsga2, as long as `refit` depends on nothing but
/// its argument.
[[nodiscard]] SearchSummary search_guided(const SearchProblem& problem,
                                          const Evaluator& measuring,
                                          const Refit& refit,
                                          const GuidedOptions& options,
                                          const SearchContext& context = {});

}  // namespace coppice
