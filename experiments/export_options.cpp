#include "experiments/export_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(ExportCommand& command, OptionSet& options) {
  bind(command.network, options);
  options.add("out", command.out, "DIR", "folder of the exported files").as_required();
  options.add("formats",
              command.formats,
              "KIND",
              "onnx, torchscript, nir (spiking neurons); several: onnx,nir");
  options.add("calibrate", command.calibrate, "DATA", "images that batch norm is recalibrated on")
      .shows("the run's; without a run, kept as stored");
  options.add("profile", command.profile, "FILE", "device profile that energy is estimated for")
      .shows("a generic server core, with the latency measured here");
  options.add("region", command.region, "NAME", "country whose grid powers the device")
      .shows("the world's average");
}

void validate(const ExportCommand& command) {
  validate(command.network);
  for (const std::string& format : command.formats) {
    require_usage(format == "onnx" || format == "torchscript" || format == "nir",
                  "--formats = ",
                  format,
                  ", must be some of onnx, torchscript, nir");
  }
}

}  // namespace coppice
