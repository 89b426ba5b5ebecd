#include "experiments/predict_options.hpp"

namespace coppice {

void bind(PredictCommand& command, OptionSet& options) {
  options
      .add("predictor",
           command.predictor,
           "P",
           "files that fit or import wrote; NAME=FILE answers for NAME (one more device: "
           "pixel_ms=p.h5)")
      .as_required();
  options.add("arch", command.arch, "FILE", "architectures, one JSON object a line").as_required();
  bind(command.space, options, "the predictors' own");
}

void validate(const PredictCommand& command) { validate(command.space); }

}  // namespace coppice
