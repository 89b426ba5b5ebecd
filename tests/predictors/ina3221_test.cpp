#include "predictors/ina3221.hpp"

#include <gtest/gtest.h>

#include "predictors/hardware_meters.hpp"
#include "supernet/base/files.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

void write_channel(const std::filesystem::path& monitor,
                   int channel,
                   const std::string& rail,
                   int millivolts,
                   int milliamperes) {
  std::filesystem::create_directories(monitor);
  const std::string number = std::to_string(channel);
  write_text_file(monitor / ("in" + number + "_label"), rail + "\n");
  write_text_file(monitor / ("in" + number + "_input"), std::to_string(millivolts) + "\n");
  write_text_file(monitor / ("curr" + number + "_input"), std::to_string(milliamperes) + "\n");
}

std::filesystem::path monitor_in(const TemporaryFolder& root) {
  return root / "ina3221" / "1-0040" / "hwmon" / "hwmon3";
}

TEST(BoardSensor, ReadsTheRailThatFeedsTheBoard) {
  const TemporaryFolder root;
  write_channel(monitor_in(root), 1, "VDD_CPU_GPU_CV", 5000, 900);
  write_channel(monitor_in(root), 2, "VDD_IN", 5000, 2000);
  const auto sensor = BoardSensor::find(root.path());
  ASSERT_TRUE(sensor);
  EXPECT_EQ(sensor->rail(), "VDD_IN");
  EXPECT_DOUBLE_EQ(sensor->power()->value(), 10);
}

TEST(BoardSensor, OtherMachinesHaveNone) {
  const TemporaryFolder root;
  EXPECT_FALSE(BoardSensor::find(root / "missing"));
  write_channel(monitor_in(root), 1, "VDD_SOC", 5000, 900);
  EXPECT_FALSE(BoardSensor::find(root.path()));
}

TEST(BoardMeter, IntegratesPowerOverTime) {
  const TemporaryFolder root;
  write_channel(monitor_in(root), 1, "VDD_IN", 5000, 2000);
  FakeClock clock;
  const auto meter = make_board_meter(*BoardSensor::find(root.path()), clock);
  clock.advance(Seconds(360));
  // The meter samples on its own, too; between equal powers that changes nothing.
  const EnergyReading reading = meter->read();
  EXPECT_DOUBLE_EQ(reading.cpu.energy.value(), 3600);
  EXPECT_EQ(method_text(reading), "ina3221");
  EXPECT_TRUE(reading.cpu.measured);
  EXPECT_EQ(meter->description(), "ina3221: power of the whole board (VDD_IN)");
}

TEST(BoardMeter, ASensorThatIsSilentAddsNothingSaysSoAndIsFilledInWhenItAnswers) {
  const TemporaryFolder root;
  write_channel(monitor_in(root), 1, "VDD_IN", 5000, 2000);
  FakeClock clock;
  const auto meter = make_board_meter(*BoardSensor::find(root.path()), clock);
  std::filesystem::remove_all(monitor_in(root));
  clock.advance(Seconds(2));
  EXPECT_EQ(meter->read().cpu.energy.value(), 0);
  EXPECT_EQ(meter->read().cpu.method, "ina3221, the sensor was lost");
  EXPECT_NE(meter->description().find("could not be read any more"), std::string::npos);
  write_channel(monitor_in(root), 1, "VDD_IN", 5000, 4000);
  EXPECT_DOUBLE_EQ(meter->read().cpu.energy.value(), 30);  // 2 s between 10 and 20 W
  EXPECT_EQ(meter->read().cpu.method, "ina3221");
}

}  // namespace
}  // namespace coppice
