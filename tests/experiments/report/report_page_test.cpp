#include "experiments/report/report_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "experiments/report/labels.hpp"
#include "experiments/report/network_rows.hpp"
#include "experiments/report/run_plots.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/prepared_run.hpp"

namespace coppice {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

RunSummary prepared_summary(const TemporaryFolder& folder) {
  prepared::write_run(folder.path());
  return summarize_run(folder.path());
}

TEST(ReportPage, ItsNumbersAreThoseOfTheFiles) {
  const TemporaryFolder folder;
  const RunSummary run = prepared_summary(folder);
  const std::string page = report_page(run);
  const std::string value = "<span class=\"value\">";
  EXPECT_TRUE(contains(page, "latency &lt;= 4 ms"));
  EXPECT_TRUE(contains(page, value + "88.5 %</span> <span class=\"badge predicted\">"));
  // 8790 of 10000, Wilson: 87.25 to 88.52.
  EXPECT_TRUE(contains(page, value + "87.9 %</span> <span class=\"badge measured\">"));
  EXPECT_TRUE(contains(page, "87.2 to 88.5"));
  EXPECT_TRUE(contains(page, value + "3.25 ms"));
  EXPECT_TRUE(contains(page, value + "3.12 ms"));
  EXPECT_TRUE(contains(page, value + "1 Wh</span> <span class=\"badge modelled\">"));
  EXPECT_TRUE(contains(page, "0.5 to 2"));
  EXPECT_TRUE(contains(page, value + "0.5 g</span> <span class=\"badge modelled\">"));
  EXPECT_TRUE(contains(page, "0.24 to 1.05"));
  EXPECT_TRUE(contains(page, "1234567"));
  EXPECT_TRUE(contains(page, "holds about 400 networks"));
  EXPECT_TRUE(contains(page, "86.75 %"));
  EXPECT_TRUE(contains(page, value + "2 Wh"));  // training: 7200 J
  EXPECT_TRUE(contains(page, digits(run.predictors[0].fit->cv.rmse, 4)));
  EXPECT_TRUE(contains(page, "500 g CO2e/kWh (Testland, 2024, test source)"));
  EXPECT_TRUE(contains(page, "bench board"));
  EXPECT_TRUE(contains(page, "NASNet-A"));
  EXPECT_FALSE(contains(page, "Not there yet"));
  EXPECT_TRUE(contains(page, "what each step used in energy.csv"));
}

TEST(ReportPage, TextFromFilesIsEscaped) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  const std::string bad = "<script>alert(1)</script>";
  prepared::write_supernet(folder.path(), bad);
  ModelCard card = prepared::card_of(prepared::space().largest());
  card.accuracy.value->dataset = bad;
  card.latency_measured.value->device = bad;
  card.inference.value->method = bad;
  card.batch_norm = bad;
  prepared::write_card(folder / "exports", card);
  write_text_file(folder / "experiment.cfg", "# " + bad + "\n[train]\nspace = tiny\n");
  write_text_file(folder / "log.jsonl", "{\"time\":\"" + bad + "\"}\n");
  write_text_file(folder / "steps.json", "{\"steps\":[{\"name\":\"" + bad + "\",\"done\":true}]}");
  const std::string page = report_page(summarize_run(folder.path()));
  EXPECT_FALSE(contains(page, bad));
  EXPECT_TRUE(contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(ReportPage, APartialRunSaysWhatIsMissing) {
  const TemporaryFolder folder;
  prepared::write_supernet(folder.path());
  const std::string page = report_page(summarize_run(folder.path()));
  EXPECT_TRUE(contains(page, "No network is chosen yet."));
  EXPECT_TRUE(contains(page, "Not there yet"));
  EXPECT_TRUE(contains(page, "<li>search.h5: the step search has not begun</li>"));
  EXPECT_TRUE(contains(page, "Held-out accuracy while training"));
  EXPECT_FALSE(contains(page, "Can the predictions be trusted?"));
}

TEST(ReportPage, WhatACardDoesNotKnowIsSaidToBeUnknown) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  ModelCard card = prepared::card_of(prepared::space().largest());
  card.inference = Known<CardEnergy>::unknown("no device profile was given");
  prepared::write_card(folder / "exports", card);
  const RunSummary run = summarize_run(folder.path());
  const NetworkRow row = network_rows(run).front();
  EXPECT_EQ(row.numbers[4].value, "not known");
  EXPECT_TRUE(contains(report_page(run), "not known: no device profile was given"));
}

TEST(ReportPage, ExportsThatNoSearchChoseAreNotCalledChosen) {
  const TemporaryFolder folder;
  prepared::write_card(folder / "exports", prepared::card_of(prepared::space().largest()));
  const std::string page = report_page(summarize_run(folder.path()));
  EXPECT_TRUE(contains(page, "No search has chosen a network yet"));
  EXPECT_TRUE(contains(page, "other export"));
}

TEST(ReportPage, PredictedRangesStayWithinWhatIsPossible) {
  const TemporaryFolder folder;
  RunSummary run = prepared_summary(folder);
  for (PredictorRecord& predictor : run.predictors) predictor.interval90 = 50;
  const NetworkRow row = network_rows(run).front();
  EXPECT_EQ(row.numbers[0].range, "38.5 to 100");
  EXPECT_EQ(row.numbers[2].range, "0 to 53.2");
}

TEST(ReportPage, TheSameRunGivesTheSamePage) {
  const TemporaryFolder folder;
  const std::string page = report_page(prepared_summary(folder));
  EXPECT_EQ(page, report_page(summarize_run(folder.path())));
}

TEST(AnswerText, HoldsTheTableAndFitsATerminal) {
  const TemporaryFolder folder;
  const std::string answer = answer_text(prepared_summary(folder));
  for (const char* part : {"latency <= 4 ms",
                           "88.5 %",
                           "87.9 %",
                           "3.25 ms",
                           "3.12 ms",
                           "1 Wh",
                           "0.5 to 2",
                           "0.5 g",
                           "modelled",
                           "held-out",
                           "test set"}) {
    EXPECT_TRUE(contains(answer, part)) << part << "\n" << answer;
  }
  std::istringstream in(answer);
  for (std::string line; std::getline(in, line);) EXPECT_LE(line.size(), 112U) << line;
}

TEST(AnswerText, WhatTheSearchMeasuredStandsBesideWhatWasPredicted) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  prepared::write_search(folder / "search.h5", "latency_ms<=4", true);
  const RunSummary run = summarize_run(folder.path());
  const NetworkRow row = network_rows(run).front();
  EXPECT_EQ(row.numbers[0].value, "89.25 %");
  EXPECT_EQ(row.numbers[0].range, "88 to 90.5");
  EXPECT_EQ(row.numbers[0].check, "measured 88.5 %");
  EXPECT_EQ(row.numbers[2].check, "measured 3.25 ms");
  EXPECT_TRUE(contains(answer_text(run), "measured 88.5 %"));
  EXPECT_TRUE(contains(report_page(run), "<span class=\"range\">measured 88.5 %</span>"));
  EXPECT_TRUE(contains(report_page(run), "accuracy [%], measured by the search"));
  std::istringstream in(answer_text(run));
  for (std::string line; std::getline(in, line);) EXPECT_LE(line.size(), 112U) << line;
}

TEST(AnswerText, ABusyMachineIsSaidOnPageAndInText) {
  const TemporaryFolder folder;
  const auto steps_with = [&folder](const std::string& floor) {
    write_text_file(folder / "steps.json",
                    "{\"steps\":[{\"name\":\"measure\",\"done\":true,\"result\":{\"run\":"
                    "{\"noise_floor_percent\":" +
                        floor + "}}}]}");
    return summarize_run(folder.path());
  };
  const std::string warning =
      "latencies were measured on a busy machine (noise floor 31 %): read them with care";
  static_cast<void>(prepared_summary(folder));
  const RunSummary busy = steps_with("31.2");
  EXPECT_TRUE(contains(answer_text(busy), warning + "\n"));
  EXPECT_TRUE(contains(report_page(busy), warning));
  for (const char* floor : {"15", "null"}) {
    const RunSummary calm = steps_with(floor);
    EXPECT_FALSE(contains(answer_text(calm), "busy machine")) << floor;
    EXPECT_FALSE(contains(report_page(calm), "busy machine")) << floor;
  }
}

TEST(ReportPage, AnAccuracyHasItsPriceInEnergy) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  const auto event = [](const char* phase, int joules, double accuracy) {
    return std::string("{\"time\":\"t\",\"event\":\"evaluation\",\"phase\":\"") + phase +
           "\",\"energy_j\":" + std::to_string(joules) +
           ",\"smallest\":50,\"largest\":" + std::to_string(accuracy) + "}\n";
  };
  write_text_file(folder / "log.jsonl",
                  event("full", 1000, 80) + event("full", 2000, 88) + event("kernel", 4000, 89));
  const std::string page = report_page(summarize_run(folder.path()));
  EXPECT_TRUE(contains(page, "Held-out accuracy for the energy spent"));
  EXPECT_TRUE(contains(page, ">125 J<"));        // 1000 J for 8 points
  EXPECT_TRUE(contains(page, ">not reached<"));  // 90 %
  EXPECT_TRUE(contains(page, "at 2000 J, 88 % (the knee)"));
}

TEST(ReportPage, TheLastPointHasItsPriceForEveryInference) {
  const TemporaryFolder folder;
  RunSummary run = prepared_summary(folder);
  EXPECT_FALSE(contains(report_page(run), "What the last point costs every inference"));
  // From 87.9 % at 3.6 mJ to 88.9 % at 5.6 mJ: 2 mJ for a point.
  ChosenNetwork better = run.networks.front();
  better.id = "2";
  better.card.value->accuracy.value->correct = 8890;
  better.card.value->inference.value->energy_mj = {2.8, 5.6, 11.2};
  run.networks.push_back(better);
  const std::string page = report_page(run);
  EXPECT_TRUE(contains(page, "What the last point costs every inference"));
  EXPECT_TRUE(contains(page, ">2 mJ<"));
  // One that costs more and is no better.
  ChosenNetwork worse = better;
  worse.id = "3";
  worse.card.value->inference.value->energy_mj = {3, 6, 12};
  run.networks.push_back(worse);
  EXPECT_TRUE(contains(report_page(run), ">no better, as far as the test set tells<"));
}

void write_training(const std::filesystem::path& folder, double joules) {
  std::filesystem::create_directories(folder);
  PhaseRecord train;
  train.phase = "train";
  train.duration = Seconds(10);
  train.energy_j = {joules / 2, joules, joules * 2};
  append_energy_csv(folder / "energy.csv", {train}, {"TST", "Testland", 500, 2024, "t"}, 1.0, {});
}

TEST(ReportPage, SearchesThatWereCarriedOutStandBesideThisRun) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  EXPECT_FALSE(contains(report_page(summarize_run(folder.path())), "searches carried out here"));
  const auto searches = folder / "searches";
  write_training(searches / "scenario-1/candidate-001", 1000);
  write_training(searches / "scenario-1/chosen", 2000);
  write_training(searches / "scenario-2/chosen", 6000);
  const RunSummary run = summarize_run(folder.path(), searches);
  const std::string page = report_page(run);
  EXPECT_TRUE(contains(page, "This run and searches carried out here"));
  EXPECT_TRUE(contains(page, "energy.csv of each training in " + searches.string()));
  // The run spent 10,800 J once; searches 3000 and 6000 J: from 3 on, 2 to 4.
  EXPECT_TRUE(contains(page, "from 3 on (2 to 4)"));
  const auto plot = carried_out_cost_plot(*run.comparison);
  ASSERT_TRUE(plot.has_value());
  ASSERT_EQ(plot->series.size(), 2U);
  EXPECT_NEAR(plot->series[0].points[0].y, 10800 / 3.6e6, 1e-12);
  EXPECT_NEAR(plot->series[1].points[1].y, 2 * 4500 / 3.6e6, 1e-12);
  ASSERT_EQ(plot->guides.size(), 1U);
  EXPECT_EQ(plot->guides[0].x, 3);
  // An experiment's file may name them, too.
  write_text_file(folder / "experiment.cfg", "[carbon]\nper-model = " + searches.string() + "\n");
  EXPECT_TRUE(contains(report_page(summarize_run(folder.path())), "searches carried out here"));
}

TEST(ReportPage, CountsStandInFull) {
  const TemporaryFolder folder;
  RunSummary run = prepared_summary(folder);
  run.networks[0].predicted["macs"] = 1987936;
  EXPECT_TRUE(contains(report_page(run), ">1987936<"));
}

TEST(AnswerText, WithoutNetworksItSaysSo) {
  const TemporaryFolder folder;
  prepared::write_energy(folder.path());
  const std::string answer = answer_text(summarize_run(folder.path()));
  EXPECT_EQ(answer.rfind("no network is chosen yet\n", 0), 0U);
  EXPECT_TRUE(contains(answer, "missing: supernet.h5: the step train has not begun\n"));
}

const PlotSeries* series_named(const Plot& plot, const std::string& name) {
  const auto found = std::find_if(plot.series.begin(),
                                  plot.series.end(),
                                  [&name](const PlotSeries& s) { return s.name == name; });
  return found == plot.series.end() ? nullptr : &*found;
}

TEST(FrontPlot, ShowsFrontMeasurementsAndChoice) {
  const TemporaryFolder folder;
  const auto plot = front_plot(prepared_summary(folder));
  ASSERT_TRUE(plot);
  EXPECT_EQ(plot->title, "Accuracy against latency, space tiny");
  EXPECT_EQ(plot->x_label, "latency [ms]");
  const PlotSeries* front = series_named(*plot, "Pareto front (predicted)");
  ASSERT_NE(front, nullptr);
  ASSERT_EQ(front->points.size(), 2U);
  EXPECT_EQ(front->points[0].x, 1.5);
  EXPECT_EQ(front->points[1].y, 88.5);
  EXPECT_EQ(series_named(*plot, "measured subnets (held-out images)")->points.size(), 24U);
  EXPECT_EQ(series_named(*plot, "chosen (predicted)")->points.at(0).label, "latency <= 4 ms");
  const PlotPoint& tested = series_named(*plot, "chosen (measured, test set)")->points.at(0);
  EXPECT_EQ(tested.x, 3.125);
  EXPECT_DOUBLE_EQ(tested.y, 87.9);
}

TEST(FrontPlot, AfterMeasuringItShowsPredictedWithItsIntervalAndMeasured) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  prepared::write_search(folder / "search.h5", "latency_ms<=4", true);
  const auto plot = front_plot(summarize_run(folder.path()));
  ASSERT_TRUE(plot);
  const auto series = [&plot](const std::string& name) {
    for (const PlotSeries& each : plot->series) {
      if (each.name == name) return each;
    }
    ADD_FAILURE() << "no series " << name;
    return PlotSeries{};
  };
  EXPECT_EQ(series("Pareto front (measured)").points.size(), 2U);
  const auto predicted = series("chosen (predicted, 90 % interval)").points;
  ASSERT_EQ(predicted.size(), 1U);
  EXPECT_EQ(predicted[0].y, 89.25);
  EXPECT_EQ(predicted[0].bar, std::make_pair(88.0, 90.5));
  const auto measured = series("chosen (measured, held-out images)").points;
  ASSERT_EQ(measured.size(), 1U);
  EXPECT_EQ(measured[0].y, 88.5);
  EXPECT_EQ(measured[0].x, 3.25);
}

TEST(FrontPlot, WithoutSearchAndMeasurementsThereIsNone) {
  const TemporaryFolder folder;
  prepared::write_energy(folder.path());
  EXPECT_FALSE(front_plot(summarize_run(folder.path())));
}

TEST(TrainingPlot, GuidesStandAtTheEndOfEachPhase) {
  TrainingRecord training;
  training.history = {{"full", 10, 1, 2, 3}, {"full", 20, 1, 2, 3}, {"kernel", 30, 1, 2, 3}};
  const Plot plot = training_plot(training);
  ASSERT_EQ(plot.guides.size(), 2U);
  EXPECT_EQ(plot.guides[0].x, 20);
  EXPECT_EQ(plot.guides[1].name, "kernel");
}

}  // namespace
}  // namespace coppice
