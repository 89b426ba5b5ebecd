// `coppice fit`: a predictor from measurements.
#include "predictors/fit.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/light_commands.hpp"
#include "experiments/metering.hpp"
#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/thread_limit.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

MeasurementTable read_tables(const FitCommand& command, const SearchSpace& space) {
  MeasurementTable all;
  for (const auto& path : command.measurements) {
    MeasurementTable table = read_measurements(path, space, command.target);
    require(all.rows.empty() || table.conditions == all.conditions,
            path.string(),
            " was measured under other conditions than ",
            command.measurements.front().string(),
            "; fit one predictor for each device");
    all.space = table.space;
    all.conditions = table.conditions;
    all.rows.insert(all.rows.end(), table.rows.begin(), table.rows.end());
  }
  return all;
}

// JSON has no NaN: what could not be computed is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::string as_json(const FitSummary& summary, bool maximize, const std::filesystem::path& out) {
  const Agreement& cv = summary.cv;
  return Json{{"target", summary.target},
              {"maximize", maximize},
              {"kind", summary.kind},
              {"n", summary.n},
              {"cv",
               {{"rmse", number(cv.rmse)},
                {"mape_percent", number(cv.mape_percent)},
                {"kendall_tau", number(cv.kendall_tau)},
                {"top_ten_bias", number(cv.top_ten_bias)}}},
              {"interval90", summary.interval90 < 0 ? Json(nullptr) : number(summary.interval90)},
              {"run", {{"file", out.string()}}}}
      .dump();
}

}  // namespace

void run_fit(const FitCommand& command) {
  require_no_input(command.out, "--measurements", command.measurements);
  require_replaceable(command.out, kPredictorFile);
  const ThreadLimit threads(command.common.threads);
  RunEnergy energy(command.run);
  energy.begin("fit " + command.target);
  const SearchSpace space = make_space(command.space);
  FitOptions options;
  options.seed = command.common.seed;
  options.maximize = maximizes(command);
  const FittedPredictor predictor =
      fit(space, read_tables(command, space), command.target, options);
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());
  save_predictor(command.out, predictor);
  energy.record();
  const FitSummary& summary = predictor.summary();
  print_result(command.common.json
                   ? as_json(summary, *options.maximize, command.out)
                   : fmt::format("{}\nwritten to {}", summary.brief(), command.out.string()));
}

}  // namespace coppice
