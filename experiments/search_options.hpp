// Options of `coppice search`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

struct SearchCommand {
  static constexpr const char* kName = "search";
  CommonOptions common;
  ChargeOptions charge;
  SpaceOptions space;
  std::vector<std::filesystem::path> predictor;
  std::vector<std::string> objectives;      ///< targets of predictors, or costs
  std::vector<Limit> limit;                 ///< all hold together
  std::filesystem::path scenarios;          ///< one set of limits a line; empty: `limit` alone
  std::string algorithm;                    ///< empty: the best known for the objectives
  std::optional<std::int64_t> evaluations;  ///< of different architectures; unset: the algorithm's
  std::optional<std::int64_t> population;   ///< unset: the algorithm's
  std::string precision = "fp32";           ///< or bf16: see commands/draft_search.hpp
  std::string prefer;                       ///< picks `best` from the front; empty: its first
  std::filesystem::path profile;        ///< device profile, for energy_mj and co2e_g; empty: none
  std::string region;                   ///< of the grid for co2e_g; empty: the world's average
  std::filesystem::path out;            ///< search.h5; empty: not kept
  std::filesystem::path best;           ///< the best network of each set of limits; empty: not kept
  std::filesystem::path run;            ///< whose energy.csv this belongs to; empty: none
  bool resume = false;                  ///< go on in `out`
  std::optional<std::int64_t> measure;  ///< networks measured in each round; unset: none at all
  std::optional<std::int64_t> rounds;   ///< of measuring; unset: kMeasuringRounds
  std::vector<std::string> what{"accuracy", "latency"};  ///< that may be measured
};

constexpr std::int64_t kMeasuringRounds = 3;
/// Networks that predictors are asked about in each round of measuring, unless told.
constexpr std::int64_t kAskedInARound = 20'000;

/// Measuring needs tensors.
[[nodiscard]] Body body_of(const SearchCommand& command);

/// The targets that --what lets a search measure: accuracy, latencies by their runtimes.
[[nodiscard]] std::vector<std::string> measurable_targets(const SearchCommand& command);

void bind(SearchCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const SearchCommand& command);

}  // namespace coppice
