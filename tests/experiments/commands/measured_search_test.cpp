#include "experiments/commands/measured_search.hpp"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>

#include "experiments/commands/assemble.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

const SearchSpace& space() {
  static const SearchSpace tiny = tiny_search_space();
  return tiny;
}

/// A machine that measures: the truth is known to it, and what it measured is kept as in a run's
/// file, across searches. Stops like an interrupted program when it has measured `left` more.
struct Machine {
  FakeEvaluator truth{space(), {"noise0", "gain0"}};
  std::map<Architecture, Measurement> file;
  std::vector<Architecture> order;  // of measuring
  int left = 1'000'000;

  Measurement row(const Architecture& architecture) const {
    const auto values = truth.values(architecture);
    return {architecture, {{"accuracy", 80 + values[0]}, {"latency_ms", 1 + values[1]}}, {}};
  }

  std::vector<Measurement> measure(const std::vector<Architecture>& architectures,
                                   const std::function<void()>& done) {
    std::vector<Measurement> rows;
    for (const Architecture& each : architectures) {
      if (file.count(each) == 0) {
        if (left-- == 0) throw Error("interrupted", Failure::interrupted);
        file[each] = row(each);
        order.push_back(each);
      }
      rows.push_back(file[each]);
      done();
    }
    return rows;
  }
};

/// All that a search needs, on `rows` networks that are known before.
struct Session {
  explicit Session(Machine& machine,
                   std::size_t rows,
                   std::vector<std::string> objectives = {"accuracy"},
                   const std::vector<std::string>& targets = {"accuracy", "latency_ms"})
      : command(command_of(std::move(objectives))),
        known(table_of(machine, rows), targets_of(targets)),
        search(make_problem(command, space(), infos(targets)),
               known,
               {assemble_with(command, space(), others, {"macs"}),
                [&machine](const auto& architectures, const auto& done) {
                  return machine.measure(architectures, done);
                },
                &clock},
               options()) {}

  static SearchCommand command_of(std::vector<std::string> objectives) {
    SearchCommand command;
    command.objectives = std::move(objectives);
    return command;
  }

  static MeasurementTable table_of(const Machine& machine, std::size_t rows) {
    MeasurementTable table{space().name(), {}, {}};
    Random random(5);
    std::set<Architecture> seen;
    while (table.rows.size() < rows) {
      const Architecture architecture = space().sample(random);
      if (seen.insert(architecture).second) table.rows.push_back(machine.row(architecture));
    }
    return table;
  }

  static std::vector<MeasuredTarget> targets_of(const std::vector<std::string>& names) {
    std::vector<MeasuredTarget> targets;
    for (const std::string& name : names) targets.push_back({name, name == "accuracy"});
    return targets;
  }

  static std::vector<PredictorInfo> infos(const std::vector<std::string>& names) {
    std::vector<PredictorInfo> out;
    for (const std::string& name : names) {
      out.push_back({name, name == "accuracy", space().name(), -1, {}});
    }
    return out;
  }

  static MeasuredSearchOptions options() {
    MeasuredSearchOptions options;
    options.batch = 6;
    options.rounds = 2;
    options.asked = 400;
    options.description = {"measured", "known=0", {"a"}, 3};
    return options;
  }

  SearchCommand command;
  GivenPredictors others;
  MeasuredNetworks known;
  SteadyClock clock;
  MeasuredSearch search;
};

const std::vector<Limit> kFast{parse_limit("latency_ms<=4.5")};

/// All that a search says, in text: equal texts are equal answers.
std::string told(const FoundNetworks& found) {
  SearchResult result{{"accuracy"}, {"accuracy", "latency_ms", "macs"}, {found}, {28}, {}};
  return as_json(space(), result, false);
}

TEST(MeasuredSearch, MeasuresBatchesAndFinalistsAndAnswersWithWhatWasMeasured) {
  Machine machine;
  Session setup(machine, 30);
  setup.search.prepare(kFast, {});
  EXPECT_TRUE(machine.order.empty()) << "thirty known networks are enough to fit";
  const FoundNetworks found = setup.search.search(kFast, {});
  const auto measured = machine.order.size();
  EXPECT_GE(measured, 12U);
  EXPECT_LE(measured, 22U);
  EXPECT_EQ(found.summary.evaluations, static_cast<std::int64_t>(measured));
  EXPECT_EQ(found.measured->finalists.size(), 10U);

  const Candidate& best = *found.summary.best;
  EXPECT_EQ(best.values[0], 80 + machine.truth.values(best.architecture)[0]);
  EXPECT_LE(best.values[1], 4.5);
  for (const Candidate& finalist : found.measured->finalists) {
    EXPECT_EQ(finalist.values[0], 80 + machine.truth.values(finalist.architecture)[0]);
    EXPECT_TRUE(!finalist.feasible() || finalist.values[0] <= best.values[0]);
  }
  for (const Measurement& row : setup.known.table().rows) {
    const bool fast = row.targets.at("latency_ms") <= 4.5;
    EXPECT_TRUE(!fast || row.targets.at("accuracy") <= best.values[0]);
  }
}

TEST(MeasuredSearch, PredictionsStandBesideMeasuredValuesAndComeFromFitsWithoutTheNetwork) {
  Machine machine;
  Session setup(machine, 30);
  setup.search.prepare(kFast, {});
  const FoundNetworks found = setup.search.search(kFast, {});
  const auto fits = setup.search.fits();
  for (const Candidate& finalist : found.measured->finalists) {
    const Estimate& predicted = found.measured->predicted.at(finalist.architecture).at("accuracy");
    EXPECT_LT(predicted.low, predicted.nominal);
    EXPECT_LT(predicted.nominal, predicted.high);
    const auto& all = fits.front().summary().held_out;
    const auto own = std::find_if(all.begin(), all.end(), [&](const HeldOut& each) {
      return each.architecture == finalist.architecture;
    });
    ASSERT_NE(own, all.end());
    EXPECT_EQ(predicted.nominal, own->predicted);
    EXPECT_EQ(own->measured, finalist.values[0]);
  }
}

TEST(MeasuredSearch, RoundsSayHowFarPredictionsWereOff) {
  Machine machine;
  Session setup(machine, 30);
  setup.search.prepare(kFast, {});
  const FoundNetworks found = setup.search.search(kFast, {});
  ASSERT_GE(found.measured->rounds.size(), 2U);
  EXPECT_EQ(found.measured->rounds[0].networks, 6);
  EXPECT_EQ(found.measured->rounds[0].bias.front().first, "accuracy");
  // The first batch by hand: predictors fitted to the thirty known networks.
  Machine other;
  Session before(other, 30);
  const auto fits = before.search.fits();
  double sum = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    sum +=
        fits[0].predict({machine.order[i]})[0] - machine.row(machine.order[i]).targets["accuracy"];
  }
  EXPECT_NEAR(found.measured->rounds[0].bias.front().second, sum / 6, 1e-9);
}

TEST(MeasuredSearch, WithTooFewKnownNetworksSomeAreMeasuredFirst) {
  Machine machine;
  Session setup(machine, 4);
  setup.search.prepare(kFast, {});
  EXPECT_EQ(machine.order.size(), 16U);
  static_cast<void>(setup.search.search(kFast, {}));
  EXPECT_EQ(setup.known.table().rows.size(), 4 + machine.order.size());
}

TEST(MeasuredSearch, AnotherSetOfLimitsKnowsWhatWasMeasuredForTheFirst) {
  Machine machine;
  Session setup(machine, 30);
  setup.search.prepare(kFast, {});
  static_cast<void>(setup.search.search(kFast, {}));
  static_cast<void>(setup.search.search({parse_limit("latency_ms<=6")}, {}));
  const std::set<Architecture> different(machine.order.begin(), machine.order.end());
  EXPECT_EQ(different.size(), machine.order.size()) << "a network was measured twice";
  EXPECT_EQ(setup.known.table().rows.size(), 30 + machine.order.size());
}

TEST(MeasuredSearch, TheFrontOfTwoObjectivesIsThatOfMeasuredValues) {
  Machine machine;
  Session setup(machine, 30, {"accuracy", "latency_ms"});
  setup.search.prepare({}, {});
  const FoundNetworks found = setup.search.search({}, {});
  ASSERT_GT(found.summary.front.size(), 2U);
  for (const Candidate& member : found.summary.front) {
    EXPECT_EQ(member.values[0], 80 + machine.truth.values(member.architecture)[0]);
    for (const Measurement& row : setup.known.table().rows) {
      EXPECT_FALSE(row.targets.at("accuracy") > member.values[0] &&
                   row.targets.at("latency_ms") < member.values[1]);
    }
    EXPECT_EQ(found.measured->predicted.count(member.architecture), 1U);
  }
  EXPECT_LE(found.measured->finalists.size(), 10U);
}

TEST(MeasuredSearch, AnyNumberOfThreadsGivesTheSameAnswer) {
  const auto answer = [](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    Machine machine;
    Session setup(machine, 30);
    setup.search.prepare(kFast, {});
    return told(setup.search.search(kFast, {}));
  };
  EXPECT_EQ(answer(1), answer(4));
}

TEST(MeasuredSearch, StoppedAnywhereItTakesTheSameWayAgainAndMeasuresOnlyTheRest) {
  Machine whole;
  Session setup(whole, 4);
  setup.search.prepare(kFast, {});
  const std::string answer = told(setup.search.search(kFast, {}));
  const auto all = static_cast<int>(whole.order.size());
  for (const int stop : {3, 17, all - 4, all - 1}) {
    Machine machine;
    machine.left = stop;
    Session first(machine, 4);
    const auto interrupted = [&] {
      first.search.prepare(kFast, {});
      static_cast<void>(first.search.search(kFast, {}));
    };
    EXPECT_EQ(message_of(interrupted), "interrupted");
    machine.left = 1'000'000;
    Session second(machine, 4);
    second.search.prepare(kFast, {});
    EXPECT_EQ(told(second.search.search(kFast, {})), answer) << "stopped after " << stop;
    EXPECT_EQ(machine.order, whole.order) << "stopped after " << stop;
  }
}

TEST(MeasuredSearch, ItsFileKeepsWhatWasPredictedBesideTheMeasuredFront) {
  const TemporaryFolder folder;
  Machine machine;
  Session setup(machine, 30, {"accuracy", "latency_ms"});
  setup.search.prepare({}, folder / "search.h5");
  const FoundNetworks found = setup.search.search({}, folder / "search.h5");
  const Hdf5Reader file(folder / "search.h5");
  const auto values = file.read<double>("/front/values");
  const auto predicted = file.read<double>("/front/predicted");
  const auto low = file.read<double>("/front/predicted_low");
  const auto high = file.read<double>("/front/predicted_high");
  ASSERT_EQ(values.size(), 3 * found.summary.front.size());
  ASSERT_EQ(predicted.size(), values.size());
  for (std::size_t i = 0; i < found.summary.front.size(); ++i) {
    const Candidate& member = found.summary.front[i];
    const Estimate& own = found.measured->predicted.at(member.architecture).at("accuracy");
    EXPECT_EQ(values[3 * i], member.values[0]);
    EXPECT_EQ(predicted[3 * i], own.nominal);
    EXPECT_EQ(low[3 * i], own.low);
    EXPECT_EQ(high[3 * i], own.high);
    EXPECT_TRUE(std::isnan(predicted[3 * i + 2])) << "macs are not predicted";
  }
  setup.search.require_same({}, folder / "search.h5");
  EXPECT_EQ(message_of([&] { setup.search.require_same(kFast, folder / "search.h5"); }),
            "cannot resume " + (folder / "search.h5").string() +
                ": its limits was '', now it is 'latency_ms<=4.5'; repeat the earlier options or "
                "write to another file");
}

TEST(MeasuredSearch, AnUnreachableLimitMeasuresNothing) {
  Machine machine;
  Session setup(machine, 30);
  setup.search.prepare({}, {});
  const std::string message =
      message_of([&] { static_cast<void>(setup.search.search({parse_limit("macs<=1")}, {})); });
  EXPECT_EQ(message.rfind("macs<=1 cannot be met; the smallest macs is ", 0), 0U) << message;
  EXPECT_TRUE(machine.order.empty());
}

TEST(MeasuredSearch, WhatWasMeasuredIsReachableWhateverIsPredicted) {
  Machine machine;
  Session setup(machine, 30);
  double best = 0;
  for (const Measurement& row : setup.known.table().rows) {
    best = std::max(best, row.targets.at("accuracy"));
  }
  // An outlier that no predictor follows.
  Measurement lucky = machine.row(space().smallest());
  lucky.targets["accuracy"] = best + 15;
  machine.file[lucky.architecture] = lucky;
  setup.known.add(lucky);
  const std::vector<Limit> limits{{"accuracy", LimitKind::at_least, best + 14}};
  const FoundNetworks found = setup.search.search(limits, {});
  EXPECT_EQ(found.summary.best->architecture, lucky.architecture);
}

TEST(MeasuredSearch, WhenNoMeasuredNetworkIsWithinTheLimitsTheNearestIsNamed) {
  Machine machine;
  Session setup(machine, 30);
  // The machine turns slow: all it measures from now on is far beyond the limit.
  MeasurementTable table = Session::table_of(machine, 30);
  table.rows.erase(
      std::remove_if(table.rows.begin(),
                     table.rows.end(),
                     [](const Measurement& row) { return row.targets.at("latency_ms") <= 4; }),
      table.rows.end());
  MeasuredNetworks known(table, Session::targets_of({"accuracy", "latency_ms"}));
  MeasuredSearch search(
      make_problem(setup.command, space(), Session::infos({"accuracy", "latency_ms"})),
      known,
      {assemble_with(setup.command, space(), setup.others, {}),
       [&machine](const auto& architectures, const auto& done) {
         auto rows = machine.measure(architectures, done);
         for (Measurement& row : rows) row.targets["latency_ms"] += 100;
         return rows;
       },
       &setup.clock},
      Session::options());
  const std::string message =
      message_of([&] { static_cast<void>(search.search({parse_limit("latency_ms<=4")}, {})); });
  EXPECT_EQ(
      message.rfind("no measured network is within latency_ms<=4; the nearest has latency_ms ", 0),
      0U)
      << message;
  EXPECT_NE(message.find("; measure more (--measure, --rounds) or ask for less"),
            std::string::npos);
}

}  // namespace
}  // namespace coppice
