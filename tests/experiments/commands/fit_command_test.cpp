// What `coppice fit` does with several files; the fit itself is tested beside predictors/fit.hpp.
#include <gtest/gtest.h>

#include "experiments/light_commands.hpp"
#include "predictors/measurements.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

class FitCommandTest : public testing::Test {
 protected:
  void write(const std::string& name, std::map<std::string, std::string> conditions) {
    const SearchSpace space = builtin_space("small");
    MeasurementTable table{space.name(), {}, std::move(conditions)};
    Random random(table.conditions.size());
    for (int i = 0; i < 12; ++i) {
      Measurement row;
      row.architecture = space.sample(random);
      row.targets = {{"accuracy", 80 + random.uniform()}, {"latency_ms", 1 + random.uniform()}};
      table.rows.push_back(row);
    }
    save_measurements(folder_ / name, space, table);
  }

  void fit(const std::string& target) {
    FitCommand command;
    command.space.space = "small";
    command.measurements = {folder_ / "a.h5", folder_ / "b.h5"};
    command.common.threads = 1;
    command.target = target;
    command.out = folder_ / "p.h5";
    testing::internal::CaptureStdout();
    try {
      run_fit(command);
    } catch (...) {
      testing::internal::GetCapturedStdout();
      throw;
    }
    printed_ = testing::internal::GetCapturedStdout();
  }

  TemporaryFolder folder_;
  std::string printed_;
};

TEST_F(FitCommandTest, RowsOfDifferentDevicesAreNotFittedTogether) {
  write("a.h5", {{"device", "EPYC"}, {"split", "held out"}});
  write("b.h5", {{"device", "Pi 4"}, {"split", "held out"}, {"threads", "1"}});
  EXPECT_EQ(message_of([&] { fit("latency_ms"); }),
            "latency_ms in " + (folder_ / "b.h5").string() +
                " was measured under other conditions than in " + (folder_ / "a.h5").string() +
                ": device = Pi 4 here, EPYC there; fit one predictor for each");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "p.h5"));
  // An accuracy is the same wherever it was counted.
  fit("accuracy");
  EXPECT_NE(printed_.find("measured with split held out\n"), std::string::npos) << printed_;
  const Hdf5Reader file(folder_ / "p.h5");
  const std::map<std::string, std::string> kept{{"split", "held out"}};
  EXPECT_EQ(read_predictor_header(file).info.conditions, kept);
}

}  // namespace
}  // namespace coppice
