#include "experiments/report_options.hpp"

namespace coppice {

void bind(ReportCommand& command, OptionSet& options) {
  options.add("run", command.run, "RUN", "folder of the run").as_required().as_positional();
  options.add("out", command.out, "FILE", "the page; the picture front.svg is written beside it")
      .shows("RUN/report.html");
  options
      .add("per-model",
           command.per_model,
           "DIR",
           "compares with searches really carried out for one model each (coppice baseline)")
      .shows("what experiment.cfg names");
}

void validate(const ReportCommand&) {}

}  // namespace coppice
