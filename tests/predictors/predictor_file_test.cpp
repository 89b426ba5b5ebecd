#include "predictors/predictor_file.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "predictors/fit.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

FittedPredictor fitted(const SearchSpace& space, const std::string& kind) {
  MeasurementTable table;
  table.space = space.name();
  Random random(8);
  const PieceCosts costs(space);
  for (int i = 0; i < 40; ++i) {
    Measurement row;
    row.architecture = space.sample(random);
    row.targets["latency_ms"] = costs.network(row.architecture).macs() / 1e7 + random.uniform();
    table.rows.push_back(row);
  }
  table.rows.push_back(table.rows[0]);
  table.conditions = {{"device", "EPYC"}, {"threads", "1"}, {"split", "of accuracies only"}};
  FitOptions options;
  options.kinds = {kind};
  options.folds = 2;
  return fit(space, table, "latency_ms", options);
}

std::vector<Architecture> some(const SearchSpace& space) {
  Random random(9);
  std::vector<Architecture> result;
  for (int i = 0; i < 20; ++i) result.push_back(space.sample(random));
  return result;
}

class EveryKind : public testing::TestWithParam<std::string> {};

TEST_P(EveryKind, IsLoadedAsItWasSaved) {
  const TemporaryFolder folder;
  for (const std::string name : {"ofa-mobilenetv3", "ofa-resnet50"}) {
    if (GetParam() == kOfaMlpKind && name == "ofa-mobilenetv3") continue;  // seconds each
    const SearchSpace space = builtin_space(name);
    const FittedPredictor predictor = fitted(space, GetParam());
    save_predictor(folder / "p.h5", predictor);
    const FittedPredictor loaded = load_fitted_predictor(folder / "p.h5", space);
    EXPECT_EQ(loaded.predict(some(space)), predictor.predict(some(space)));
    EXPECT_EQ(loaded.summary().brief(), predictor.summary().brief());
    EXPECT_EQ(loaded.info().target, "latency_ms");
    EXPECT_EQ(loaded.info().maximize, false);
    EXPECT_EQ(loaded.info().interval90, predictor.info().interval90);
    EXPECT_EQ(loaded.info().resolutions, predictor.info().resolutions);
    const std::map<std::string, std::string> conditions{{"device", "EPYC"}, {"threads", "1"}};
    EXPECT_EQ(loaded.info().conditions, conditions);
    EXPECT_EQ(load_predictor(folder / "p.h5", space)->predict(some(space)),
              predictor.predict(some(space)));
    const auto held_out = read_held_out(Hdf5Reader(folder / "p.h5"), space);
    ASSERT_EQ(held_out.size(), 40u);
    for (std::size_t i = 0; i < held_out.size(); ++i) {
      const HeldOut& kept = predictor.summary().held_out[i];
      EXPECT_EQ(held_out[i].architecture, kept.architecture);
      EXPECT_EQ(held_out[i].measured, kept.measured);
      EXPECT_EQ(held_out[i].predicted, kept.predicted);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(PredictorFile,
                         EveryKind,
                         testing::ValuesIn(predictor_kinds()),
                         [](const auto& test) {
                           std::string name = test.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

class PredictorFile : public testing::Test {
 protected:
  std::string error(const SearchSpace& space) {
    return message_of([&] { static_cast<void>(load_predictor(path(), space)); });
  }
  std::filesystem::path path() const { return folder_ / "p.h5"; }

  TemporaryFolder folder_;
  SearchSpace space_ = builtin_space("small");
};

TEST_F(PredictorFile, FeaturesKeepTheirMeaningWhenTheSpaceIsGivenOtherParameters) {
  const FittedPredictor predictor = fitted(space_, "ridge-hybrid");
  save_predictor(path(), predictor);
  SpaceParameters parameters;
  parameters.classes = 1000;
  parameters.resolutions = {space_.spec().resolutions.back()};
  const SearchSpace other = builtin_space("small", parameters);
  const Architecture a = other.largest();
  const auto loaded = load_predictor(path(), other);
  EXPECT_EQ(loaded->predict({a}), predictor.predict({space_.largest()}));
}

TEST_F(PredictorFile, OtherSpacesAndWidthsAreRefused) {
  save_predictor(path(), fitted(space_, "ridge-physical"));
  EXPECT_EQ(error(builtin_space("ofa-mobilenetv3")),
            path().string() + " is a predictor for the space small, not for ofa-mobilenetv3");
  SpaceParameters parameters;
  parameters.width_mult = 2.0;
  EXPECT_EQ(error(builtin_space("small", parameters)),
            path().string() +
                " is a predictor for small at width 1, not at 2; choose the width with "
                "--width-mult");
  SpaceSpec spec = space_.spec();
  spec.stages[0].kernels.push_back(9);
  EXPECT_EQ(error(SearchSpace(spec)),
            path().string() +
                " was fitted for another version of the space small: their depths, kernels or "
                "expansions differ; fit it again");
}

TEST_F(PredictorFile, NewerForeignAndUnknownFilesAreRefusedByName) {
  const auto write = [&](const std::string& format, std::int64_t layout) {
    Hdf5Writer file(path());
    file.attribute("/", "format", format);
    file.attribute("/", "layout", layout);
    file.publish();
  };
  write("coppice-predictor", 3);
  EXPECT_EQ(
      error(space_),
      path().string() +
          " was written by a newer Coppice (layout 3, this one reads up to 2); update the program");
  write("coppice-measurements", 1);
  EXPECT_EQ(
      error(space_),
      path().string() + " is not a predictor of Coppice; it is of the kind coppice-measurements");
  Hdf5Writer file(path());
  write_predictor_header(file, {"crystal-ball", {"latency_ms", false, "small", -1, {}}, {}});
  file.publish();
  EXPECT_EQ(error(space_),
            path().string() + " holds a predictor of the unknown kind 'crystal-ball'");
  write_bytes(path(), "accuracy,70\n");
  EXPECT_EQ(error(space_).rfind(path().string(), 0), 0u) << error(space_);
}

TEST_F(PredictorFile, OtherFeaturesAreRefused) {
  const FittedPredictor good = fitted(space_, "ridge-physical");
  // What a program with other features would have written.
  Hdf5Writer file(path());
  write_predictor_header(file, {"ridge-physical", good.info(), {}});
  file.attribute("/", "space_description", space_spec_text(space_.spec()));
  file.write("/features", std::vector<std::string>{"macs", "moon_phase"});
  file.write("/one_hot_resolutions", std::vector<std::int64_t>{});
  file.publish();
  EXPECT_EQ(error(space_),
            path().string() +
                " was fitted on 2 features, this Coppice computes 13 other ones; fit it again");
}

/// A good file of the kind whose numbers were overwritten.
TEST_F(PredictorFile, NumbersThatAreNotFiniteAreDamage) {
  const FittedPredictor good = fitted(space_, "ridge-physical");
  std::vector<double> weights = std::get<LinearModel>(good.model()).weights;
  weights[3] = std::nan("");
  FittedPredictor bad(
      good.encoder(), LinearModel{1.0, weights, 0.0}, good.scale(), good.info(), good.summary());
  save_predictor(path(), bad);
  EXPECT_EQ(error(space_),
            path().string() + " is damaged: /linear/weights has a value that is not finite");
  FittedPredictor endless(good.encoder(),
                          LinearModel{HUGE_VAL, std::get<LinearModel>(good.model()).weights, 0.0},
                          good.scale(),
                          good.info(),
                          good.summary());
  save_predictor(path(), endless);
  EXPECT_EQ(error(space_), path().string() + " is damaged: intercept of /linear is not finite");
}

/// What a file of the first layout holds beside its model.
void write_all_but_the_model(Hdf5Writer& file,
                             const std::string& kind,
                             const FittedPredictor& good,
                             const std::string& space) {
  write_predictor_header(file, {kind, good.info(), 1.0});
  file.attribute("/", "log_target", static_cast<std::int64_t>(good.scale()));
  file.attribute("/", "space_description", space);
  for (const char* count : {"n", "repeats"}) file.attribute("/", count, std::int64_t{1});
  for (const char* name : {"cv_rmse", "cv_mape_percent", "cv_kendall_tau", "cv_top_ten_bias"}) {
    file.attribute("/", name, 0.0);
  }
  file.write("/features", good.encoder().names());
  const auto& pixels = good.encoder().one_hot_resolutions();
  file.write("/one_hot_resolutions", std::vector<std::int64_t>(pixels.begin(), pixels.end()));
}

TEST_F(PredictorFile, WithoutAModelOrASpaceItIsDamaged) {
  const FittedPredictor good = fitted(space_, "ridge-physical");
  const auto write = [&](const std::string& space) {
    Hdf5Writer file(path());
    write_all_but_the_model(file, "ridge-physical", good, space);
    file.publish();
  };
  write(space_spec_text(space_.spec()));
  EXPECT_EQ(
      error(space_),
      path().string() + " is damaged: it holds no model, neither /linear nor /gaussian_process");
  write("family = tree\n");
  try {
    static_cast<void>(load_predictor(path(), space_));
    FAIL();
  } catch (const Error& failure) {
    EXPECT_EQ(failure.failure(), Failure::run);
    EXPECT_EQ(failure.what(),
              path().string() + " is damaged: its space: family = tree, must be mobile or resnet");
  }
}

TEST_F(PredictorFile, FilesOfTheFirstLayoutAreRead) {
  const FittedPredictor good = fitted(space_, "gaussian-process");
  const auto& process = std::get<GaussianProcess>(good.model());
  Hdf5Writer file(path());
  write_all_but_the_model(file, "gaussian-process", good, space_spec_text(space_.spec()));
  const std::size_t count = process.weights.size();
  std::vector<double> rows(process.points.size());  // point after point, no word of `near`
  for (std::size_t j = 0; j < process.columns; ++j) {
    for (std::size_t i = 0; i < count; ++i) {
      rows[i * process.columns + j] = process.points[j * count + i];
    }
  }
  file.write("/gaussian_process/points", rows, {count, process.columns});
  file.write("/gaussian_process/means", process.means);
  file.write("/gaussian_process/scales", process.scales);
  file.write("/gaussian_process/weights", process.weights);
  file.write("/gaussian_process/direction", process.direction);
  for (const auto& [name, value] : {std::pair{"offset", process.offset},
                                    {"length", process.length},
                                    {"linear", process.linear},
                                    {"noise", process.noise}}) {
    file.attribute("/gaussian_process", name, value);
  }
  file.publish();
  EXPECT_EQ(load_predictor(path(), space_)->predict(some(space_)), good.predict(some(space_)));
}

TEST_F(PredictorFile, TheHeaderTellsWhatThePredictorIsForBeforeASpaceIsKnown) {
  save_predictor(path(), fitted(space_, "ridge-choices"));
  const Hdf5Reader file(path());
  const PredictorHeader header = read_predictor_header(file);
  EXPECT_EQ(header.kind, "ridge-choices");
  EXPECT_EQ(header.info.space, "small");
  EXPECT_EQ(header.info.target, "latency_ms");
  EXPECT_EQ(header.width_mult, 1.0);
}

}  // namespace
}  // namespace coppice
