// The options that every command has.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "experiments/options.hpp"

namespace coppice {

struct CommonOptions {
  std::filesystem::path config;  ///< INI file with more options
  int threads = 0;               ///< at least 1 once a command line is parsed
  std::uint64_t seed = 1;
  std::string device = "cpu";  ///< "cpu", "cuda" or "cuda:<index>"
  bool json = false;
  bool quiet = false;
};

void bind(CommonOptions& common, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const CommonOptions& common);

/// Processors this process may use (its affinity mask), at least 1.
[[nodiscard]] int available_processors();

/// As many; several ranks of one machine that may all use all of it get equal parts.
[[nodiscard]] int default_threads();

}  // namespace coppice
