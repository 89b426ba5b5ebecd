#include "experiments/device_options.hpp"

#include <algorithm>
#include <array>

#include "supernet/base/error.hpp"

namespace coppice {

void bind(DeviceCommand& command, OptionSet& options) {
  options.add("action", command.action, "calibrate", "what to do: calibrate")
      .as_required()
      .as_positional();
  bind(command.space, options);
  options
      .add(
          "measurements",
          command.measurements,
          "FILE",
          "about twenty networks measured on the device: HDF5 of measure, or CSV with columns arch "
          "(a JSON line) or ks,e,d,r, latency_ms and, where a meter read it, energy_mj")
      .as_required();
  options.add("profile", command.profile, "FILE", "device profile to start from").as_required();
  options.add("out", command.out, "FILE", "the calibrated profile").as_required();
  options.add("latency", command.latency, "NAME", "column or target that is the latency");
  options
      .add(
          "meter",
          command.meter,
          "NAME",
          "what read the energies: rapl, nvml (the chip), ina3221 (the board), usb or wall (all of "
          "the device)")
      .shows("what the file says");
  options.add("numbers", command.numbers, "TYPE", "what the networks ran in: fp32, fp16 or int8");
  options.add("id", command.id, "ID", "of the new profile").shows("the name of --out");
  options.add("name", command.name, "NAME", "of the device, for people").shows("the base's");
}

void validate(const DeviceCommand& command) {
  require_usage(
      command.action == "calibrate", "device ", command.action, ": the action must be calibrate");
  validate(command.space);
  const std::array<const char*, 6> meters{"", "rapl", "nvml", "ina3221", "usb", "wall"};
  require_usage(std::find(meters.begin(), meters.end(), command.meter) != meters.end(),
                "--meter = ",
                command.meter,
                ", must be rapl, nvml, ina3221, usb or wall: what read the energies");
  require_usage(command.numbers == "fp32" || command.numbers == "fp16" || command.numbers == "int8",
                "--numbers = ",
                command.numbers,
                ", must be fp32, fp16 or int8");
}

}  // namespace coppice
