// Accuracy of fits on measured networks, against what peers reach. The data is not part of the
// project: COPPICE_SHARED_DATA names its folder.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "predictors/fit.hpp"
#include "supernet/base/error.hpp"
#include "tests/support/dynast_csv.hpp"

namespace coppice {
namespace {

/// Averages over splits into `n` to fit on and all the rest to judge by.
struct Judged {
  double rmse = 0;
  double tau = 0;
  double mape = 0;
  double coverage = 0;
};

Judged judge(const SearchSpace& space,
             const MeasurementTable& all,
             const std::string& target,
             std::size_t n,
             int splits) {
  Judged sum;
  for (int split = 0; split < splits; ++split) {
    Random random = Random(100).fork(static_cast<std::uint64_t>(split));
    std::vector<Measurement> rows = all.rows;
    random.shuffle(rows);
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(n);
    MeasurementTable known;
    known.space = space.name();
    known.rows.assign(rows.begin(), middle);
    std::vector<Architecture> others;
    std::vector<double> measured;
    for (auto row = middle; row != rows.end(); ++row) {
      others.push_back(row->architecture);
      measured.push_back(row->targets.at(target));
    }
    const FittedPredictor predictor = fit(space, known, target);
    const std::vector<double> predicted = predictor.predict(others);
    double covered = 0;
    for (std::size_t i = 0; i < measured.size(); ++i) {
      covered += std::abs(predicted[i] - measured[i]) <= predictor.info().interval90 ? 1 : 0;
    }
    const Agreement agreed = agreement(predicted, measured, predictor.info().maximize);
    sum.rmse += agreed.rmse / splits;
    sum.tau += agreed.kendall_tau / splits;
    sum.mape += agreed.mape_percent / splits;
    sum.coverage += covered / static_cast<double>(measured.size()) / splits;
  }
  std::printf("  %s, n = %zu: RMSE %.3f, tau %.3f, MAPE %.2f %%, %.1f %% within the interval\n",
              target.c_str(),
              n,
              sum.rmse,
              sum.tau,
              sum.mape,
              100 * sum.coverage);
  return sum;
}

class FitOnRealData : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("COPPICE_SHARED_DATA");
    if (folder == nullptr || !std::filesystem::exists(folder)) {
      GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA does not name the folder of measured networks";
    }
    data_ = folder;
  }

  MeasurementTable accuracies() const {
    MeasurementTable table = dynast_accuracies(data_ / "dynast_ofa_accuracy", space_);
    EXPECT_EQ(table.rows.size(), 2373u);
    merge_repeats(table);
    return table;
  }

  /// Checks the relative errors, in percent, of fits on 50 and on 1000 networks.
  void judge_latencies(int field, const std::string& target, double most_50, double most_1000) {
    SpaceParameters parameters;
    parameters.width_mult = 1.2;
    const SearchSpace space = builtin_space("ofa-mobilenetv3", parameters);
    MeasurementTable table;
    table.space = space.name();
    add_dict_rows(
        data_ / "ofa_measured_latency" / "latency_dataset_0.csv", {field, target}, space, table);
    const Judged many = judge(space, table, target, 1000, 1);
    EXPECT_LE(judge(space, table, target, 50, 4).mape, most_50);
    EXPECT_LE(many.mape, most_1000);
    EXPECT_GE(many.coverage, 0.85);
    EXPECT_LE(many.coverage, 0.95);
  }

  std::filesystem::path data_;
  SearchSpace space_ = builtin_space("ofa-mobilenetv3");
};

TEST_F(FitOnRealData, AHundredMeasuredAccuraciesAreEnoughToRank) {
  const Judged judged = judge(space_, accuracies(), "accuracy", 100, 6);
  EXPECT_LE(judged.rmse, 0.14);
  EXPECT_GE(judged.tau, 0.92);
  EXPECT_GE(judged.coverage, 0.85);
  EXPECT_LE(judged.coverage, 0.96);
}

TEST_F(FitOnRealData, ThreeHundredMeasuredAccuraciesHalveTheError) {
  const Judged judged = judge(space_, accuracies(), "accuracy", 300, 3);
  EXPECT_LE(judged.rmse, 0.09);
  EXPECT_GE(judged.tau, 0.945);
  EXPECT_GE(judged.coverage, 0.85);
  EXPECT_LE(judged.coverage, 0.95);
}

TEST_F(FitOnRealData, AThousandMeasuredAccuraciesReachATenthOfAPoint) {
  const Judged judged = judge(space_, accuracies(), "accuracy", 1000, 2);
  EXPECT_LE(judged.rmse, 0.07);
  EXPECT_GE(judged.tau, 0.955);
  EXPECT_GE(judged.coverage, 0.85);
  EXPECT_LE(judged.coverage, 0.95);
}

// At batch 1 the measurements themselves are noisy: a thousand give hardly less than fifty.
TEST_F(FitOnRealData, FiftyMeasuredGpuLatenciesComeCloseToTheNoise) {
  judge_latencies(0, "gpu_latency_ms", 10.0, 9.6);
}

TEST_F(FitOnRealData, FiftyMeasuredCpuLatenciesComeCloseToTheNoise) {
  judge_latencies(1, "cpu_latency_ms", 5.5, 5.0);
}

}  // namespace
}  // namespace coppice
