#include "predictors/measurements.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "supernet/base/hdf5_file.hpp"
#include "supernet/space/architecture_text.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

MeasurementTable small_table(const SearchSpace& space, int rows) {
  MeasurementTable table;
  table.space = space.name();
  table.conditions = {{"device", "cpu"}, {"threads", "1"}};
  Random random(4);
  for (int i = 0; i < rows; ++i) {
    Measurement row;
    row.architecture = space.sample(random);
    row.targets["accuracy"] = 70.0 + i;
    if (i % 2 == 0) row.targets["latency_ms"] = 1.5 * (i + 1);
    for (int sample = 0; sample < i; ++sample) row.latency_samples_ms.push_back(sample + 0.25);
    table.rows.push_back(row);
  }
  return table;
}

TEST(Measurements, WhatIsSavedIsLoaded) {
  const TemporaryFolder folder;
  const SearchSpace space = builtin_space("small");
  const MeasurementTable table = small_table(space, 4);
  save_measurements(folder / "m.h5", space, table);
  const MeasurementTable loaded = load_measurements(folder / "m.h5", space);
  EXPECT_EQ(loaded.space, "small");
  EXPECT_EQ(loaded.conditions, table.conditions);
  ASSERT_EQ(loaded.rows.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(loaded.rows[i].architecture, table.rows[i].architecture);
    EXPECT_EQ(loaded.rows[i].targets, table.rows[i].targets);
    EXPECT_EQ(loaded.rows[i].latency_samples_ms, table.rows[i].latency_samples_ms);
  }
}

TEST(Measurements, RepeatedArchitecturesAreAveragedTargetByTarget) {
  const SearchSpace space = builtin_space("small");
  MeasurementTable table = small_table(space, 2);
  table.rows.push_back(table.rows[0]);
  table.rows.push_back(table.rows[0]);
  table.rows[2].targets = {{"accuracy", 76}, {"energy_mj", 5}};
  table.rows[3].targets = {{"accuracy", 82}};
  table.rows[2].latency_samples_ms = {1};
  table.rows[3].latency_samples_ms = {2};
  EXPECT_EQ(merge_repeats(table), 2u);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_DOUBLE_EQ(table.rows[0].targets.at("accuracy"), (70.0 + 76 + 82) / 3);
  EXPECT_DOUBLE_EQ(table.rows[0].targets.at("energy_mj"), 5);
  EXPECT_DOUBLE_EQ(table.rows[0].targets.at("latency_ms"), 1.5);
  EXPECT_EQ(table.rows[0].latency_samples_ms, (std::vector<double>{1, 2}));
  EXPECT_DOUBLE_EQ(table.rows[1].targets.at("accuracy"), 71);
}

TEST(Measurements, TheLargestDisagreementIsThatOfOneNetworksValues) {
  const SearchSpace space = builtin_space("small");
  MeasurementTable table;
  table.rows.push_back({space.largest(), {{"accuracy", 90}}, {}});
  table.rows.push_back({space.smallest(), {{"accuracy", 40}}, {}});
  EXPECT_EQ(largest_disagreement(table, "accuracy"), 0);
  table.rows.push_back({space.largest(), {{"accuracy", 87}}, {}});
  table.rows.push_back({space.largest(), {{"accuracy", 91}}, {}});
  EXPECT_EQ(largest_disagreement(table, "accuracy"), 4);
  EXPECT_EQ(largest_disagreement(table, "latency_ms"), 0);
}

TEST(Measurements, AnotherWidthIsRefused) {
  const TemporaryFolder folder;
  const SearchSpace one = builtin_space("small");
  MeasurementTable table;
  table.rows.push_back({one.largest(), {{"accuracy", 90}}, {}});
  save_measurements(folder / "m.h5", one, table);
  SpaceParameters parameters;
  parameters.width_mult = 2;
  const SearchSpace wide = builtin_space("small", parameters);
  EXPECT_EQ(
      message_of([&] { static_cast<void>(load_measurements(folder / "m.h5", wide)); }),
      (folder / "m.h5").string() + " holds measurements at width 1, not at 2; give --width-mult 1");
}

TEST(Measurements, AnotherSpaceIsRefused) {
  const TemporaryFolder folder;
  const SearchSpace space = builtin_space("small");
  save_measurements(folder / "m.h5", space, small_table(space, 2));
  EXPECT_EQ(
      message_of([&] {
        static_cast<void>(load_measurements(folder / "m.h5", builtin_space("ofa-mobilenetv3")));
      }),
      (folder / "m.h5").string() +
          " holds measurements of the space small, not of ofa-mobilenetv3");
}

TEST(Measurements, ForeignAndNewerFilesAreRefused) {
  const TemporaryFolder folder;
  const SearchSpace space = builtin_space("small");
  const auto write = [&](const std::string& format, std::int64_t layout) {
    Hdf5Writer file(folder / "m.h5");
    file.attribute("/", "format", format);
    file.attribute("/", "layout", layout);
    file.publish();
  };
  const auto load = [&] { static_cast<void>(load_measurements(folder / "m.h5", space)); };
  const std::string path = (folder / "m.h5").string();
  write("coppice-measurements", 2);
  EXPECT_EQ(
      message_of(load),
      path +
          " was written by a newer Coppice (layout 2, this one reads up to 1); update the program");
  write("coppice-predictor", 1);
  EXPECT_EQ(message_of(load),
            path + " is not a measurement file of Coppice; it is of the kind coppice-predictor");
  Hdf5Writer(folder / "m.h5").publish();
  EXPECT_EQ(message_of(load), path + " is not a measurement file of Coppice");
}

TEST(Measurements, ValuesAndNamesAreChecked) {
  const TemporaryFolder folder;
  const SearchSpace space = builtin_space("small");
  MeasurementTable table = small_table(space, 1);
  table.rows[0].targets = {{"a/b", 1}};
  EXPECT_EQ(message_of([&] { save_measurements(folder / "m.h5", space, table); }),
            "target 'a/b': a name has letters, digits, '_', '-' and '.' only");
  table.rows[0].targets = {{"accuracy", INFINITY}};
  EXPECT_EQ(message_of([&] { save_measurements(folder / "m.h5", space, table); }),
            "target accuracy is not a finite number");
  EXPECT_FALSE(std::filesystem::exists(folder / "m.h5"));
}

TEST(Measurements, EitherKindOfFileIsRead) {
  const TemporaryFolder folder;
  const SearchSpace space = builtin_space("small");
  const MeasurementTable table = small_table(space, 3);
  save_measurements(folder / "m.h5", space, table);
  EXPECT_EQ(read_measurements(folder / "m.h5", space, "latency_ms").rows.size(), 3u);
  EXPECT_EQ(message_of(
                [&] { static_cast<void>(read_measurements(folder / "m.h5", space, "energy_mj")); }),
            (folder / "m.h5").string() + " has no target energy_mj; it has: accuracy, latency_ms");
  std::string line = to_text(space, table.rows[0].architecture);
  for (std::size_t at = 0; (at = line.find('"', at)) != std::string::npos; at += 2) {
    line.insert(at, 1, '"');
  }
  write_bytes(folder / "m.csv", "arch,accuracy\n\"" + line + "\",71.5\n");
  const MeasurementTable read = read_measurements(folder / "m.csv", space, "accuracy");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].architecture, table.rows[0].architecture);
  EXPECT_DOUBLE_EQ(read.rows[0].targets.at("accuracy"), 71.5);
}

}  // namespace
}  // namespace coppice
