#include "experiments/run_log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "supernet/base/files.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::istringstream in(read_text_file(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(RunLog, EachEventIsOneLineOfJsonWithItsTime) {
  const TemporaryFolder run;
  RunLog log(run.path());
  log.write("train", R"({"step": 3, "loss": 0.25})");
  log.write("end", "{}");
  const auto lines = lines_of(run / "log.jsonl");
  ASSERT_EQ(lines.size(), 2U);
  const auto event = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(event["event"], "train");
  EXPECT_EQ(event["step"], 3);
  EXPECT_EQ(event["loss"], 0.25);
  EXPECT_EQ(event["time"].get<std::string>().back(), 'Z');
}

TEST(RunLog, GoesOnBelowALineThatItsWriterDidNotFinish) {
  const TemporaryFolder run;
  write_text_file(run / "log.jsonl", "{\"event\":\"a\"}\n{\"event\":\"cu");
  RunLog(run.path()).write("b", "{}");
  const auto lines = lines_of(run / "log.jsonl");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1], "{\"event\":\"cu");
  EXPECT_EQ(nlohmann::json::parse(lines[2])["event"], "b");
}

TEST(RunLog, AFolderThatCannotBeWrittenIsNamed) {
  const std::filesystem::path nowhere = "/proc/none";
  const std::string message = message_of([&] { RunLog log(nowhere); });
  EXPECT_NE(message.find("cannot write /proc/none"), std::string::npos) << message;
}

}  // namespace
}  // namespace coppice
