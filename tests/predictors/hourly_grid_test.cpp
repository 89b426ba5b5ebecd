#include "predictors/hourly_grid.hpp"

#include <gtest/gtest.h>

#include "supernet/base/files.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

std::vector<GridHour> read(const std::string& rows) {
  const TemporaryFolder folder;
  write_text_file(folder / "grid.csv", rows);
  return read_hourly_grid(folder / "grid.csv");
}

constexpr const char* kDay =
    "# a "
    "day\ntime,gCO2e_per_kWh\n2026-11-24T00:00,300\n2026-11-24T03:00,120\n2026-11-24T18:00,450\n";

TEST(HourlyGrid, AnHourLastsUntilTheNextOne) {
  const auto hours = read(kDay);
  EXPECT_DOUBLE_EQ(hour_at(hours, "2026-11-24T03:00").grams_per_kwh, 120);
  EXPECT_DOUBLE_EQ(hour_at(hours, "2026-11-24T17:59").grams_per_kwh, 120);
  EXPECT_DOUBLE_EQ(hour_at(hours, "2026-11-24").grams_per_kwh, 300);
  EXPECT_DOUBLE_EQ(hour_at(hours, "2026-11-24T23:30").grams_per_kwh, 450);
  EXPECT_EQ(cleanest_hour(hours).time, "2026-11-24T03:00");
}

TEST(HourlyGrid, TimesThatAreNotCoveredAreRefused) {
  const auto hours = read(kDay);
  const std::string range =
      ", must be from 2026-11-24T00:00 to the end of 2026-11-24, which the hourly file covers";
  EXPECT_EQ(message_of([&] { (void)hour_at(hours, "2026-11-23T23:00"); }),
            "--when = 2026-11-23T23:00" + range);
  EXPECT_EQ(message_of([&] { (void)hour_at(hours, "2026-11-25"); }), "--when = 2026-11-25" + range);
  EXPECT_EQ(message_of([&] { (void)hour_at(hours, "now"); }),
            "--when = now, must be like 2026-11-24T03:00 or 2026-11-24");
}

TEST(HourlyGrid, ADayWithoutARowIsNotTakenFromTheDayBefore) {
  const auto hours = read(
      "time,gCO2e_per_kWh\n2026-11-24T18:00,450\n2026-11-26T00:00,300\n2026-11-26T03:00,120\n");
  EXPECT_EQ(message_of([&] { (void)hour_at(hours, "2026-11-25T12:00"); }),
            "--when = 2026-11-25T12:00, of which the hourly file has no hour: the one before is "
            "2026-11-24T18:00");
  EXPECT_DOUBLE_EQ(hour_at(hours, "2026-11-26T12:00").grams_per_kwh, 120);
}

TEST(HourlyGrid, WhatNoClockShowsIsNoTime) {
  const auto hours = read(kDay);
  for (const char* when :
       {"2026-13-24T03:00", "2026-11-32", "2026-11-24T24:00", "2026-11-24T03:60"}) {
    EXPECT_NE(message_of([&] { (void)hour_at(hours, when); }).find("must be like"),
              std::string::npos)
        << when;
  }
}

TEST(HourlyGrid, BrokenFilesNameTheirLine) {
  const auto complaint = [](const std::string& rows) {
    const std::string message = message_of([&] { (void)read(rows); });
    return message.substr(message.find("grid.csv"));
  };
  const std::string header = "time,gCO2e_per_kWh\n";
  EXPECT_EQ(complaint("hour\n"),
            "grid.csv line 1: the first row is 'hour', must be 'time,gCO2e_per_kWh'");
  EXPECT_EQ(complaint(header + "3 am,5\n"),
            "grid.csv line 2: time '3 am', must be like 2026-11-24T03:00");
  EXPECT_EQ(complaint(header + "2026-11-24T03:00,0\n"), "grid.csv line 2: 0 g/kWh, must be > 0");
  EXPECT_EQ(complaint(header + "2026-11-24T03:00,5\n2026-11-24T03:00,6\n"),
            "grid.csv line 3: 2026-11-24T03:00 is not later than the row before");
  EXPECT_EQ(complaint(header), "grid.csv: no hour in it");
}

}  // namespace
}  // namespace coppice
