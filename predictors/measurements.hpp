// Measured numbers of architectures: the data that predictors are fitted on.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "supernet/space/search_space.hpp"

namespace coppice {

struct Measurement {
  Architecture architecture;
  /// Target name with its unit ("accuracy", "latency_ms", "energy_mj" ...) -> finite value.
  /// A target that was not measured here is absent.
  std::map<std::string, double> targets;
  std::vector<double> latency_samples_ms;  ///< every timed sample, in order; may be empty
};

/// All of one space.
struct MeasurementTable {
  std::string space;  ///< its name
  std::vector<Measurement> rows;
  /// What the numbers depend on beside the architecture: "device", "threads", "batch", "split" ...
  std::map<std::string, std::string> conditions;
};

/// Throws Error(usage) unless the name can stand in limits and files: letters, digits, '_', '-',
/// '.'.
void check_target_name(const std::string& name);

/// Averages the rows of equal architectures, target by target over the rows that have it, and
/// joins their samples; first come keeps its place. Returns how many rows vanished.
std::size_t merge_repeats(MeasurementTable& table);

/// By how much values of the target that were measured of one architecture differ at most; 0 where
/// none was measured twice.
[[nodiscard]] double largest_disagreement(const MeasurementTable& table, const std::string& target);

/// Writes the HDF5 file described in predictors/README.md, at once or not at all. Throws Error when
/// it cannot be written, or a target has no valid name (letters, digits, '_', '-', '.') or value.
void save_measurements(const std::filesystem::path& path,
                       const SearchSpace& space,
                       const MeasurementTable& table);

/// Throws Error naming the path when it is missing, damaged, no measurement file, newer than this
/// program, or of another space.
[[nodiscard]] MeasurementTable load_measurements(const std::filesystem::path& path,
                                                 const SearchSpace& space);

/// Reads a CSV file with a header line, RFC 4180 quoting, and the target's column. Architectures
/// stand in a column `arch` (a JSON line) or in one column for each of its keys (mobile spaces:
/// ks, e, d, r; resnet spaces: d, e, w, r) with numbers separated by spaces. Without r the largest
/// resolution is meant. Where both are there, r included, they must agree. Other columns are
/// ignored. Throws Error naming file, row and column.
[[nodiscard]] MeasurementTable read_measurements_csv(const std::filesystem::path& path,
                                                     const SearchSpace& space,
                                                     const std::string& target);

/// Either kind of file, told apart by its first bytes; the target must occur in it.
[[nodiscard]] MeasurementTable read_measurements(const std::filesystem::path& path,
                                                 const SearchSpace& space,
                                                 const std::string& target);

/// The names in the header line of a CSV file, in order. Throws Error when there is none.
[[nodiscard]] std::vector<std::string> csv_columns(const std::filesystem::path& path);

/// Whether a file of either kind holds the target at all.
[[nodiscard]] bool holds_target(const std::filesystem::path& path, const std::string& target);

}  // namespace coppice
