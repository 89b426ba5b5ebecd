#include "predictors/grid_intensity.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

constexpr const char* kHeader = "iso3,name,gCO2e_per_kWh,year,source\n";

TEST(GridIntensity, BuiltInTableKnowsCountriesByCodeAndNameWhateverTheCase) {
  const GridTable table = GridTable::built_in();
  EXPECT_EQ(table.rows().size(), 266U);
  EXPECT_DOUBLE_EQ(table.find("FRA").grams_per_kwh, 56.039);
  EXPECT_DOUBLE_EQ(table.find("deu").grams_per_kwh, 380.95);
  EXPECT_EQ(table.find("germany").iso3, "DEU");
  EXPECT_EQ(table.find("uNiTeD sTaTeS").year, 2023);
  EXPECT_EQ(table.find("UK").iso3, "GBR");
  EXPECT_EQ(table.find("EU").name, "European Union");
}

TEST(GridIntensity, EveryBuiltInRowHasValueYearAndSource) {
  const GridTable table = GridTable::built_in();
  for (const auto& row : table.rows()) {
    EXPECT_TRUE(row.iso3.size() == 3 || row.iso3.rfind("US-", 0) == 0) << row.name;
    EXPECT_GT(row.grams_per_kwh, 0) << row.name;
    EXPECT_LT(row.grams_per_kwh, 1500) << row.name;
    EXPECT_GE(row.year, 2009) << row.name;
    EXPECT_FALSE(row.source.empty()) << row.name;
  }
}

TEST(GridIntensity, DefaultIsTheWorldsAverageAndSaysItsYear) {
  EXPECT_EQ(describe(GridTable::built_in().find(kDefaultRegion)),
            "472.94 g CO2e/kWh (World, 2024, Ember yearly electricity data under CC BY 4.0)");
}

TEST(GridIntensity, UnknownRegionNamesTheNearestKnownOne) {
  const GridTable table = GridTable::built_in();
  EXPECT_EQ(
      message_of([&] { (void)table.find("Germny"); }),
      "region 'Germny' is not in the grid table; the nearest known one is DEU (Germany); use "
      "a three-letter ISO 3166 code, a country's name, a state like US-CA, a cloud region like "
      "gcp:europe-west1, or WLD for the world");
  EXPECT_NE(message_of([&] { (void)table.find("US"); }).find("is USA (United States)"),
            std::string::npos);
  try {
    (void)table.find("xyz");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
  }
}

TEST(GridIntensity, PartOfANameIsNearerThanAnotherSpelling) {
  const GridTable table = GridTable::built_in();
  const std::string message = message_of([&] { (void)table.find("Korea"); });
  EXPECT_NE(message.find("the nearest known one is KOR (South Korea)"), std::string::npos)
      << message;
}

TEST(GridIntensity, ANameOfTwoPlacesIsAskedAbout) {
  const GridTable table = GridTable::built_in();
  EXPECT_EQ(message_of([&] { (void)table.find("Georgia"); }),
            "region 'Georgia' is the name of two places; give GEO or US-GA");
  EXPECT_EQ(table.find("georgia (us state)").iso3, "US-GA");
}

TEST(GridIntensity, UsersFileReplacesTheTable) {
  const TemporaryFolder folder;
  write_bytes(
      folder / "grid.csv",
      std::string("# my utility\r\n") + kHeader + "HOM,Home,12.5,2026,\"roof, metered\"\r\n\n");
  const GridTable table = GridTable::read(folder / "grid.csv");
  ASSERT_EQ(table.rows().size(), 1U);
  EXPECT_EQ(table.find("home").grams_per_kwh, 12.5);
  EXPECT_EQ(table.find("HOM").source, "roof, metered");
}

TEST(GridIntensity, ZerosAndGapsCountAsMissing) {
  const GridTable table = GridTable::from_csv(
      std::string(kHeader) +
          "CAF,Central African Republic,0.0,2022,x\nAAA,A,,2022,x\nBBB,B,7,2022,x\n",
      "test");
  ASSERT_EQ(table.rows().size(), 1U);
  EXPECT_EQ(table.rows()[0].iso3, "BBB");
}

TEST(GridIntensity, BrokenFilesNameTheirLine) {
  const auto message = [](const std::string& csv) {
    return message_of([&] { (void)GridTable::from_csv(csv, "grid.csv"); });
  };
  EXPECT_EQ(message("a,b\n"),
            "grid.csv line 1: the first row is 'a,b', must be "
            "'iso3,name,gCO2e_per_kWh,year,source'");
  EXPECT_EQ(message(std::string(kHeader) + "DEU,Germany,380\n"),
            "grid.csv line 2: 3 fields, 5 are needed (iso3,name,gCO2e_per_kWh,year,source)");
  EXPECT_EQ(message(std::string(kHeader) + "DEU,Germany,many,2023,x\n"),
            "grid.csv line 2: 'many' is not a number");
  EXPECT_EQ(message(std::string(kHeader) + ",Germany,380,2023,x\n"),
            "grid.csv line 2: iso3 and name must not be empty");
  EXPECT_EQ(message(kHeader), "grid.csv: no region with a value above 0");
  EXPECT_EQ(message_of([] { (void)GridTable::read("/nowhere/grid.csv"); }),
            "cannot read /nowhere/grid.csv: No such file or directory");
}

TEST(GridIntensity, StatesAndCloudRegionsAreKnown) {
  const GridTable table = GridTable::built_in();
  EXPECT_DOUBLE_EQ(table.find("us-ca").grams_per_kwh, 216.43);
  EXPECT_EQ(table.find("California").iso3, "US-CA");
  const GridIntensity frankfurt = table.find("GCP:europe-west3");
  EXPECT_DOUBLE_EQ(frankfurt.grams_per_kwh, table.find("DEU").grams_per_kwh);
  EXPECT_EQ(frankfurt.name, "Frankfurt (gcp:europe-west3), grid of Germany");
  EXPECT_EQ(table.find("aws:us-west-2").grams_per_kwh, table.find("US-OR").grams_per_kwh);
}

TEST(GridIntensity, AnUnknownCloudRegionNamesTheNearest) {
  EXPECT_EQ(message_of([] { (void)GridTable::built_in().find("gcp:europe-west33"); }),
            "cloud region 'gcp:europe-west33' is not in the table; the nearest known one is "
            "gcp:europe-west3; or give the country or the state (US-CA) where it stands");
}

}  // namespace
}  // namespace coppice
