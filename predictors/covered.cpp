#include "predictors/covered.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void throw_not_covered(const PredictorInfo& info, int pixels) {
  std::string known;
  for (const int resolution : info.resolutions) {
    known += (known.empty() ? "" : ", ") + std::to_string(resolution);
  }
  throw Error(text("the predictor of ",
                   info.target,
                   " knows the resolutions ",
                   known,
                   ", not ",
                   pixels,
                   "; choose among them with --resolutions"),
              Failure::usage);
}

}  // namespace coppice
