// Configuration files: INI text whose keys are the names of options.
//
// A key before the first section, or in a section that only groups names ([full] epochs = 5),
// belongs to the command that reads the file. [train], [search] ... hold the options of one
// command each, so one file can serve a whole experiment.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "experiments/options.hpp"

namespace coppice {

/// Keys with their sections, "train.full.epochs", and values, in the order of the file. A key may
/// stand there several times.
using ConfigEntries = std::vector<std::pair<std::string, std::string>>;

/// Throws Error when the file cannot be read, Error(usage) when it is no INI file.
[[nodiscard]] ConfigEntries read_config(const std::filesystem::path& path);

/// The entries for `command`, by option name. Sections of other commands are passed over, but their
/// keys must be known, too. Throws Error(usage) for an unknown key, naming the nearest known one.
[[nodiscard]] OptionWords config_words(const ConfigEntries& entries,
                                       const std::filesystem::path& path,
                                       const std::string& command,
                                       const OptionSet& options);

/// "name = value" lines of all recorded options but `without`, as they stand in their fields; reads
/// back to the same values. Throws Error(usage) when a value cannot be written as INI.
[[nodiscard]] std::string config_text(const OptionSet& options, const OptionWords& without = {});

/// Puts the options in effect of `command` into RUN/experiment.cfg as its section; other sections
/// stay. The caller holds the run's lock.
void record_options(const std::filesystem::path& run,
                    const std::string& command,
                    const std::string& options_text);

}  // namespace coppice
