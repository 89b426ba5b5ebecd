#include "experiments/tensors/card_timing.hpp"

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

// A run whose first network took 2 ms in OpenCV, under the conditions that `machine` has.
class CardTimingTest : public testing::Test {
 protected:
  CardTimingTest() {
    command_.network.run = "runs/one";
    measurements().conditions = {{"device", "a processor"},
                                 {"runtime", "libtorch"},
                                 {"runtime of latency_opencv_ms", "OpenCV 4"},
                                 {"threads", "1"},
                                 {"batch", "1"}};
    measurements().rows = {{networks_[3], {{"accuracy", 80}}, {}},
                           {networks_[1], {{"latency_opencv_ms", 2}}, {}},
                           {networks_[2], {{"latency_opencv_ms", 5}}, {}}};
  }

  MeasurementTable& measurements() { return context_.measurements; }

  // A machine on which the files take 1, 2, 3 ... times as long as the first; remembers them.
  FileTimer machine(double first_ms) {
    const auto time = [this, first_ms](const std::vector<TimedFile>& files, const TimingOptions&) {
      files_.clear();
      LatencyReport report;
      for (const TimedFile& file : files) {
        files_.push_back(file);
        LatencySeries series;
        series.samples_ms.assign(4, first_ms * static_cast<double>(files_.size()));
        series.corrected_ms = series.samples_ms;
        series.p10_ms = series.median_ms = series.p90_ms = series.samples_ms[0];
        report.networks.push_back(series);
      }
      return report;
    };
    return {{"a processor", "OpenCV 4", 1, 1}, time};
  }

  const TemporaryFolder folder_;
  const std::vector<Architecture> networks_ = all_architectures(tiny_search_space());
  const TimedFile asked_{folder_ / "asked.onnx", 1, 8};
  ExportCommand command_;
  SupernetSource source_{{Supernet(tiny_search_space(), Random(1)), {}, {}}, {}, {}};
  CardContext context_{command_, source_, {}, {}, {}, {}, {}, {}, {}, {}};
  const SteadyClock clock_;
  CardTiming timing_{context_, {4, 1}, clock_};
  std::vector<TimedFile> files_;
};

TEST_F(CardTimingTest, AMachineHalfAsFastGivesTheLatenciesOfTheRun) {
  const auto latencies = timing_.of_files("opencv", machine(4), {asked_}, folder_.path());
  ASSERT_EQ(files_.size(), 2U);
  EXPECT_TRUE(std::filesystem::exists(files_[0].path));
  EXPECT_EQ(files_[1].path, asked_.path);
  ASSERT_EQ(latencies.size(), 1U);
  EXPECT_DOUBLE_EQ(latencies[0].latency_ms.nominal, 4);  // timed: 8
  EXPECT_NE(latencies[0].interval.find("scaled by 0.500"), std::string::npos);
  EXPECT_NE(timing_.warning().find("2.0 times slower than when runs/one was measured"),
            std::string::npos);
}

TEST_F(CardTimingTest, AMachineAsFastAsThenIsNothingToWarnOf) {
  const auto latencies = timing_.of_files("opencv", machine(1.8), {asked_}, folder_.path());
  EXPECT_DOUBLE_EQ(latencies.at(0).latency_ms.nominal, 4);  // timed: 3.6
  EXPECT_EQ(timing_.warning(), "");
}

TEST_F(CardTimingTest, OtherConditionsAreNotCompared) {
  measurements().conditions["device"] = "another processor";
  const auto latencies = timing_.of_files("opencv", machine(4), {asked_}, folder_.path());
  ASSERT_EQ(files_.size(), 1U);
  EXPECT_DOUBLE_EQ(latencies.at(0).latency_ms.nominal, 4);
  EXPECT_EQ(latencies.at(0).interval, "10 % and 90 % quantiles of 4 samples");
  EXPECT_EQ(timing_.warning(), "");
}

TEST_F(CardTimingTest, ARuntimeThatTheRunWasNotTimedInIsNotScaled) {
  measurements().conditions["runtime of latency_onnxruntime_ms"] = "OpenCV 4";
  static_cast<void>(timing_.of_files("onnxruntime", machine(4), {asked_}, folder_.path()));
  EXPECT_EQ(files_.size(), 1U);
}

TEST_F(CardTimingTest, OnlyServersAreModelledAsServers) {
  context_.profile.name = "One core of a server";
  EXPECT_EQ(modelled_elsewhere(context_, "AMD EPYC 7763"), "");
  EXPECT_EQ(modelled_elsewhere(context_, "Intel(R) Xeon(R) Gold 6348"), "");
  EXPECT_NE(modelled_elsewhere(context_, "Intel(R) Core(TM) i7-1185G7")
                .find("One core of a server, with the latency measured on this Intel(R) Core"),
            std::string::npos);
  command_.profile = "laptop.json";
  EXPECT_EQ(modelled_elsewhere(context_, "Intel(R) Core(TM) i7-1185G7"), "");
}

}  // namespace
}  // namespace coppice
