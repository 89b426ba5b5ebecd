// Meters of hardware that only some machines have: Jetson boards and NVIDIA GPUs.
#pragma once

#include <memory>

#include "predictors/ina3221.hpp"
#include "predictors/nvml.hpp"
#include "predictors/power_meter.hpp"

namespace coppice {

/// The board's input power, sampled five times a second and integrated. All of it is charged as
/// "cpu", method "ina3221": processor, memory, GPU and the board itself. `clock` must outlive it.
[[nodiscard]] std::unique_ptr<PowerMeter> make_board_meter(BoardSensor sensor, const Clock& clock);

/// `meter` and the GPUs' counters, as "gpu", method "nvml". The GPUs are those of the machine,
/// whoever uses them.
[[nodiscard]] std::unique_ptr<PowerMeter> with_gpus(std::unique_ptr<PowerMeter> meter,
                                                    std::unique_ptr<NvmlReader> gpus);

}  // namespace coppice
