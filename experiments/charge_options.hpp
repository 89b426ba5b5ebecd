// What the energy of a command is charged with: options of all commands that meter themselves.
#pragma once

#include <string>

#include "experiments/options.hpp"

namespace coppice {

struct ChargeOptions {
  std::string grid;  ///< region of GridTable that powers this machine; empty: kDefaultRegion
  double pue = 1;    ///< overhead of the data centre around it, >= 1
  double tdp = 0;    ///< watts of the whole processor, where it is modelled; 0: known or assumed
};

/// Names of the options: they decide about joules and grams, never about results.
[[nodiscard]] const std::vector<std::string>& charge_names();

void bind(ChargeOptions& charge, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed: the nearest region, for one.
void validate(const ChargeOptions& charge);

/// For commands whose joules are recorded in a run or nowhere. Throws Error(usage) naming the
/// option when one is given though there is no run.
void require_run_to_charge(const ChargeOptions& charge, bool has_run);

/// The options that are set, for another command.
[[nodiscard]] OptionWords charge_words(const ChargeOptions& charge);

}  // namespace coppice
