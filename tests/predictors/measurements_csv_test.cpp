#include <gtest/gtest.h>

#include "predictors/measurements.hpp"
#include "supernet/base/csv.hpp"
#include "supernet/space/architecture_text.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// The genes of one key of an architecture as a CSV column has them: "3 5 7".
std::string column(const SearchSpace& space, const Architecture& architecture, GeneKind kind) {
  std::string list;
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    if (space.genes()[i].kind != kind) continue;
    list += (list.empty() ? "" : " ") + text(space.value(architecture, static_cast<int>(i)));
  }
  return list;
}

class MeasurementsCsv : public testing::Test {
 protected:
  MeasurementTable read(const std::string& content, const std::string& target = "accuracy") {
    write_bytes(folder_ / "m.csv", content);
    return read_measurements_csv(folder_ / "m.csv", space_, target);
  }
  std::string error(const std::string& content, const std::string& target = "accuracy") {
    const std::string path = (folder_ / "m.csv").string();
    const std::string message = message_of([&] { static_cast<void>(read(content, target)); });
    return message.compare(0, path.size(), path) == 0 ? message.substr(path.size()) : message;
  }
  std::string columns(const Architecture& architecture) {
    return column(space_, architecture, GeneKind::kernel) + "," +
           column(space_, architecture, GeneKind::expand) + "," +
           column(space_, architecture, GeneKind::depth);
  }

  TemporaryFolder folder_;
  SearchSpace space_ = builtin_space("small");
  Architecture largest_ = space_.largest();
};

TEST_F(MeasurementsCsv, GenesMayStandInColumnsOfTheirOwn) {
  const auto table =
      read("ks,e,d,r,note,accuracy\n" + columns(space_.smallest()) + "," +
           text(space_.spec().resolutions.front()) + ",x,61.25\n" + columns(largest_) + "," +
           text(space_.spec().resolutions.back()) + ",y, 7.5e1 \n");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].architecture, space_.smallest());
  EXPECT_EQ(table.rows[1].architecture, largest_);
  EXPECT_DOUBLE_EQ(table.rows[0].targets.at("accuracy"), 61.25);
  EXPECT_DOUBLE_EQ(table.rows[1].targets.at("accuracy"), 75);
}

TEST_F(MeasurementsCsv, WithoutAResolutionTheLargestIsMeant) {
  const auto table = read("ks,e,d,accuracy\n" + columns(largest_) + ",60\n");
  EXPECT_EQ(table.rows[0].architecture, largest_);
}

TEST_F(MeasurementsCsv, ResNetSpacesHaveTheirOwnColumns) {
  space_ = builtin_space("ofa-resnet50");
  const Architecture a = space_.smallest();
  const auto table = read("d,e,w,accuracy\n" + column(space_, a, GeneKind::depth) + "," +
                          column(space_, a, GeneKind::expand) + "," +
                          column(space_, a, GeneKind::width) + ",60\n");
  EXPECT_EQ(space_.depth(table.rows[0].architecture, 0), space_.depth(a, 0));
  EXPECT_FALSE(space_.stem_unit(table.rows[0].architecture));
}

TEST_F(MeasurementsCsv, QuotesLineBreaksAndMarksOfSpreadsheetsAreUnderstood) {
  std::string line = to_text(space_, largest_);
  for (std::size_t at = 0; (at = line.find('"', at)) != std::string::npos; at += 2) {
    line.insert(at, 1, '"');
  }
  const auto table =
      read("\xef\xbb\xbf\"note\",\"accuracy\",arch\r\n\"two\nlines, \"\"quoted\"\"\",70,\"" + line +
           "\"\r\n\r\n,71,\"" + line + "\"");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].architecture, largest_);
  EXPECT_DOUBLE_EQ(table.rows[1].targets.at("accuracy"), 71);
}

TEST_F(MeasurementsCsv, LinesAreCountedHoweverTheyEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string row = columns(largest_) + ",";
    EXPECT_EQ(error("ks,e,d,accuracy" + end + row + "70" + end + row + "x" + end),
              " line 3: accuracy = 'x' is not a number");
  }
}

TEST_F(MeasurementsCsv, MissingColumnsAreNamed) {
  EXPECT_EQ(error("arch,top1\n"), " has no column accuracy; its columns are: arch, top1");
  EXPECT_EQ(error("ks,d,accuracy\n"),
            " has neither a column arch nor a column e; its columns are: ks, d, accuracy");
}

TEST_F(MeasurementsCsv, EmptyFilesAreRefused) {
  EXPECT_EQ(error(""), " is empty; a header line with column names is needed");
  EXPECT_EQ(error("arch,accuracy\n\n"), " has a header but no rows");
}

TEST_F(MeasurementsCsv, LineAndColumnsOfAnArchitectureMustAgree) {
  const std::string header = "arch,ks,e,d,r,accuracy\n";
  const std::string quoted = csv_line({to_text(space_, largest_)});
  const std::string r = text(space_.resolution(largest_));
  EXPECT_EQ(read(header + quoted + "," + columns(largest_) + "," + r + ",70\n").rows.size(), 1U);
  EXPECT_EQ(error(header + quoted + "," + columns(space_.smallest()) + "," + r + ",70\n"),
            " line 2: arch and the columns ks ... name different networks; keep one of them");
}

TEST_F(MeasurementsCsv, BadNumbersNameRowAndColumn) {
  const std::string start = "ks,e,d,accuracy\n" + columns(largest_) + ",70\n" + columns(largest_);
  EXPECT_EQ(error(start + ",nan\n"), " line 3: accuracy = 'nan', must be a finite number");
  EXPECT_EQ(error(start + ",-inf\n"), " line 3: accuracy = '-inf', must be a finite number");
  EXPECT_EQ(error(start + ",71%\n"), " line 3: accuracy = '71%' is not a number");
  EXPECT_EQ(error(start + ",\n"), " line 3: accuracy is empty");
  EXPECT_EQ(error(start + ",101\n"), " line 3: accuracy = 101, must be 0 to 100 (percent)");
  EXPECT_EQ(error(start + ",-1\n"), " line 3: accuracy = -1, must be 0 to 100 (percent)");
  EXPECT_EQ(error("ks,e,d,accuracy\n" + columns(largest_) + ",0.71\n"),
            ": no accuracy is above 1; percent are needed, not shares: times 100");
  EXPECT_EQ(error("ks,e,d,latency_ms\n" + columns(largest_) + ",-2\n", "latency_ms"),
            " line 2: latency_ms = -2, must be above 0");
  EXPECT_EQ(error("ks,e,d,accuracy\n3 x,4,2,70\n"), " line 2: ks = 'x' is not a number");
}

TEST_F(MeasurementsCsv, AFileThatIsNoTextIsCalledSo) {
  EXPECT_EQ(error(std::string("\x11\0\x02", 3)),
            " is neither a measurement file of Coppice nor a CSV: it holds zero bytes");
}

TEST_F(MeasurementsCsv, RowsOfAnotherLengthNameTheirRow) {
  EXPECT_EQ(error("ks,e,d,accuracy\n" + columns(largest_) + "\n"),
            " line 2 has 3 fields, the header has 4");
}

TEST_F(MeasurementsCsv, AQuoteThatIsNeverClosedNamesWhereItBegan) {
  EXPECT_EQ(error("arch,accuracy\n\"{},70\n\n"), " line 2: a quoted field is never closed");
}

TEST_F(MeasurementsCsv, ArchitecturesOfAnotherSpaceNameRowAndKey) {
  const SearchSpace other = builtin_space("ofa-mobilenetv3");
  std::string line = to_text(other, other.largest());
  for (std::size_t at = 0; (at = line.find('"', at)) != std::string::npos; at += 2) {
    line.insert(at, 1, '"');
  }
  const std::string message = error("arch,accuracy\n\"" + line + "\",70\n");
  EXPECT_EQ(message.rfind(" line 2: arch: ks has 20 values, the space small needs ", 0), 0u)
      << message;
  try {
    static_cast<void>(read("arch,accuracy\n{},70\n"));
    FAIL();
  } catch (const Error& wrong_data) {
    EXPECT_EQ(wrong_data.failure(), Failure::run);
  }
}

TEST(MeasurementsCsvColumns, ItsColumnsAreItsTargets) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.csv", "arch,latency_ms,energy_mj\n");
  EXPECT_EQ(csv_columns(folder / "a.csv"),
            (std::vector<std::string>{"arch", "latency_ms", "energy_mj"}));
  EXPECT_TRUE(holds_target(folder / "a.csv", "energy_mj"));
  EXPECT_FALSE(holds_target(folder / "a.csv", "accuracy"));
  write_bytes(folder / "empty.csv", "");
  EXPECT_EQ(
      message_of([&] { static_cast<void>(csv_columns(folder / "empty.csv")); }),
      (folder / "empty.csv").string() + " is empty; a header line with column names is needed");
}

}  // namespace
}  // namespace coppice
