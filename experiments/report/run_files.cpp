#include "experiments/report/run_files.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/report/labels.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/predictor_file.hpp"
#include "search/search_log.hpp"
#include "supernet/base/checkpoint_layout.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;

std::vector<std::string> split_list(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) {
    part.erase(0, part.find_first_not_of(' '));
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

void require_rows(const Hdf5Reader& file, const std::string& group, bool belong_together) {
  require(belong_together,
          file.path().string(),
          ": the tables in ",
          group,
          " do not belong together; the file is damaged");
}

std::vector<FrontPoint> read_front(const Hdf5Reader& file) {
  const auto names = file.read<std::string>("/quantities");
  const auto lines = file.read<std::string>("/front/architecture");
  const auto values = file.read<double>("/front/values");
  require_rows(file, "/front", values.size() == lines.size() * names.size());
  std::vector<FrontPoint> front;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    FrontPoint point{lines[i], {}};
    for (std::size_t q = 0; q < names.size(); ++q) {
      point.values[names[q]] = values[i * names.size() + q];
    }
    front.push_back(std::move(point));
  }
  return front;
}

// Beside a front that was measured.
void read_predictions(const Hdf5Reader& file, std::vector<FrontPoint>& front) {
  const auto names = file.read<std::string>("/quantities");
  const auto values = file.read<double>("/front/predicted");
  const auto low = file.read<double>("/front/predicted_low");
  const auto high = file.read<double>("/front/predicted_high");
  const std::size_t n = front.size() * names.size();
  require_rows(file, "/front", values.size() == n && low.size() == n && high.size() == n);
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isnan(values[i])) continue;
    front[i / names.size()].predicted[names[i % names.size()]] = {low[i], values[i], high[i]};
  }
}

std::string field(const Json& line, const char* key) {
  const bool there = line.is_object() && line.contains(key) && line[key].is_string();
  return there ? line[key].get<std::string>() : "";
}

// result.run.noise_floor_percent of a step; negative: none.
double noise_floor_of(const Json& entry) {
  const Json* found = &entry;
  for (const char* key : {"result", "run", "noise_floor_percent"}) {
    if (!found->is_object() || !found->contains(key)) return -1;
    found = &(*found)[key];
  }
  return found->is_number() ? found->get<double>() : -1;
}

void read_course(const Hdf5Reader& file,
                 const std::string& group,
                 std::vector<double>& evaluations,
                 std::vector<double>& hypervolume) {
  for (const std::int64_t count : file.read<std::int64_t>(group + "/evaluations")) {
    evaluations.push_back(static_cast<double>(count));
  }
  hypervolume = file.read<double>(group + "/hypervolume");
  require_rows(file, group, hypervolume.size() == evaluations.size());
}

}  // namespace

TrainingRecord read_training(const std::filesystem::path& path) {
  const Hdf5Reader file(path);
  require(file.has_attribute("/", "coppice_checkpoint"),
          path.string(),
          " is not a supernet of Coppice");
  const auto layout = file.attribute<std::int64_t>("/", "coppice_checkpoint");
  require(layout <= kCheckpointLayout,
          path.string(),
          " was written by a newer Coppice (layout ",
          layout,
          ", this one reads up to ",
          kCheckpointLayout,
          "); update the program");
  TrainingRecord training;
  training.source = file.attribute<std::string>("/", "source");
  training.seed = file.attribute<std::int64_t>("/", "seed");
  training.data_format = file.attribute<std::string>("/data", "format");
  training.held_out = file.attribute<std::int64_t>("/data", "held_out");
  training.class_names = file.read<std::string>("/data/class_names");
  const auto phases = file.read<std::string>("/history/phase");
  const auto steps = file.read<std::int64_t>("/history/step");
  const auto losses = file.read<double>("/history/loss");
  const auto smallest = file.read<double>("/history/smallest");
  const auto largest = file.read<double>("/history/largest");
  const std::size_t n = phases.size();
  require_rows(
      file,
      "/history",
      steps.size() == n && losses.size() == n && smallest.size() == n && largest.size() == n);
  for (std::size_t i = 0; i < n; ++i) {
    training.history.push_back(
        {phases[i], static_cast<double>(steps[i]), losses[i], smallest[i], largest[i]});
  }
  return training;
}

SearchRecord read_search(const std::filesystem::path& path) {
  const Hdf5Reader file(path);
  check_format(file, kSearchFormat);
  SearchRecord search;
  search.file = path.filename().string();
  for (const auto& words : split_list(file.attribute<std::string>("/", "objectives"))) {
    const auto space = words.find(' ');
    require(space != std::string::npos, path.string(), ": the objective '", words, "' is damaged");
    search.objectives.push_back({words.substr(space + 1), words.rfind("maximize", 0) == 0});
  }
  require(!search.objectives.empty(), path.string(), " names no objective; the file is damaged");
  for (const auto& words : split_list(file.attribute<std::string>("/", "limits"))) {
    search.limits.push_back(parse_limit(words));
  }
  search.front = read_front(file);
  const auto parts = file.names("/front");
  search.measured = std::find(parts.begin(), parts.end(), "predicted") != parts.end();
  if (search.measured) read_predictions(file, search.front);
  read_course(file, "/history", search.evaluations, search.hypervolume);
  if (file.contains("/baseline")) {
    read_course(file, "/baseline", search.baseline_evaluations, search.baseline_hypervolume);
  }
  return search;
}

PredictorRecord read_predictor(const std::filesystem::path& path) {
  PredictorHeader header;
  bool fitted = false;
  {
    const Hdf5Reader file(path);
    header = read_predictor_header(file);
    fitted = file.has_attribute("/", "n");
  }
  PredictorRecord record{header.info.target, header.kind, header.info.interval90, {}, {}};
  const auto& kinds = predictor_kinds();
  if (!fitted || std::find(kinds.begin(), kinds.end(), header.kind) == kinds.end()) return record;
  if (const auto space = space_in(path)) {
    record.fit = load_fitted_predictor(path, *space).summary();
    record.kind = record.fit->kind;
    record.held_out = shown(*space, read_held_out(Hdf5Reader(path), *space));
  }
  return record;
}

std::optional<SearchSpace> space_in(const std::filesystem::path& path) {
  const Hdf5Reader file(path);
  for (const char* name : {"space_description", "space"}) {
    if (!file.has_attribute("/", name)) continue;
    const auto text = file.attribute<std::string>("/", name);
    // Predictors and measurements keep only the name under `space`.
    if (text.find('=') == std::string::npos) continue;
    return SearchSpace(parse_space_spec(text, path.string()));
  }
  return std::nullopt;
}

std::vector<StepRecord> read_steps(const std::filesystem::path& path) {
  const Json document = Json::parse(read_text_file(path), nullptr, false);
  const bool valid =
      document.is_object() && document.contains("steps") && document["steps"].is_array();
  require(valid, path.string(), " is damaged; remove it to run all steps again");
  std::vector<StepRecord> steps;
  for (const Json& entry : document["steps"]) {
    const std::string name = field(entry, "name");
    require(!name.empty() && entry.contains("done") && entry["done"].is_boolean(),
            path.string(),
            " is damaged; remove it to run all steps again");
    steps.push_back({name, entry["done"].get<bool>(), noise_floor_of(entry)});
  }
  return steps;
}

std::vector<std::string> read_grids(const std::filesystem::path& path) {
  std::vector<std::string> grids;
  for (const EnergyRow& row : read_energy_csv(path)) {
    const std::string words = describe(row.grid);
    if (std::find(grids.begin(), grids.end(), words) == grids.end()) grids.push_back(words);
  }
  return grids;
}

std::vector<EnergyPoint> read_energy_curve(const std::filesystem::path& path) {
  std::istringstream in(read_text_file(path));
  std::vector<EnergyPoint> points;
  for (std::string line; std::getline(in, line);) {
    const Json event = Json::parse(line, nullptr, false);
    const auto number = [&event](const char* key) {
      const auto found = event.find(key);
      return found != event.end() && found->is_number() ? found->get<double>() : -1;
    };
    if (field(event, "event") != "evaluation" || number("energy_j") < 0) continue;
    points.push_back(
        {field(event, "phase"), number("energy_j"), number("smallest"), number("largest")});
  }
  return points;
}

std::pair<std::string, std::string> read_log_span(const std::filesystem::path& path) {
  std::istringstream in(read_text_file(path));
  std::pair<std::string, std::string> span;
  // A line that a crash cut off has no time and is passed over.
  for (std::string line; std::getline(in, line);) {
    const std::string time = field(Json::parse(line, nullptr, false), "time");
    if (time.empty()) continue;
    if (span.first.empty()) span.first = time;
    span.second = time;
  }
  return span;
}

}  // namespace coppice
