#include "experiments/commands/run_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

const std::string kExperiment =
    "seed = 7\n"
    "[train]\nspace = small\ndata = images\n"
    "[measure]\ncount = 30\nwhat = accuracy,latency\n"
    "[search]\nlimit = macs<=5e6\n";

RunCommand command_for(const TemporaryFolder& folder, const std::string& experiment) {
  write_bytes(folder / "e.cfg", experiment);
  RunCommand command;
  command.experiment = folder / "e.cfg";
  command.out = folder / "run";
  command.common.threads = 2;
  command.common.seed = 7;
  return command;
}

RunPlan plan_of(const TemporaryFolder& folder, const std::string& experiment) {
  return plan_run(command_for(folder, experiment));
}

const RunStep& step_of(const RunPlan& plan, std::string_view name) {
  for (const RunStep& step : plan.steps) {
    if (step.name == name) return step;
  }
  throw std::runtime_error("no step " + std::string(name));
}

bool has(const RunStep& step, const std::string& argument) {
  return std::count(step.arguments.begin(), step.arguments.end(), argument) == 1;
}

TEST(RunPlan, StepsComeInOrderWithAFitForEachTarget) {
  const TemporaryFolder folder;
  std::vector<std::string> names;
  for (const RunStep& step : plan_of(folder, kExperiment).steps) names.push_back(step.name);
  const std::vector<std::string> expected = {
      "train", "measure", "fit accuracy", "fit latency_ms", "search", "export", "carbon"};
  ASSERT_GE(names.size(), expected.size());
  names.resize(expected.size());
  EXPECT_EQ(names, expected);
}

TEST(RunPlan, FilesOfTheRunAreFilledIn) {
  const TemporaryFolder folder;
  const RunPlan plan = plan_of(folder, kExperiment);
  const std::string run = (folder / "run").string();
  EXPECT_TRUE(has(step_of(plan, "train"), "--out=" + run));
  EXPECT_TRUE(has(step_of(plan, "measure"), "--run=" + run));
  const RunStep& fit = step_of(plan, "fit latency_ms");
  EXPECT_TRUE(has(fit, "--measurements=" + run + "/measurements.h5"));
  EXPECT_TRUE(has(fit, "--out=" + run + "/predictors/latency_ms.h5"));
  EXPECT_TRUE(has(fit, "--run=" + run));
  const RunStep& search = step_of(plan, "search");
  EXPECT_TRUE(has(search, "--space=small"));
  EXPECT_TRUE(has(search, "--predictor=" + run + "/predictors/accuracy.h5"));
  EXPECT_TRUE(has(search, "--predictor=" + run + "/predictors/latency_ms.h5"));
  EXPECT_TRUE(has(search, "--objectives=accuracy"));
  EXPECT_TRUE(has(search, "--limit=macs<=5e6"));
  EXPECT_TRUE(has(search, "--run=" + run));
  EXPECT_TRUE(has(search, "--best=" + run + "/best.jsonl"));
  EXPECT_TRUE(has(step_of(plan, "export"), "--arch=" + run + "/best.jsonl"));
}

TEST(RunPlan, WhatLaterStepsWouldRefuseIsRefusedFirst) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& experiment) {
    return message_of([&] { static_cast<void>(plan_of(folder, experiment)); });
  };
  const std::string file = (folder / "e.cfg").string();
  EXPECT_EQ(refusal(kExperiment + "objectives = accuracy latncy_ms\n"),
            file +
                ": [search] --objectives = latncy_ms, is not known; known are accuracy, "
                "latency_ms, macs, params, peak_activation_bytes; the nearest is latency_ms");
  EXPECT_EQ(refusal(kExperiment + "objectives = accuracy energy_mj\n"),
            file +
                ": [search] --objectives = energy_mj, needs the device that spends it: give "
                "--profile FILE");
  EXPECT_EQ(refusal("[train]\nspace = small\ndata = images\n[measure]\ncount = 3\n"),
            file + ": [measure] --count = 3, but [fit] needs at least 10 networks");
  RunCommand command = command_for(folder, kExperiment);
  command.steps = {"search"};
  EXPECT_EQ(message_of([&] { static_cast<void>(plan_run(command)); }),
            file + ": [search] accuracy needs the predictor " +
                (folder / "run/predictors/accuracy.h5").string() +
                ", which is not there; add fit to --steps");
}

TEST(RunPlan, ASearchMayMeasure) {
  const TemporaryFolder folder;
  const RunPlan plan = plan_of(folder, kExperiment + "measure = 8\nrounds = 2\n");
  const RunStep& search = step_of(plan, "search");
  EXPECT_TRUE(has(search, "--measure=8"));
  EXPECT_TRUE(has(search, "--rounds=2"));
  EXPECT_TRUE(has(search, "--run=" + (folder / "run").string()));
  EXPECT_EQ(message_of([&] { plan_of(folder, kExperiment + "rounds = 2\n"); }),
            (folder / "e.cfg").string() +
                ": [search] --rounds needs --measure K: the networks measured in each");
}

TEST(RunPlan, EveryStepHasTheRunsSeedThreadsAndDevice) {
  const TemporaryFolder folder;
  for (const RunStep& step : plan_of(folder, kExperiment).steps) {
    EXPECT_TRUE(has(step, "--seed=7")) << step.name;
    EXPECT_TRUE(has(step, "--threads=2")) << step.name;
    EXPECT_TRUE(has(step, "--device=cpu")) << step.name;
  }
}

TEST(RunPlan, TargetsOfFitReplaceThoseMeasured) {
  const TemporaryFolder folder;
  const RunPlan plan = plan_of(folder, kExperiment + "[fit]\ntarget = accuracy\n");
  EXPECT_NO_THROW(step_of(plan, "fit accuracy"));
  EXPECT_THROW(step_of(plan, "fit latency_ms"), std::runtime_error);
}

TEST(RunPlan, OnlyTheStepsAskedForAreThere) {
  const TemporaryFolder folder;
  RunCommand command = command_for(folder, kExperiment + "objectives = macs params\n");
  command.steps = {"search"};
  const RunPlan plan = plan_run(command);
  ASSERT_EQ(plan.steps.size(), 1U);
  // What an earlier call did not leave cannot be used.
  const Words& arguments = plan.steps[0].arguments;
  EXPECT_TRUE(std::none_of(arguments.begin(), arguments.end(), [](const std::string& word) {
    return word.rfind("--predictor", 0) == 0;
  }));
}

TEST(RunPlan, HashesFollowOptionsAndWhatCameBefore) {
  const TemporaryFolder folder;
  const RunPlan before = plan_of(folder, kExperiment);
  const RunPlan after = plan_of(folder, kExperiment + "evaluations = 500\n");
  for (const char* step : {"train", "measure", "fit accuracy"}) {
    EXPECT_EQ(step_of(before, step).hash, step_of(after, step).hash);
  }
  for (const char* step : {"search", "export", "carbon"}) {
    EXPECT_NE(step_of(before, step).hash, step_of(after, step).hash);
  }
}

TEST(RunPlan, ARunMayMoveAndUseOtherProcessorsButNotAnotherSeed) {
  const TemporaryFolder folder;
  RunCommand command = command_for(folder, kExperiment);
  const std::string hash = step_of(plan_run(command), "search").hash;
  command.out = folder / "elsewhere";
  command.common.threads = 1;
  EXPECT_EQ(step_of(plan_run(command), "search").hash, hash);
  command.common.seed = 8;
  EXPECT_NE(step_of(plan_run(command), "search").hash, hash);
}

TEST(RunPlan, AMistakeInAnySectionIsNamed) {
  const TemporaryFolder folder;
  const std::string path = (folder / "e.cfg").string();
  const auto message = [&](const std::string& lines) {
    return message_of([&] { plan_of(folder, kExperiment + lines); });
  };
  EXPECT_EQ(message("evaluation = 3\n"),
            path + ": unknown key search.evaluation; the nearest known one is evaluations");
  EXPECT_EQ(message("population = 3\n"), path + ": [search] --population = 3, must be 4 to 100000");
}

}  // namespace
}  // namespace coppice
