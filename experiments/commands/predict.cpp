// `coppice predict`: what predictors say about given architectures.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "experiments/commands/quantities.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/thread_limit.hpp"
#include "predictors/interval90.hpp"
#include "predictors/predictor_file.hpp"
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
};

Json number(const std::string& target, double value) {
  return is_count(target, value) ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

std::string as_json(const std::vector<Column>& columns, std::size_t rows) {
  Json predictions = Json::array();
  for (std::size_t i = 0; i < rows; ++i) {
    Json row = Json::object();
    for (const auto& [info, values] : columns) {
      const bool known = info.interval90 >= 0;
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
    for (const auto& [info, values] : columns) {
      const std::string value = info.interval90 > 0
                                    ? fmt::format("{:.6g} +- {:.2g}", values[i], info.interval90)
                                    : fmt::format("{:.6g}", values[i]);
      out += fmt::format("{:>24}", value);
    }
    out += '\n';
  }
  for (const Column& column : columns) out += conditions_line(column.info);
  return out;
}

// A fitted predictor answers for sizes of images that it never saw, too.
void warn_of_resolutions(const PredictorInfo& info,
                         const SearchSpace& space,
                         const std::vector<Architecture>& architectures,
                         bool quiet) {
  const auto& known = info.resolutions;
  if (known.empty()) return;
  const auto unseen = std::count_if(
      architectures.begin(), architectures.end(), [&](const Architecture& architecture) {
        const int resolution = space.resolution(architecture);
        return std::find(known.begin(), known.end(), resolution) == known.end();
      });
  if (unseen == 0) return;
  print_warning(text(unseen,
                     " of ",
                     architectures.size(),
                     " networks have a resolution at which ",
                     info.target,
                     " was never measured: their intervals do not hold"),
                quiet);
}

}  // namespace

void run_predict(const PredictCommand& command) {
  const ThreadLimit threads(command.common.threads);
  const SearchSpace space = space_of(command.space, command.predictor);
  const auto architectures =
      parse_architectures(space, read_text_file(command.arch), command.arch.string());
  std::vector<Column> columns;
  std::vector<PredictorInfo> infos;
  for (const auto& path : command.predictor) {
    const std::unique_ptr<Predictor> predictor = load_predictor(path, space);
    infos.push_back(predictor->info());
    columns.push_back({predictor->info(), predictor->predict(architectures)});
  }
  require_distinct_targets(infos, command.predictor);
  for (const PredictorInfo& info : infos) {
    warn_of_resolutions(info, space, architectures, command.common.quiet);
  }
  warn_of_devices(infos, command.common.quiet);
  print_result(command.common.json ? as_json(columns, architectures.size())
                                   : as_table(columns, architectures.size()));
}

}  // namespace coppice
