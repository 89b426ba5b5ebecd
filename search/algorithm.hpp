// The search algorithms by name.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "search/evaluator.hpp"
#include "search/progress.hpp"

namespace coppice {

/// local, nsga2, evolution, ageing, random, exact.
[[nodiscard]] const std::vector<std::string>& algorithm_names();

struct AlgorithmOptions {
  std::string name;  ///< one of algorithm_names(); empty: local for one objective, else nsga2
  std::optional<std::int64_t> evaluations;  ///< distinct architectures; unset: the algorithm's own
  std::optional<std::int64_t> population;   ///< of nsga2, evolution and ageing; unset: their own
};

/// One algorithm with its options, for problems with as many objectives.
struct Algorithm {
  std::string name;
  std::string options;  ///< to_text of its options, for search_log.hpp
  std::int64_t evaluations = 0;
  std::function<SearchSummary(const SearchProblem&, const Evaluator&, const SearchContext&)> search;
};

/// Throws Error(usage) when there is no such algorithm, when an option is out of its range, or when
/// it is none of the algorithm's.
[[nodiscard]] Algorithm make_algorithm(const AlgorithmOptions& options, std::size_t objectives);

}  // namespace coppice
