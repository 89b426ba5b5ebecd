// search.h5: what a search found, and all it needs to go on after a kill.
//
//   /                 attributes: format "coppice-search", version, space (its INI text),
//                     algorithm, options, objectives, limits, predictors, choices, seed,
//                     stopped_because, stalled
//   /quantities       names of the columns of every values table
//   /archive          genes, values, entered, left: all that ever were on the front; generation
//                     g's front is what has entered <= g and left > g or left = -1
//   /front            architecture (JSON lines), values: the last front; of a search that measures
//                     also predicted, predicted_low, predicted_high: like values, NaN where nothing
//                     was predicted
//   /history          evaluations, hypervolume, front_size by generation
//   /baseline         the same three of a random search, where there was one
//   /state            population, nearest and seen (fingerprints): for resuming only
//
// Nothing in it depends on time, host or threads: equal searches give equal bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "search/problem.hpp"
#include "search/progress.hpp"
#include "supernet/base/clock.hpp"

namespace coppice {

/// What two runs must share for one to go on where the other stopped.
struct SearchDescription {
  std::string algorithm;                ///< "nsga2" or "random"
  std::string options;                  ///< to_text of the algorithm's options
  std::vector<std::string> predictors;  ///< whatever identifies them, one each
  std::uint64_t seed = 1;
};

/// What was predicted for the networks of the last front of a search that measures, with the 90 %
/// interval: [front][quantities], NaN where nothing was.
struct FrontPredictions {
  std::vector<double> value;
  std::vector<double> low;
  std::vector<double> high;
};

/// What belongs beside the state of a search that has ended.
struct SearchExtras {
  std::optional<FrontPredictions> predictions;  ///< of a search that measures
  std::vector<SearchEvent> baseline;            ///< the course of a random search; empty: none
};

class SearchLog {
 public:
  /// `clock` is borrowed. `names` are evaluator.names(). Nothing is written yet.
  SearchLog(std::filesystem::path path,
            const SearchProblem& problem,
            std::vector<std::string> names,
            SearchDescription description,
            const Clock& clock);

  /// The state to resume from; none when there is no file. Throws Error when the file is no
  /// search log or damaged, Error(usage) when it belongs to another search, naming what differs.
  [[nodiscard]] std::optional<SearchState> load() const;

  /// SearchContext::checkpoint: writes when the search has ended or `interval` has passed since
  /// the last time, else does nothing. The file is whole at any moment.
  void offer(const SearchState& state);

  /// Writes the end of a search with what belongs beside it; it can be resumed all the same.
  void conclude(const SearchState& state, const SearchExtras& extras) const;

  Seconds interval{10.0};

 private:
  void write(const SearchState& state, const SearchExtras& extras) const;

  std::filesystem::path path_;
  SearchProblem problem_;
  std::vector<std::string> names_;
  SearchDescription description_;
  const Clock& clock_;
  Seconds last_write_;
};

}  // namespace coppice
