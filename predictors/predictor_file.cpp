#include "predictors/predictor_file.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "predictors/stored_format.hpp"
#include "predictors/stored_kinds.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {
namespace {

constexpr StoredFormat kFormat{"coppice-predictor", "predictor", 1};

std::vector<std::int64_t> widened(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

std::vector<int> narrowed(const std::vector<std::int64_t>& values) {
  std::vector<int> result;
  for (const std::int64_t value : values) result.push_back(static_cast<int>(value));
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
  file.write("/gaussian_process/points", model.points, {model.weights.size(), model.columns});
  file.write("/gaussian_process/weights", model.weights);
  file.write("/gaussian_process/direction", model.direction);
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
  return values;
}

RegressionModel read_model(const Hdf5Reader& file, std::size_t length) {
  if (file.contains("/linear")) {
    LinearModel model;
    model.weights = read_numbers(file, "/linear/weights", length);
    model.intercept = file.attribute<double>("/linear", "intercept");
    model.lambda = file.attribute<double>("/linear", "lambda");
    return model;
  }
  GaussianProcess model;
  model.columns = length;
  model.means = read_numbers(file, "/gaussian_process/means", length);
  model.scales = read_numbers(file, "/gaussian_process/scales", length);
  model.direction = read_numbers(file, "/gaussian_process/direction", length);
  model.weights = file.read<double>("/gaussian_process/weights");
  model.points = read_numbers(file, "/gaussian_process/points", model.weights.size() * length);
  model.offset = file.attribute<double>("/gaussian_process", "offset");
  model.length = file.attribute<double>("/gaussian_process", "length");
  model.linear = file.attribute<double>("/gaussian_process", "linear");
  model.noise = file.attribute<double>("/gaussian_process", "noise");
  return model;
}

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

bool is_fitted_kind(const std::string& kind) {
  const auto& kinds = predictor_kinds();
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

void write_predictor_header(Hdf5Writer& file, const PredictorHeader& header) {
  write_format(file, kFormat);
  file.attribute("/", "kind", header.kind);
  file.attribute("/", "target", header.info.target);
  file.attribute("/", "maximize", static_cast<std::int64_t>(header.info.maximize));
  file.attribute("/", "space", header.info.space);
  file.attribute("/", "interval90", header.info.interval90);
  if (header.width_mult) file.attribute("/", "width_mult", *header.width_mult);
  file.write("/resolutions", widened(header.info.resolutions));
}

PredictorHeader read_predictor_header(const Hdf5Reader& file) {
  check_format(file, kFormat);
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
  file.write("/features", encoder.names());
  file.write("/one_hot_resolutions", widened(encoder.one_hot_resolutions()));
  std::visit([&](const auto& model) { write_model(file, model); }, predictor.model());
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
  auto costs = std::make_shared<const PieceCosts>(own);
  FeatureEncoder encoder(std::move(own),
                         features_of_kind(header.kind),
                         std::move(costs),
                         narrowed(file.read<std::int64_t>("/one_hot_resolutions")));
  const auto names = file.read<std::string>("/features");
  require(names == encoder.names(),
          path.string(),
          " was fitted on ",
          names.size(),
          " features, this Coppice computes ",
          encoder.length(),
          " other ones; fit it again");
  const auto stored_scale = file.attribute<std::int64_t>("/", "log_target");
  require(stored_scale >= 0 && stored_scale <= 2,
          path.string(),
          ": log_target = ",
          stored_scale,
          ", must be 0, 1 or 2; the file is damaged or of a newer Coppice");
  const auto scale = static_cast<TargetScale>(stored_scale);
  FitSummary summary = read_summary(file, header, scale);
  RegressionModel model = read_model(file, names.size());
  return {std::move(encoder), std::move(model), scale, std::move(header.info), std::move(summary)};
}

std::unique_ptr<Predictor> load_predictor(const std::filesystem::path& path,
                                          const SearchSpace& space) {
  const Hdf5Reader file(path);
  const PredictorHeader header = read_predictor_header(file);
  if (header.kind == kLatencyTableKind) {
    return std::make_unique<BlockTable>(load_block_table(file, header, space));
  }
  if (header.kind == kOfaMlpKind) {
    return std::make_unique<ChoiceNetwork>(load_choice_network(file, header, space));
  }
  return std::make_unique<FittedPredictor>(load_fitted_predictor(path, space));
}

}  // namespace coppice
