// `coppice predict`: what predictors say about given architectures.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "experiments/commands/predictor_files.hpp"
#include "experiments/commands/quantities.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/thread_limit.hpp"
#include "predictors/interval90.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

// One target's values for all architectures.
struct Column {
  PredictorInfo info;
  std::vector<double> values;
  std::vector<bool> covered;  // whether the interval holds for them
};

Json number(const std::string& target, double value) {
  return is_count(target, value) ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

std::string as_json(const std::vector<Column>& columns, std::size_t rows) {
  Json predictions = Json::array();
  for (std::size_t i = 0; i < rows; ++i) {
    Json row = Json::object();
    for (const auto& [info, values, covered] : columns) {
      const bool known = info.interval90 >= 0 && covered[i];
      const Estimate interval =
          known ? interval90_around(info.target, values[i], info.interval90) : exactly(values[i]);
      row[info.target] = {{"value", number(info.target, values[i])},
                          {"low", known ? number(info.target, interval.low) : Json(nullptr)},
                          {"high", known ? number(info.target, interval.high) : Json(nullptr)}};
    }
    predictions.push_back(std::move(row));
  }
  Json conditions = Json::object();
  for (const Column& column : columns) conditions[column.info.target] = column.info.conditions;
  return Json{{"predictions", std::move(predictions)}, {"conditions", std::move(conditions)}}
      .dump();
}

std::string as_table(const std::vector<Column>& columns, std::size_t rows) {
  std::string out = fmt::format("{:<8}", "line");
  for (const Column& column : columns) out += fmt::format("{:>24}", column.info.target);
  out += '\n';
  for (std::size_t i = 0; i < rows; ++i) {
    out += fmt::format("{:<8}", i + 1);
    for (const auto& [info, values, covered] : columns) {
      const std::string value = info.interval90 > 0 && covered[i]
                                    ? fmt::format("{:.6g} +- {:.2g}", values[i], info.interval90)
                                    : fmt::format("{:.6g}", values[i]);
      out += fmt::format("{:>24}", value);
    }
    out += '\n';
  }
  for (const Column& column : columns) out += conditions_line(column.info);
  return out;
}

// A fitted predictor answers for sizes of images that it never saw, too: there its interval does
// not hold.
std::vector<bool> covered_by(const PredictorInfo& info,
                             const SearchSpace& space,
                             const std::vector<Architecture>& architectures) {
  const auto& known = info.resolutions;
  std::vector<bool> covered;
  covered.reserve(architectures.size());
  for (const Architecture& architecture : architectures) {
    const int resolution = space.resolution(architecture);
    covered.push_back(known.empty() ||
                      std::find(known.begin(), known.end(), resolution) != known.end());
  }
  return covered;
}

void warn_of_resolutions(const Column& column, bool quiet) {
  const auto& covered = column.covered;
  const auto unseen = std::count(covered.begin(), covered.end(), false);
  print_warning(text(unseen,
                     " of ",
                     covered.size(),
                     " networks have a resolution at which ",
                     column.info.target,
                     " was never measured: their intervals do not hold"),
                quiet || unseen == 0);
}

}  // namespace

void run_predict(const PredictCommand& command) {
  const ThreadLimit threads(command.common.threads);
  const SearchSpace space = space_of(command.space, files_of(command.predictor));
  const auto architectures =
      parse_architectures(space, read_text_file(command.arch), command.arch.string());
  std::vector<Column> columns;
  std::vector<PredictorInfo> infos;
  for (const auto& given : command.predictor) {
    const std::unique_ptr<Predictor> predictor = load_given(given, space);
    infos.push_back(predictor->info());
    columns.push_back({predictor->info(),
                       predictor->predict(architectures),
                       covered_by(predictor->info(), space, architectures)});
  }
  require_distinct_targets(infos, files_of(command.predictor));
  for (const Column& column : columns) warn_of_resolutions(column, command.common.quiet);
  warn_of_devices(infos, command.common.quiet);
  print_result(command.common.json ? as_json(columns, architectures.size())
                                   : as_table(columns, architectures.size()));
}

}  // namespace coppice
