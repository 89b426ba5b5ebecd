#include "predictors/ina3221.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

namespace coppice {
namespace {

namespace fs = std::filesystem;

std::string first_word(const fs::path& path) {
  std::ifstream in(path);
  std::string word;
  in >> word;
  return word;
}

std::optional<double> number_in(const fs::path& path) {
  std::ifstream in(path);
  double value = 0;
  if (in >> value) return value;
  return std::nullopt;
}

std::vector<fs::path> children(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (entry.path().filename().string().rfind(prefix, 0) == 0) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Boards that feed their parts from several supplies (AGX Xavier: GPU, CPU, SOC, CV, VDDRQ, SYS5V;
// AGX Orin) have no such rail: one of them alone would be taken for all.
bool is_board_input(const std::string& rail) {
  const std::array<const char*, 3> names{"VDD_IN", "POM_5V_IN", "5V_IN"};
  return std::find(names.begin(), names.end(), rail) != names.end();
}

// DRIVERS/ina3221*/DEVICE/hwmon/hwmonN
std::vector<fs::path> monitors(const fs::path& drivers) {
  std::vector<fs::path> found;
  for (const auto& driver : children(drivers, "ina3221")) {
    for (const auto& device : children(driver, "")) {
      for (const auto& monitor : children(device / "hwmon", "hwmon")) found.push_back(monitor);
    }
  }
  return found;
}

}  // namespace

std::optional<BoardSensor> BoardSensor::find(const fs::path& drivers) {
  for (const fs::path& monitor : monitors(drivers)) {
    for (int channel = 1; channel <= 3; ++channel) {
      const std::string number = std::to_string(channel);
      BoardSensor sensor;
      sensor.rail_ = first_word(monitor / ("in" + number + "_label"));
      sensor.millivolts_ = monitor / ("in" + number + "_input");
      sensor.milliamperes_ = monitor / ("curr" + number + "_input");
      if (is_board_input(sensor.rail_) && sensor.power()) return sensor;
    }
  }
  return std::nullopt;
}

std::optional<Watts> BoardSensor::power() const {
  const auto millivolts = number_in(millivolts_);
  const auto milliamperes = number_in(milliamperes_);
  if (!millivolts || !milliamperes) return std::nullopt;
  return Watts(*millivolts * *milliamperes * 1e-6);
}

}  // namespace coppice
