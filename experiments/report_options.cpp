#include "experiments/report_options.hpp"

namespace coppice {

void bind(ReportCommand& command, OptionSet& options) {
  options.add("run", command.run, "RUN", "folder of the run").as_required().as_positional();
  options.add("out", command.out, "FILE", "the page; the picture front.svg is written beside it")
      .shows("RUN/report.html");
}

void validate(const ReportCommand&) {}

}  // namespace coppice
