#include "predictors/hardware_meters.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include "predictors/estimate.hpp"
#include "predictors/poller.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr std::chrono::milliseconds kSamplePeriod{200};

class BoardMeter final : public PowerMeter {
 public:
  BoardMeter(BoardSensor sensor, const Clock& clock)
      : sensor_(std::move(sensor)),
        clock_(clock),
        last_time_(clock.now()),
        last_power_(sensor_.power().value_or(Watts())),
        poller_([this] { static_cast<void>(read()); }, kSamplePeriod) {}

  [[nodiscard]] EnergyReading read() override {
    const std::lock_guard lock(mutex_);
    const std::optional<Watts> power = sensor_.power();
    answers_ = power.has_value();
    // Silence adds nothing; when the sensor answers again, the line between both powers fills it.
    if (power) {
      const Seconds now = clock_.now();
      energy_ += (*power + last_power_) * 0.5 * (now - last_time_);
      last_time_ = now;
      last_power_ = *power;
    }
    EnergyReading reading;
    const char* method = answers_ ? "ina3221" : "ina3221, the sensor was lost";
    reading.cpu = {energy_, method, true, kCounterFactor};
    return reading;
  }
  [[nodiscard]] std::string description() const override {
    const std::lock_guard lock(mutex_);
    return text("ina3221: power of the whole board (",
                sensor_.rail(),
                ")",
                answers_ ? "" : "; could not be read any more, counts nothing");
  }
  [[nodiscard]] std::string tracking_mode() const override { return "machine"; }

 private:
  BoardSensor sensor_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Seconds last_time_;
  Watts last_power_;
  bool answers_ = true;
  Joules energy_;
  Poller poller_;  // last: it uses all of the above
};

class GpuMeter final : public PowerMeter {
 public:
  GpuMeter(std::unique_ptr<PowerMeter> rest, std::unique_ptr<NvmlReader> gpus)
      : rest_(std::move(rest)), gpus_(std::move(gpus)) {}

  [[nodiscard]] EnergyReading read() override {
    EnergyReading reading = rest_->read();
    const std::lock_guard lock(mutex_);
    const Joules counted = gpus_->read();
    // Every number says so from then on: without a GPU it is too small.
    const char* method = gpus_->lost().empty() ? "nvml" : "nvml, a counter was lost";
    reading.gpu = {counted, method, true, kCounterFactor};
    return reading;
  }
  [[nodiscard]] std::string description() const override {
    const std::lock_guard lock(mutex_);
    std::string all = rest_->description() + "; nvml: counters of ";
    const auto names = gpus_->names();
    for (std::size_t i = 0; i < names.size(); ++i) all += (i == 0 ? "" : ", ") + names[i];
    const std::string lost = gpus_->lost();
    if (!lost.empty()) all += "; could not be read any more, counts nothing: " + lost;
    return all;
  }
  [[nodiscard]] std::string tracking_mode() const override { return rest_->tracking_mode(); }
  [[nodiscard]] std::vector<std::string> gpus() const override { return gpus_->names(); }

 private:
  std::unique_ptr<PowerMeter> rest_;
  std::unique_ptr<NvmlReader> gpus_;
  mutable std::mutex mutex_;
};

}  // namespace

std::unique_ptr<PowerMeter> make_board_meter(BoardSensor sensor, const Clock& clock) {
  return std::make_unique<BoardMeter>(std::move(sensor), clock);
}

std::unique_ptr<PowerMeter> with_gpus(std::unique_ptr<PowerMeter> meter,
                                      std::unique_ptr<NvmlReader> gpus) {
  return std::make_unique<GpuMeter>(std::move(meter), std::move(gpus));
}

}  // namespace coppice
