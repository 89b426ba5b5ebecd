// Which search space a command works in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/options.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

struct SpaceOptions {
  std::string space;                 ///< a built-in name or the path of a space file
  std::optional<double> width_mult;  ///< unset, and an empty list: what the space says
  std::optional<int> classes;
  std::optional<int> channels;
  std::vector<int> resolutions;
};

/// `otherwise`: the space where none is given, as --help says it; empty: one must be given.
void bind(SpaceOptions& space, OptionSet& options, const std::string& otherwise = "");

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const SpaceOptions& space);

/// Throws Error when the file cannot be read, Error(usage) when it describes no space.
[[nodiscard]] SearchSpace make_space(const SpaceOptions& space);

}  // namespace coppice
