// `coppice fit`: a predictor from measurements.
#include "predictors/fit.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/light_commands.hpp"
#include "experiments/metering.hpp"
#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/report/held_out.hpp"
#include "experiments/report/run_plots.hpp"
#include "experiments/report/svg_plot.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/thread_limit.hpp"
#include "predictors/conditions.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr TextKind kPictureFile{"a picture of Coppice", kPictureMark, "--plot"};

MeasurementTable read_tables(const FitCommand& command, const SearchSpace& space) {
  MeasurementTable all;
  for (const auto& path : command.measurements) {
    MeasurementTable table = read_measurements(path, space, command.target);
    const Conditions conditions = conditions_of(table.conditions, command.target);
    const std::string differs = difference(conditions, all.conditions);
    require(all.rows.empty() || differs.empty(),
            command.target,
            " in ",
            path.string(),
            " was measured under other conditions than in ",
            command.measurements.front().string(),
            ": ",
            differs,
            "; fit one predictor for each");
    all.space = table.space;
    all.conditions = conditions;
    all.rows.insert(all.rows.end(), table.rows.begin(), table.rows.end());
  }
  return all;
}

// JSON has no NaN: what could not be computed is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::string as_json(const FittedPredictor& predictor, const std::filesystem::path& out) {
  const FitSummary& summary = predictor.summary();
  const Agreement& cv = summary.cv;
  return Json{{"target", summary.target},
              {"maximize", predictor.info().maximize},
              {"kind", summary.kind},
              {"n", summary.n},
              {"cv",
               {{"rmse", number(cv.rmse)},
                {"mape_percent", number(cv.mape_percent)},
                {"kendall_tau", number(cv.kendall_tau)},
                {"top_ten_bias", number(cv.top_ten_bias)}}},
              {"interval90", summary.interval90 < 0 ? Json(nullptr) : number(summary.interval90)},
              {"conditions", predictor.info().conditions},
              {"run", {{"file", out.string()}}}}
      .dump();
}

std::string as_words(const FittedPredictor& predictor, const FitCommand& command) {
  std::string words = predictor.summary().brief();
  const std::string conditions = to_text(predictor.info().conditions);
  if (!conditions.empty()) words += "\nmeasured with " + conditions;
  words += "\nwritten to " + command.out.string();
  return command.plot.empty() ? words : words + ", drawn in " + command.plot.string();
}

void draw(const FitCommand& command, const FittedPredictor& predictor) {
  if (command.plot.empty()) return;
  const auto& space = predictor.encoder().space();
  const FitSummary& summary = predictor.summary();
  const Plot plot =
      agreement_plot(summary.target, shown(space, summary.held_out), summary.interval90);
  if (command.plot.has_parent_path()) make_folder(command.plot.parent_path());
  write_text_file(command.plot, svg(plot, true));
}

// Means of values that contradict each other look surer than they are.
void warn_of_repeats(const FitCommand& command,
                     const MeasurementTable& measured,
                     double interval90) {
  const double apart = largest_disagreement(measured, command.target);
  print_warning(text("values of ",
                     command.target,
                     " for one network differ by up to ",
                     apart,
                     ", more than the interval is wide (",
                     2 * interval90,
                     "); their means were fitted"),
                command.common.quiet || interval90 < 0 || apart <= 2 * interval90);
}

}  // namespace

void run_fit(const FitCommand& command) {
  require_no_input(command.out, "--measurements", command.measurements);
  require_replaceable(command.out, kPredictorFormat);
  if (!command.plot.empty()) {
    require_no_input(command.plot, "--measurements", command.measurements, "--plot");
    const auto place = [](const std::filesystem::path& path) {
      return std::filesystem::weakly_canonical(path);
    };
    require_usage(place(command.plot) != place(command.out), "--plot and --out are the same file");
    require_replaceable(command.plot, kPictureFile);
  }
  const ThreadLimit threads(command.common.threads);
  RunEnergy energy(command.run, command.charge);
  const auto lock = lock_run_around(command.out, command.run);
  energy.begin("fit " + command.target);
  const SearchSpace space = make_space(command.space);
  FitOptions options;
  options.seed = command.common.seed;
  options.maximize = maximizes(command);
  options.kinds = command.kinds;
  const MeasurementTable measured = read_tables(command, space);
  const FittedPredictor predictor = fit(space, measured, command.target, options);
  warn_of_repeats(command, measured, predictor.summary().interval90);
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());
  save_predictor(command.out, predictor);
  draw(command, predictor);
  energy.record();
  print_result(command.common.json ? as_json(predictor, command.out)
                                   : as_words(predictor, command));
}

}  // namespace coppice
