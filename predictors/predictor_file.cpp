#include "predictors/predictor_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "predictors/stored_kinds.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/base/stored_format.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

std::vector<std::int64_t> widened(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

std::vector<int> narrowed(const std::vector<std::int64_t>& values) {
  std::vector<int> result;
  result.reserve(values.size());
  for (const std::int64_t value : values) result.push_back(static_cast<int>(value));
  return result;
}

/// [rows][columns] as [columns][rows].
std::vector<double> transposed(const std::vector<double>& values, std::size_t rows) {
  const std::size_t columns = rows == 0 ? 0 : values.size() / rows;
  std::vector<double> result(values.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) result[c * rows + r] = values[r * columns + c];
  }
  return result;
}

void write_model(Hdf5Writer& file, const LinearModel& model) {
  file.write("/linear/weights", model.weights);
  file.attribute("/linear", "intercept", model.intercept);
  file.attribute("/linear", "lambda", model.lambda);
}

void write_model(Hdf5Writer& file, const GaussianProcess& model) {
  file.write("/gaussian_process/means", model.means);
  file.write("/gaussian_process/scales", model.scales);
  file.write("/gaussian_process/points",
             transposed(model.points, model.near),
             {model.weights.size(), model.near});
  file.write("/gaussian_process/weights", model.weights);
  file.write("/gaussian_process/direction", model.direction);
  file.attribute("/gaussian_process", "near", static_cast<std::int64_t>(model.near));
  file.attribute("/gaussian_process", "offset", model.offset);
  file.attribute("/gaussian_process", "length", model.length);
  file.attribute("/gaussian_process", "linear", model.linear);
  file.attribute("/gaussian_process", "noise", model.noise);
}

std::vector<double> read_numbers(const Hdf5Reader& file, const std::string& name, std::size_t n) {
  std::vector<double> values = file.read<double>(name);
  require(values.size() == n,
          file.path().string(),
          " is damaged: ",
          name,
          " has ",
          values.size(),
          " values, not ",
          n);
  const bool finite =
      std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  require(finite, file.path().string(), " is damaged: ", name, " has a value that is not finite");
  return values;
}

double read_number(const Hdf5Reader& file, const std::string& object, const std::string& name) {
  const auto value = file.attribute<double>(object, name);
  require(std::isfinite(value),
          file.path().string(),
          " is damaged: ",
          name,
          " of ",
          object,
          " is not finite");
  return value;
}

LinearModel read_linear(const Hdf5Reader& file, std::size_t length) {
  LinearModel model;
  model.weights = read_numbers(file, "/linear/weights", length);
  model.intercept = read_number(file, "/linear", "intercept");
  model.lambda = read_number(file, "/linear", "lambda");
  return model;
}

GaussianProcess read_process(const Hdf5Reader& file, std::size_t length) {
  const std::string group = "/gaussian_process";
  GaussianProcess model;
  model.columns = length;
  model.near = length;  // in files of layout 1
  if (file.has_attribute(group, "near")) {
    const auto near = file.attribute<std::int64_t>(group, "near");
    require(near >= 1 && near <= static_cast<std::int64_t>(length),
            file.path().string(),
            " is damaged: near = ",
            near,
            " of ",
            length,
            " features");
    model.near = static_cast<std::size_t>(near);
  }
  model.means = read_numbers(file, group + "/means", length);
  model.scales = read_numbers(file, group + "/scales", length);
  model.direction = read_numbers(file, group + "/direction", length);
  const auto points = file.read<double>(group + "/weights").size();
  model.weights = read_numbers(file, group + "/weights", points);
  model.points = transposed(read_numbers(file, group + "/points", points * model.near), points);
  model.offset = read_number(file, group, "offset");
  model.length = read_number(file, group, "length");
  require(model.length > 0, file.path().string(), " is damaged: length = ", model.length);
  model.linear = read_number(file, group, "linear");
  model.noise = read_number(file, group, "noise");
  return model;
}

RegressionModel read_model(const Hdf5Reader& file,
                           const PredictorHeader& header,
                           const FeatureEncoder& encoder) {
  if (header.kind == kOfaMlpKind) {
    return std::make_shared<const ChoiceNetwork>(
        load_choice_network(file, header, encoder.space()));
  }
  if (file.contains("/linear")) return read_linear(file, encoder.length());
  require(file.contains("/gaussian_process"),
          file.path().string(),
          " is damaged: it holds no model, neither /linear nor /gaussian_process");
  return read_process(file, encoder.length());
}

void write_conditions(Hdf5Writer& file, const std::map<std::string, std::string>& conditions) {
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const auto& [name, value] : conditions) {
    names.push_back(name);
    values.push_back(value);
  }
  file.write("/conditions/names", names);
  file.write("/conditions/values", values);
}

std::map<std::string, std::string> read_conditions(const Hdf5Reader& file) {
  std::map<std::string, std::string> conditions;
  if (!file.contains("/conditions")) return conditions;  // layout 1
  const auto names = file.read<std::string>("/conditions/names");
  const auto values = file.read<std::string>("/conditions/values");
  require(
      names.size() == values.size(), file.path().string(), " is damaged: /conditions do not pair");
  for (std::size_t i = 0; i < names.size(); ++i) conditions[names[i]] = values[i];
  return conditions;
}

void write_held_out(Hdf5Writer& file,
                    const SearchSpace& space,
                    const std::vector<HeldOut>& networks) {
  std::vector<std::string> lines;
  std::vector<double> measured;
  std::vector<double> predicted;
  for (const HeldOut& network : networks) {
    lines.push_back(to_text(space, network.architecture));
    measured.push_back(network.measured);
    predicted.push_back(network.predicted);
  }
  file.write("/held_out/architectures", lines);
  file.write("/held_out/measured", measured);
  file.write("/held_out/predicted", predicted);
}

}  // namespace

std::vector<HeldOut> read_held_out(const Hdf5Reader& file, const SearchSpace& space) {
  std::vector<HeldOut> networks;
  if (!file.contains("/held_out")) return networks;  // layout 1
  const auto lines = file.read<std::string>("/held_out/architectures");
  const auto measured = read_numbers(file, "/held_out/measured", lines.size());
  const auto predicted = read_numbers(file, "/held_out/predicted", lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string where = text(file.path().string(), " held-out network ", i + 1);
    networks.push_back({parse_architecture(space, lines[i], where), measured[i], predicted[i]});
  }
  return networks;
}

namespace {

void write_summary(Hdf5Writer& file, const FitSummary& summary) {
  file.attribute("/", "n", static_cast<std::int64_t>(summary.n));
  file.attribute("/", "repeats", static_cast<std::int64_t>(summary.repeats));
  file.attribute("/", "cv_rmse", summary.cv.rmse);
  file.attribute("/", "cv_mape_percent", summary.cv.mape_percent);
  file.attribute("/", "cv_kendall_tau", summary.cv.kendall_tau);
  file.attribute("/", "cv_top_ten_bias", summary.cv.top_ten_bias);
}

FitSummary read_summary(const Hdf5Reader& file, const PredictorHeader& header, TargetScale scale) {
  FitSummary summary;
  summary.target = header.info.target;
  summary.kind = header.kind + scale_suffix(scale);
  summary.interval90 = header.info.interval90;
  summary.n = static_cast<std::size_t>(file.attribute<std::int64_t>("/", "n"));
  summary.repeats = static_cast<std::size_t>(file.attribute<std::int64_t>("/", "repeats"));
  summary.cv.rmse = file.attribute<double>("/", "cv_rmse");
  summary.cv.mape_percent = file.attribute<double>("/", "cv_mape_percent");
  summary.cv.kendall_tau = file.attribute<double>("/", "cv_kendall_tau");
  summary.cv.top_ten_bias = file.attribute<double>("/", "cv_top_ten_bias");
  return summary;
}

/// Networks need no features.
FeatureEncoder read_encoder(const Hdf5Reader& file,
                            const PredictorHeader& header,
                            SearchSpace space) {
  auto costs = std::make_shared<const PieceCosts>(space);
  const FeatureSet set = features_of_kind(header.kind);
  if (header.kind == kOfaMlpKind) {
    return {std::move(space), set, std::move(costs), header.info.resolutions};
  }
  FeatureEncoder encoder(std::move(space),
                         set,
                         std::move(costs),
                         narrowed(file.read<std::int64_t>("/one_hot_resolutions")));
  const auto names = file.read<std::string>("/features");
  require(names == encoder.names(),
          file.path().string(),
          " was fitted on ",
          names.size(),
          " features, this Coppice computes ",
          encoder.length(),
          " other ones; fit it again");
  return encoder;
}

bool is_fitted_kind(const std::string& kind) {
  const auto& kinds = predictor_kinds();
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

void write_predictor_header(Hdf5Writer& file, const PredictorHeader& header) {
  write_format(file, kPredictorFormat);
  file.attribute("/", "kind", header.kind);
  file.attribute("/", "target", header.info.target);
  file.attribute("/", "maximize", static_cast<std::int64_t>(header.info.maximize));
  file.attribute("/", "space", header.info.space);
  file.attribute("/", "interval90", header.info.interval90);
  if (header.width_mult) file.attribute("/", "width_mult", *header.width_mult);
  file.write("/resolutions", widened(header.info.resolutions));
  write_conditions(file, header.info.conditions);
}

PredictorHeader read_predictor_header(const Hdf5Reader& file) {
  check_format(file, kPredictorFormat);
  PredictorHeader header;
  header.kind = file.attribute<std::string>("/", "kind");
  header.info.target = file.attribute<std::string>("/", "target");
  header.info.maximize = file.attribute<std::int64_t>("/", "maximize") != 0;
  header.info.space = file.attribute<std::string>("/", "space");
  header.info.interval90 = file.attribute<double>("/", "interval90");
  if (file.has_attribute("/", "width_mult")) {
    header.width_mult = file.attribute<double>("/", "width_mult");
  }
  header.info.resolutions = narrowed(file.read<std::int64_t>("/resolutions"));
  header.info.conditions = read_conditions(file);
  return header;
}

void check_predictor_space(const Hdf5Reader& file,
                           const PredictorHeader& header,
                           const SearchSpace& space) {
  require(header.info.space == space.name(),
          file.path().string(),
          " is a predictor for the space ",
          header.info.space,
          ", not for ",
          space.name());
  require(!header.width_mult || *header.width_mult == space.spec().width_mult,
          file.path().string(),
          " is a predictor for ",
          space.name(),
          " at width ",
          header.width_mult.value_or(0),
          ", not at ",
          space.spec().width_mult,
          "; choose the width with --width-mult");
}

void save_predictor(const std::filesystem::path& path, const FittedPredictor& predictor) {
  const FeatureEncoder& encoder = predictor.encoder();
  const std::string& kind = predictor.summary().kind;
  Hdf5Writer file(path);
  write_predictor_header(
      file, {kind.substr(0, kind.find(' ')), predictor.info(), encoder.space().spec().width_mult});
  file.attribute("/", "log_target", static_cast<std::int64_t>(predictor.scale()));
  file.attribute("/", "space_description", space_spec_text(encoder.space().spec()));
  write_summary(file, predictor.summary());
  write_held_out(file, encoder.space(), predictor.summary().held_out);
  if (const auto* network = std::get_if<std::shared_ptr<const ChoiceNetwork>>(&predictor.model())) {
    write_network(file, **network, encoder.space());
  } else {
    file.write("/features", encoder.names());
    file.write("/one_hot_resolutions", widened(encoder.one_hot_resolutions()));
  }
  if (const auto* linear = std::get_if<LinearModel>(&predictor.model())) write_model(file, *linear);
  if (const auto* process = std::get_if<GaussianProcess>(&predictor.model())) {
    write_model(file, *process);
  }
  file.publish();
}

FittedPredictor load_fitted_predictor(const std::filesystem::path& path, const SearchSpace& space) {
  const Hdf5Reader file(path);
  PredictorHeader header = read_predictor_header(file);
  require(is_fitted_kind(header.kind),
          path.string(),
          " holds a predictor of the unknown kind '",
          header.kind,
          "'");
  check_predictor_space(file, header, space);
  SearchSpace own = stored_space(file, space);
  FeatureEncoder encoder = read_encoder(file, header, std::move(own));
  const auto stored_scale = file.attribute<std::int64_t>("/", "log_target");
  require(stored_scale >= 0 && stored_scale <= 2,
          path.string(),
          ": log_target = ",
          stored_scale,
          ", must be 0, 1 or 2; the file is damaged or of a newer Coppice");
  const auto scale = static_cast<TargetScale>(stored_scale);
  FitSummary summary = read_summary(file, header, scale);
  RegressionModel model = read_model(file, header, encoder);
  return {std::move(encoder), std::move(model), scale, std::move(header.info), std::move(summary)};
}

std::unique_ptr<Predictor> load_predictor(const std::filesystem::path& path,
                                          const SearchSpace& space) {
  const Hdf5Reader file(path);
  const PredictorHeader header = read_predictor_header(file);
  if (header.kind == kLatencyTableKind) {
    return std::make_unique<BlockTable>(load_block_table(file, header, space));
  }
  const bool fitted = file.has_attribute("/", "n");  // a network may also be imported
  if (header.kind == kOfaMlpKind && !fitted) {
    return std::make_unique<ChoiceNetwork>(load_choice_network(file, header, space));
  }
  return std::make_unique<FittedPredictor>(load_fitted_predictor(path, space));
}

}  // namespace coppice
