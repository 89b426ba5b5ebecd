#include "predictors/ofa_latency_table.hpp"

#include <gtest/gtest.h>

#include "predictors/predictor_file.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

std::string parse_error(const std::string& yaml) {
  return message_of([&] { static_cast<void>(parse_ofa_lookup_table(yaml, "t.yaml")); });
}

TEST(OfaLatencyTable, MeansAreReadByKey) {
  const auto table = parse_ofa_lookup_table(
      "# measured\nConv-input:4x4x3-output:2x2x8:\n  count: 5\n  mean: 0.25\n\n"
      "Logits-input:1x1x8-output:2:\r\n  mean: 1e-2\r\n  std: .nan\r\n",
      "t.yaml");
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.at("Conv-input:4x4x3-output:2x2x8"), 0.25);
  EXPECT_EQ(table.at("Logits-input:1x1x8-output:2"), 0.01);
}

TEST(OfaLatencyTable, WrongLinesAreNamed) {
  EXPECT_EQ(parse_error("a:\n  mean: .nan\n"),
            "t.yaml line 2 (a): mean = .nan, must be a finite number of milliseconds, at least 0");
  EXPECT_EQ(parse_error("a:\n  mean: inf\n"),
            "t.yaml line 2 (a): mean = inf, must be a finite number of milliseconds, at least 0");
  EXPECT_EQ(parse_error("a:\n  mean: -1\n"),
            "t.yaml line 2 (a): mean = -1, must be a finite number of milliseconds, at least 0");
  EXPECT_EQ(parse_error("a:\n  count: 3\nb:\n  mean: 1\n"), "t.yaml: the key a has no mean");
  EXPECT_EQ(parse_error("a:\n  mean: 1\na:\n  mean: 2\n"),
            "t.yaml line 3: the key a is there twice");
  EXPECT_EQ(parse_error("  mean: 1\n"),
            "t.yaml line 1: 'mean: 1' is neither a key nor a value of one");
  EXPECT_EQ(parse_error("\n"), "t.yaml holds no latencies");
}

/// Every key of the space costs 1 ms.
std::string table_of(const SearchSpace& space,
                     int resolution,
                     const std::filesystem::path& folder) {
  std::string yaml;
  SpaceSpec spec = space.spec();
  spec.resolutions = {resolution};
  // The error about a missing key names it: ask until none is missing.
  while (true) {
    const auto path = folder / (std::to_string(resolution) + "_lookup_table.yaml");
    write_bytes(path, yaml.empty() ? "none:\n  mean: 1\n" : yaml);
    const std::string error = message_of(
        [&] { static_cast<void>(read_ofa_latency_table(folder, SearchSpace(spec), true)); });
    const std::string prefix = path.string() + " has no key ";
    if (error.rfind(prefix, 0) != 0) return yaml;
    yaml += error.substr(prefix.size(), error.find(", which") - prefix.size()) + ":\n  mean: 1\n";
  }
}

class OfaLatencyTableFolder : public testing::Test {
 protected:
  void SetUp() override {
    for (const int pixels : {12, 16}) {
      write_bytes(folder_ / (std::to_string(pixels) + "_lookup_table.yaml"),
                  table_of(space_, pixels, folder_ / "scratch"));
      std::filesystem::remove_all(folder_ / "scratch");
    }
  }
  std::string error(const SearchSpace& space) const {
    return message_of(
        [&] { static_cast<void>(read_ofa_latency_table(folder_.path(), space, true)); });
  }
  SearchSpace space_ = tiny_space();
  TemporaryFolder folder_;
};

TEST_F(OfaLatencyTableFolder, BlocksAreCountedAndTheWidthIsFound) {
  SpaceSpec narrow = space_.spec();
  narrow.width_mult = 2.0;
  const BlockTable table = read_ofa_latency_table(folder_.path(), SearchSpace(narrow), false);
  EXPECT_EQ(make_divisible(16 * table.space().spec().width_mult), 16);
  // stem, first block, final expand, pool, feature mix, classifier; and the elastic blocks
  EXPECT_EQ(table.predict({space_.smallest(), space_.largest()}), (std::vector<double>{8, 10}));
}

TEST_F(OfaLatencyTableFolder, ASavedTableIsLoadedAsItWas) {
  const BlockTable table = read_ofa_latency_table(folder_.path(), space_, true);
  save_predictor(folder_ / "t.h5", table);
  const auto loaded = load_predictor(folder_ / "t.h5", space_);
  ASSERT_NE(loaded->block_sums(), nullptr);
  EXPECT_EQ(loaded->block_sums()->blocks, table.block_sums()->blocks);
  EXPECT_EQ(loaded->block_sums()->rest, table.block_sums()->rest);
  EXPECT_EQ(loaded->info().resolutions, (std::vector<int>{12, 16}));
  EXPECT_EQ(read_predictor_header(Hdf5Reader(folder_ / "t.h5")).width_mult, 1.0);
  SpaceSpec other = space_.spec();
  other.resolutions = {16, 20};
  const SearchSpace wider(other);
  const auto mapped = load_predictor(folder_ / "t.h5", wider);
  EXPECT_EQ(mapped->predict({wider.with_resolution(wider.largest(), 16)}).front(), 10);
  EXPECT_EQ(message_of([&] { static_cast<void>(mapped->predict({wider.largest()})); }),
            "the predictor of latency_ms knows the resolutions 12, 16, not 20; choose among them "
            "with --resolutions");
}

TEST_F(OfaLatencyTableFolder, MissingKeysAndForeignSpacesAreNamed) {
  const auto path = folder_ / "16_lookup_table.yaml";
  std::string yaml = read_bytes(path);
  yaml.replace(yaml.find("Logits-input"), 6, "Losses");
  write_bytes(path, yaml);
  EXPECT_EQ(error(space_),
            path.string() + " has no key Logits-input:1x1x32-output:8, which the space needs");
  EXPECT_EQ(error(builtin_space("ofa-resnet50")),
            "the latency tables of Once-For-All are those of MobileNetV3 networks; the space "
            "ofa-resnet50 is of another kind");
  const auto empty = folder_ / "empty";
  std::filesystem::create_directories(empty);
  EXPECT_EQ(message_of([&] { static_cast<void>(read_ofa_latency_table(empty, space_, true)); }),
            empty.string() + " holds no file <resolution>_lookup_table.yaml");
}

}  // namespace
}  // namespace coppice
