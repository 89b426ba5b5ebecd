// Options of `coppice search`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "experiments/command.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

struct SearchCommand {
  static constexpr const char* kName = "search";
  CommonOptions common;
  SpaceOptions space;
  std::vector<std::filesystem::path> predictor;
  std::vector<std::string> objectives;  ///< targets of predictors, or costs
  std::vector<Limit> limit;             ///< all hold together
  std::filesystem::path scenarios;      ///< one set of limits a line; empty: `limit` alone
  std::int64_t evaluations = 20000;     ///< of different architectures, at most
  int population = 100;
  std::filesystem::path profile;  ///< device profile, for energy_mj and co2e_g; empty: none
  std::string region;             ///< of the grid for co2e_g; empty: the world's average
  std::filesystem::path out;      ///< search.h5; empty: not kept
  std::filesystem::path best;     ///< the best network of each set of limits; empty: not kept
  std::filesystem::path run;      ///< whose energy.csv this belongs to; empty: none
  bool resume = false;            ///< go on in `out`
};

void bind(SearchCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const SearchCommand& command);

}  // namespace coppice
