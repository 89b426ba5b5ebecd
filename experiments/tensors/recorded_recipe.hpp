// The options that a training began with, kept in its checkpoint: --resume must repeat them.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"

namespace coppice {

/// The options of a training command that decide what is trained, as INI text.
template <class T>
[[nodiscard]] std::string recipe_text(T command) {
  OptionWords without{{"out", {}}, {"threads", {}}, {"checkpoint-minutes", {}}};
  for (const std::string& name : charge_names()) without[name];
  return config_text(options_of(command), without);
}

/// What a run was begun with and what it is asked to go on with.
struct RecipeChange {
  std::string before;    ///< recipe text of the checkpoint
  std::string now;       ///< of the command
  std::string defaults;  ///< of a command without words: options that `before` does not know yet
  std::filesystem::path run;
  bool quiet = false;
};

/// Going on is only possible with the options of the start: random streams and schedules depend on
/// them. Throws Error(usage) otherwise. Learning rates may change, the way out when a loss became
/// infinite; a warning says so.
void check_recipe(const RecipeChange& change);

}  // namespace coppice
