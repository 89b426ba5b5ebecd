// `coppice search --measure`: predictors propose, networks are measured, predictors are fitted anew
// (search/guided_search.hpp). Knows nothing of tensors: whoever can measure is handed in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "experiments/commands/measured_networks.hpp"
#include "experiments/commands/search_result.hpp"
#include "search/bounds.hpp"
#include "search/guided_search.hpp"
#include "search/problem.hpp"
#include "search/search_log.hpp"

namespace coppice {

/// Measures what was not measured yet and returns one row a network, in order, with every target
/// of the search. Calls `done` after each. Throws Error(interrupted) when it is to stop.
using MeasureNetworks = std::function<std::vector<Measurement>(
    const std::vector<Architecture>& architectures, const std::function<void()>& done)>;

/// What a search works with.
struct SearchMeans {
  Assemble assemble;
  MeasureNetworks measure;
  const Clock* clock = nullptr;  ///< borrowed; paces the writing of files
};

struct MeasuredSearchOptions {
  std::int64_t batch = 10;      ///< networks measured in each round, at least 1
  std::int64_t rounds = 3;      ///< at least 1
  std::int64_t asked = 20'000;  ///< networks that predictors are asked about in each, at least 100
  SearchDescription description;  ///< of the search's file; the algorithm's options are added
  /// Called with the networks measured for the present limits, and how many there are to be at
  /// most.
  std::function<void(std::int64_t done, std::int64_t all)> progress;
  std::function<bool()> interrupted;  ///< asked between rounds; empty: never
};

/// As many measured networks stand before the first fit; missing ones are sampled.
constexpr std::size_t kMeasuredBeforeFit = 20;
/// The best by the last prediction, which are measured before the answer is given.
constexpr std::int64_t kFinalists = 10;

/// Searches for several sets of limits, one after the other; each knows what those before it
/// measured.
class MeasuredSearch {
 public:
  /// `problem` has no limits and no ranges; its start networks are measured first where networks
  /// must be sampled. `known` is borrowed and takes up what is measured.
  MeasuredSearch(SearchProblem problem,
                 MeasuredNetworks& known,
                 SearchMeans means,
                 MeasuredSearchOptions options);

  /// Throws Error(usage) when the file belongs to another search, naming what differs.
  void require_same(const std::vector<Limit>& limits, const std::filesystem::path& log) const;

  /// Measures networks of all sizes until predictors can be fitted; where that is needed, it first
  /// writes the file of the first search unless `log` is empty. To be called once, first.
  void prepare(const std::vector<Limit>& limits, const std::filesystem::path& log);

  /// Throws Error(unreachable) with the nearest value that is reachable, as predicted or measured
  /// so far, when the limits cannot be met.
  void check(const std::vector<Limit>& limits);

  /// Writes the search's file before anything is measured and after every round, unless `log` is
  /// empty. Throws what check throws, with nothing measured or written; Error(unreachable) with the
  /// nearest measured network when none is within the limits; Error(interrupted) when it was
  /// stopped: the same search with the same known networks, whose measurements are at hand, then
  /// takes the same way.
  [[nodiscard]] FoundNetworks search(const std::vector<Limit>& limits,
                                     const std::filesystem::path& log);

  /// Names of all quantities, in the order of the candidates' values.
  [[nodiscard]] const std::vector<std::string>& names() const { return values_->names(); }

  /// With limits and ranges of the last search.
  [[nodiscard]] const SearchProblem& problem() const noexcept { return problem_; }

  /// The predictors of the targets, fitted to all that is measured now.
  [[nodiscard]] std::vector<FittedPredictor> fits() const;

 private:
  [[nodiscard]] GuidedOptions guided() const;
  [[nodiscard]] SearchLog file_of(const std::vector<Limit>& limits,
                                  const std::filesystem::path& log) const;
  void widen(std::vector<Bound>& bounds) const;
  void measure(const std::vector<Architecture>& missing);
  [[nodiscard]] std::vector<double> evaluate(const std::vector<Architecture>& architectures);
  [[nodiscard]] SearchRound round_of(const std::vector<Architecture>& measured,
                                     const std::vector<double>& predicted) const;
  [[nodiscard]] std::unique_ptr<Evaluator> refit();
  [[nodiscard]] std::vector<Architecture> known() const;
  [[nodiscard]] MeasuredPart measured_part(const SearchSummary& summary,
                                           std::vector<Candidate> finalists) const;
  void require_found(const SearchSummary& summary) const;

  friend class MeasuringEvaluator;

  SearchProblem problem_;
  MeasuredNetworks& known_;
  SearchMeans means_;
  MeasuredSearchOptions options_;
  Random random_;
  std::unique_ptr<Evaluator> values_;
  std::shared_ptr<const Evaluator> latest_;  ///< of the last fit
  bool fresh_ = false;                       ///< nothing was measured since
  std::vector<SearchRound> rounds_;          ///< of the present limits
  std::int64_t done_ = 0;                    ///< measured for them
  std::int64_t all_ = 0;
};

}  // namespace coppice
