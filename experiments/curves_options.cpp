#include "experiments/curves_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(CurvesCommand& command, OptionSet& options) {
  options.add("run", command.runs, "RUN", "folder of a trained run; repeatable").as_required();
  options.add("label", command.labels, "TEXT", "what each run is called: 5,10,25")
      .shows("the names of the folders");
  options.add("targets",
              command.targets,
              "P",
              "accuracies in percent: what stopping there would have saved");
  options.add("out", command.out, "FILE", "picture (SVG): accuracy against energy, a line a run")
      .shows("none");
}

void validate(const CurvesCommand& command) {
  require_usage(command.labels.empty() || command.labels.size() == command.runs.size(),
                "--label names ",
                command.labels.size(),
                " runs, but --run is given ",
                command.runs.size(),
                " times");
  static_cast<void>(target_accuracies(command));
}

std::vector<double> target_accuracies(const CurvesCommand& command) {
  std::vector<double> targets;
  for (const std::string& word : command.targets) {
    double target = -1;
    try {
      read_words({word}, target);
    } catch (const Error&) {
      target = -1;  // said below with what is allowed
    }
    require_usage(target > 0 && target <= 100,
                  "--targets = ",
                  word,
                  ", must be above 0 and at most 100 (percent)");
    targets.push_back(target);
  }
  return targets;
}

}  // namespace coppice
