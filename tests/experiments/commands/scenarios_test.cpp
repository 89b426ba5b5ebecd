#include "experiments/commands/scenarios.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

std::vector<std::string> read(const TemporaryFolder& folder, const std::string& content) {
  write_bytes(folder / "limits.txt", content);
  std::vector<std::string> lines;
  for (const auto& limits : read_scenarios(folder / "limits.txt")) {
    std::string line;
    for (const Limit& limit : limits) line += (line.empty() ? "" : " and ") + to_text(limit);
    lines.push_back(line);
  }
  return lines;
}

TEST(Scenarios, EachLineIsOneSetOfLimits) {
  const TemporaryFolder folder;
  EXPECT_EQ(read(folder, "latency_ms<=20\nlatency_ms<=30,params<=4e6\n"),
            (std::vector<std::string>{"latency_ms<=20", "latency_ms<=30 and params<=4000000"}));
}

TEST(Scenarios, SpacesMayStandAnywhere) {
  const TemporaryFolder folder;
  const std::vector<std::string> expected = {"a<=1 and b>=2"};
  for (const char* line : {"a<=1 b>=2", "a <= 1, b >= 2", "  a<= 1 ,b >=2  ", "\ta <=1\tb>= 2"}) {
    EXPECT_EQ(read(folder, line), expected) << line;
  }
}

TEST(Scenarios, EmptyLinesAndCommentsArePassedOver) {
  const TemporaryFolder folder;
  EXPECT_EQ(read(folder, "# phones\r\n\r\na<=1\r\n  # boards\n , \nb<=2"),
            (std::vector<std::string>{"a<=1", "b<=2"}));
}

TEST(Scenarios, AWrongLimitIsNamedWithItsLine) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      message_of([&] { read(folder, "a<=1\n\nb<2\n"); }),
      (folder / "limits.txt").string() + " line 3: limit 'b<2' must be NAME<=VALUE or NAME>=VALUE");
}

TEST(Scenarios, AFileWithoutLimitsIsRefused) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { read(folder, "# nothing\n"); }),
            (folder / "limits.txt").string() + " holds no limits, one set a line is needed");
  EXPECT_EQ(message_of([&] { static_cast<void>(read_scenarios(folder / "no.txt")); }),
            "cannot read " + (folder / "no.txt").string() + ": No such file or directory");
}

}  // namespace
}  // namespace coppice
