// search.h5: what a search found, and all it needs to go on after a kill.
// The layout is in search/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "search/problem.hpp"
#include "search/progress.hpp"
#include "supernet/base/clock.hpp"
#include "supernet/base/stored_format.hpp"

namespace coppice {

constexpr StoredFormat kSearchFormat{"coppice-search", "search", 1};

/// What two runs must share for one to go on where the other stopped.
struct SearchDescription {
  std::string algorithm;                ///< one of algorithm_names()
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
  /// search, damaged or newer, Error(usage) when it belongs to another search, naming what differs.
  [[nodiscard]] std::optional<SearchState> load() const;

  /// SearchContext::checkpoint: writes when the search has ended or `interval` has passed since
  /// the last time, else does nothing. The file is whole at any moment.
  void offer(const SearchState& state);

  /// Writes the end of a search with what belongs beside it; it can be resumed all the same.
  void conclude(const SearchState& state, const SearchExtras& extras) const;

  Seconds interval{10.0};

 private:
  void write(const SearchState& state, const SearchExtras& extras) const;
  // Throws Error(usage) naming what differs between the search in the file and this one.
  void require_same(const Hdf5Reader& in) const;

  std::filesystem::path path_;
  SearchProblem problem_;
  std::vector<std::string> names_;
  SearchDescription description_;
  const Clock& clock_;
  Seconds last_write_;
};

}  // namespace coppice
