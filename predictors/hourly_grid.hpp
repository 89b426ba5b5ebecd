// Carbon intensity hour by hour, from a file of the user's: what running at another hour changes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace coppice {

struct GridHour {
  std::string time;  ///< its beginning, "2026-11-24T03:00", all of a file in one time zone
  double grams_per_kwh = 0;
};

/// Reads CSV with the header time,gCO2e_per_kWh and rows in the order of time; lines that start
/// with # are comments. Throws Error naming file and line: other columns, a time that is not of the
/// form above or not later than the one before, a value that is not above 0.
[[nodiscard]] std::vector<GridHour> read_hourly_grid(const std::filesystem::path& path);

/// The hour that holds `when` (the same form, or a date alone: midnight), which is the last one of
/// that day not after it. Throws a usage Error when there is none.
[[nodiscard]] GridHour hour_at(const std::vector<GridHour>& hours, const std::string& when);

/// REQUIRES hours.
[[nodiscard]] GridHour cleanest_hour(const std::vector<GridHour>& hours);

}  // namespace coppice
