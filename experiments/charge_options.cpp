#include "experiments/charge_options.hpp"

#include "experiments/option_values.hpp"
#include "predictors/grid_intensity.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

const std::vector<std::string>& charge_names() {
  static const std::vector<std::string> names{"grid", "pue", "tdp"};
  return names;
}

void bind(ChargeOptions& charge, OptionSet& options) {
  options
      .add("grid",
           charge.grid,
           "NAME",
           "country, state (US-CA) or cloud region that powers this machine, for its own emissions")
      .shows("the world's average");
  options.add("pue", charge.pue, "X", "overhead of the data centre around this machine, 1 to 10");
  options
      .add("tdp",
           charge.tdp,
           "WATTS",
           "thermal design power of this machine's processor, where its energy is modelled")
      .shows("that of known processors, else assumed");
}

void validate(const ChargeOptions& charge) {
  if (!charge.grid.empty()) {
    static_cast<void>(
        for_option("--grid", [&] { return GridTable::built_in().find(charge.grid); }));
  }
  require_usage(charge.pue >= 1 && charge.pue <= 10,
                "--pue = ",
                charge.pue,
                ", must be 1 (no data centre) to 10");
  require_usage(
      charge.tdp >= 0 && charge.tdp <= 10'000, "--tdp = ", charge.tdp, ", must be 0 to 10000");
}

void require_run_to_charge(const ChargeOptions& charge, bool has_run) {
  if (has_run) return;
  for (const auto& [name, values] : charge_words(charge)) {
    throw Error(
        text("--",
             name,
             " = ",
             values.front(),
             ", charges the energy that a run records; name the run with --run, or leave it "
             "out"),
        Failure::usage);
  }
}

OptionWords charge_words(const ChargeOptions& charge) {
  OptionWords words;
  if (!charge.grid.empty()) words["grid"] = {charge.grid};
  if (charge.pue != 1) words["pue"] = write_words(charge.pue);
  if (charge.tdp > 0) words["tdp"] = write_words(charge.tdp);
  return words;
}

}  // namespace coppice
