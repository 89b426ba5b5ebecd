// Which networks a command takes out of which supernet.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/options.hpp"

namespace coppice {

struct NetworkOptions {
  std::filesystem::path run;       ///< this or `supernet`
  std::filesystem::path supernet;  ///< an .h5 file of weights
  std::filesystem::path arch;      ///< one architecture a line
};

void bind(NetworkOptions& network, OptionSet& options);

/// Throws Error(usage) unless exactly one of the two is given.
void validate(const NetworkOptions& network);

/// The file of the weights: RUN/supernet.h5 or the one given.
[[nodiscard]] std::filesystem::path supernet_file(const NetworkOptions& network);

}  // namespace coppice
