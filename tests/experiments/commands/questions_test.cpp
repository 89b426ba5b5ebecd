#include "experiments/commands/questions.hpp"

#include <gtest/gtest.h>

#include "predictors/block_table.hpp"
#include "predictors/fit.hpp"
#include "predictors/predictor_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

const SearchSpace& space() {
  static const SearchSpace tiny = tiny_search_space();
  return tiny;
}

void write_fitted(const std::filesystem::path& path, const std::string& target, bool maximize) {
  const FakeEvaluator truth(space(), {"gain0"});
  MeasurementTable table{space().name(), {}, {}};
  Random random(2);
  for (int i = 0; i < 20; ++i) {
    const Architecture architecture = space().sample(random);
    table.rows.push_back({architecture, {{target, 1 + truth.values(architecture)[0]}}, {}});
  }
  FitOptions options;
  options.kinds = {"ridge-choices"};
  options.maximize = maximize;
  save_predictor(path, fit(space(), table, target, options));
}

void write_table(const std::filesystem::path& path) {
  save_predictor(
      path,
      BlockTable(
          space(), empty_block_sums(space()), {"latency_ms", false, space().name(), -1, {28, 32}}));
}

SearchCommand command_of(const std::vector<std::string>& objectives,
                         const std::vector<std::filesystem::path>& predictors = {}) {
  SearchCommand command;
  command.common.quiet = true;
  command.objectives = objectives;
  command.predictor = predictors;
  command.measure = 4;
  return command;
}

Questions ask(const SearchCommand& command) {
  return questions_of(command, space(), scenarios_of(command));
}

std::vector<std::string> targets_of(const Questions& questions) {
  std::vector<std::string> names;
  for (const MeasuredTarget& target : questions.targets) names.push_back(target.name);
  return names;
}

TEST(Questions, ObjectivesAndLimitsAreMeasuredAsFarAsWhatAllows) {
  SearchCommand command = command_of({"accuracy", "macs"});
  EXPECT_EQ(targets_of(ask(command)), std::vector<std::string>{"accuracy"});
  EXPECT_TRUE(ask(command).targets[0].maximize);
  command.limit = {parse_limit("latency_ms<=2"), parse_limit("latency_opencv_ms<=3")};
  EXPECT_EQ(targets_of(ask(command)),
            (std::vector<std::string>{"accuracy", "latency_ms", "latency_opencv_ms"}));
  command.what = {"accuracy"};
  EXPECT_EQ(targets_of(ask(command)), std::vector<std::string>{"accuracy"});
}

TEST(Questions, AFittedPredictorGivesWayButKeepsItsDirection) {
  const TemporaryFolder folder;
  write_fitted(folder / "a.h5", "accuracy", false);
  write_fitted(folder / "s.h5", "seconds", false);
  const Questions questions =
      ask(command_of({"accuracy", "seconds"}, {folder / "a.h5", folder / "s.h5"}));
  ASSERT_EQ(targets_of(questions), std::vector<std::string>{"accuracy"});
  EXPECT_FALSE(questions.targets[0].maximize);
  ASSERT_EQ(questions.others.predictors.size(), 1U);
  EXPECT_EQ(questions.others.predictors[0]->info().target, "seconds");
  EXPECT_EQ(questions.others.identities.size(), 1U);
}

TEST(Questions, ALatencyTableIsOfAnotherMachineSoItStays) {
  const TemporaryFolder folder;
  write_table(folder / "phone.h5");
  const Questions questions = ask(command_of({"accuracy", "latency_ms"}, {folder / "phone.h5"}));
  EXPECT_EQ(targets_of(questions), std::vector<std::string>{"accuracy"});
  ASSERT_EQ(questions.others.predictors.size(), 1U);
}

TEST(Questions, WithNothingToMeasureThereIsNothingToDo) {
  const TemporaryFolder folder;
  write_table(folder / "phone.h5");
  const SearchCommand command = command_of({"params", "latency_ms"}, {folder / "phone.h5"});
  EXPECT_EQ(message_of([&] { check_questions(command, scenarios_of(command), ask(command)); }),
            "--measure = 4, but nothing of --objectives = params,latency_ms and the limits can be "
            "measured here, which are accuracy, latency_ms, latency_onnxruntime_ms, "
            "latency_opencv_ms; leave --measure out");
}

TEST(Questions, EnergyNeedsItsDevice) {
  const SearchCommand command = command_of({"accuracy", "energy_mj"});
  EXPECT_EQ(message_of([&] { check_questions(command, scenarios_of(command), ask(command)); }),
            "--objectives = energy_mj, needs the device that spends it: give --profile FILE");
}

}  // namespace
}  // namespace coppice
