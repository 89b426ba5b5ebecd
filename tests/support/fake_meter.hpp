// A power meter that shows what a test tells it to.
#pragma once

#include <string>

#include "predictors/power_meter.hpp"

namespace coppice {

/// Stands still until a test uses energy; claims to have measured it exactly.
class FakeMeter final : public PowerMeter {
 public:
  FakeMeter() { reading_.cpu = {Joules(0), "fake", true, 1.0}; }
  [[nodiscard]] EnergyReading read() override { return reading_; }
  [[nodiscard]] std::string description() const override { return "fake: what the test says"; }
  [[nodiscard]] std::string tracking_mode() const override { return "machine"; }

  void use(Joules cpu) { reading_.cpu.energy += cpu; }
  /// Replaces everything, for components, methods and uncertainties of a test's own.
  void show(const EnergyReading& reading) { reading_ = reading; }

 private:
  EnergyReading reading_;
};

}  // namespace coppice
