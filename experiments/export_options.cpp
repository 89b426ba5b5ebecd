#include "experiments/export_options.hpp"

#include "experiments/runtime_options.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

namespace {

constexpr const char* kFormats =
    "onnx, torchscript, onnx-int8 (8 bits), onnx-dynamic (any height and width), onnx-mobile "
    "(batch of 1, simplest operators), nir (spiking neurons); several: onnx,torchscript";

}  // namespace

void bind(ExportCommand& command, OptionSet& options) {
  bind(command.network, options);
  options.add("out", command.out, "DIR", "folder of the exported files").as_required();
  options.add("formats", command.formats, "KIND", kFormats);
  options.add("calibrate", command.calibrate, "DATA", "images that batch norm is recalibrated on")
      .shows("the run's; without a run, kept as stored");
  options.add("class-names", command.class_names, "FILE", "names of the classes, one a line")
      .shows("the data set's");
  options.add("profile", command.profile, "FILE", "device profile that energy is estimated for")
      .shows("a generic server core, with the latency measured here");
  options.add("region", command.region, "NAME", "country whose grid powers the device")
      .shows("the world's average");
  bind_onnxruntime(command.onnxruntime, options);
  bind(command.charge, options);
}

void validate(const ExportCommand& command) {
  validate(command.charge);
  validate(command.network);
  for (const std::string& format : command.formats) {
    const bool known = format == "onnx" || format == "torchscript" || format == "onnx-int8" ||
                       format == "nir" || format == "onnx-dynamic" || format == "onnx-mobile";
    require_usage(known, "--formats = ", format, ", must be some of ", kFormats);
  }
}

}  // namespace coppice
