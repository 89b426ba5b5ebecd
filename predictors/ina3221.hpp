// The power sensor of NVIDIA's Jetson boards (INA3221), read from Linux' hwmon.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "supernet/base/units.hpp"

namespace coppice {

/// The rail that feeds the whole board. Its power is sampled; whoever meters integrates it.
class BoardSensor {
 public:
  /// `drivers`: /sys/bus/i2c/drivers. None when no sensor there has a rail named VDD_IN, POM_5V_IN
  /// or 5V_IN (the board's input on the
  /// Orin and Xavier NX, the Nano and the TX). AGX boards have several supplies and are not
  /// metered.
  [[nodiscard]] static std::optional<BoardSensor> find(const std::filesystem::path& drivers);

  /// Volts times amperes; none when the sensor cannot be read any more.
  [[nodiscard]] std::optional<Watts> power() const;

  [[nodiscard]] const std::string& rail() const noexcept { return rail_; }

 private:
  std::string rail_;
  std::filesystem::path millivolts_;
  std::filesystem::path milliamperes_;
};

}  // namespace coppice
