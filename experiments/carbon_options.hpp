// Options of `coppice carbon compare` and `coppice carbon deployment`.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/command.hpp"

namespace coppice {

struct CarbonCommand {
  static constexpr const char* kName = "carbon";
  CommonOptions common;
  std::string action;         ///< compare or deployment
  std::filesystem::path run;  ///< empty: published methods only
  int scenarios = 40;
  std::string baseline;  ///< only this per-model method; empty: all
  std::string region;    ///< grid that all methods are charged for; empty: the papers' own
  std::filesystem::path grid_csv;   ///< replaces the built-in table of grids; may be empty
  std::filesystem::path hourly;     ///< intensity by the hour, for `when`; may be empty
  std::string when;                 ///< an hour of it; given if and only if `hourly` is
  std::filesystem::path per_model;  ///< folder of searches carried out for each model; may be empty
  std::filesystem::path machine;    ///< profile of the machine that trained; may be empty
  std::vector<std::filesystem::path> finetuned;  ///< runs of networks trained further
  std::filesystem::path profile;             ///< deployment: of the device, for its embodied carbon
  std::vector<std::filesystem::path> cards;  ///< deployment: card.json of each network
  double inferences = 0;                     ///< deployment: of each network, > 0
  double years = 1;                          ///< deployment: in which they happen, > 0
};

void bind(CarbonCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const CarbonCommand& command);

}  // namespace coppice
