#include "predictors/energy_csv.hpp"

#include <gtest/gtest.h>

#include "supernet/base/csv.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

const GridIntensity kGrid{"XXX", "Test, Land of", 500, 2026, "the \"test\""};

PhaseRecord record(const std::string& phase, double joules, double seconds) {
  PhaseRecord result;
  result.phase = phase;
  result.duration = Seconds(seconds);
  result.energy.cpu = {Joules(joules), "rapl", true, 1.1};
  result.energy.ram = {Joules(joules / 10), "ram-model", false, 2.0};
  result.energy_j = energy_estimate(result.energy, 1.0);
  result.co2e_g = carbon_estimate(result.energy_j, kGrid);
  return result;
}

/// Value of a named column in a row (0: the first after the header).
std::string cell(const std::filesystem::path& path, std::size_t row, const std::string& column) {
  CsvReader reader(read_bytes(path), path.string());
  const auto names = reader.next()->fields;
  auto line = reader.next();
  for (std::size_t i = 0; i < row; ++i) line = reader.next();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == column) return line->fields.at(i);
  }
  return "no column " + column;
}

TEST(EnergyCsv, StartsWithCodeCarbonsColumnsInItsOrder) {
  const TemporaryFolder folder;
  append_energy_csv(folder / "energy.csv", {}, kGrid, 1.0, {});
  const std::string content = read_bytes(folder / "energy.csv");
  const std::string start =
      "timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,"
      "cpu_utilization_percent,ram_utilization_percent,ram_used_gb,cpu_power,gpu_power,ram_power,"
      "cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,"
      "country_iso_code,region,cloud_provider,cloud_region,os,python_version,codecarbon_version,"
      "cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,"
      "on_cloud,pue,wue,phase,method,";
  EXPECT_EQ(content.substr(0, start.size()), start);
}

TEST(EnergyCsv, UsesCodeCarbonsUnits) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  RunIdentity identity;
  identity.timestamp = "2026-11-23T08:00:00";
  identity.run_id = "r1";
  identity.tracking_mode = "machine";
  append_energy_csv(path, {record("train", 36000, 100)}, kGrid, 1.0, identity);
  EXPECT_EQ(cell(path, 0, "timestamp"), "2026-11-23T08:00:00");
  EXPECT_EQ(cell(path, 0, "project_name"), "coppice");
  EXPECT_EQ(cell(path, 0, "duration"), "100");
  EXPECT_EQ(cell(path, 0, "cpu_power"), "360");
  EXPECT_EQ(cell(path, 0, "gpu_power"), "0");
  EXPECT_EQ(cell(path, 0, "cpu_energy"), "0.01");
  EXPECT_EQ(cell(path, 0, "ram_energy"), "0.001");
  EXPECT_EQ(cell(path, 0, "energy_consumed"), "0.011");
  EXPECT_EQ(cell(path, 0, "emissions"), "0.0055");
  EXPECT_EQ(cell(path, 0, "emissions_rate"), "5.5e-05");
  EXPECT_EQ(cell(path, 0, "country_name"), "Test, Land of");
  EXPECT_EQ(cell(path, 0, "country_iso_code"), "XXX");
  EXPECT_EQ(cell(path, 0, "tracking_mode"), "machine");
  EXPECT_EQ(cell(path, 0, "pue"), "1");
  EXPECT_EQ(cell(path, 0, "phase"), "train");
  EXPECT_EQ(cell(path, 0, "method"), "rapl+ram-model");
  EXPECT_EQ(cell(path, 0, "basis"), "measured (cpu) and modelled (ram)");
  EXPECT_EQ(cell(path, 0, "grid_g_per_kwh"), "500");
  EXPECT_EQ(cell(path, 0, "grid_source"), "the \"test\"");
}

TEST(EnergyCsv, ComponentsIncludePueSoThatTheyAddUp) {
  const TemporaryFolder folder;
  PhaseRecord hosted = record("train", 3600000, 10);
  hosted.energy_j = energy_estimate(hosted.energy, 1.5);
  append_energy_csv(folder / "energy.csv", {hosted}, kGrid, 1.5, {});
  EXPECT_EQ(cell(folder / "energy.csv", 0, "cpu_energy"), "1.5");
  EXPECT_EQ(cell(folder / "energy.csv", 0, "ram_energy"), "0.15");
  EXPECT_EQ(cell(folder / "energy.csv", 0, "energy_consumed"), "1.65");
}

TEST(EnergyCsv, UtilisationIsProcessorTimeOverThatOfAllProcessors) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  PhaseRecord half = record("train", 1, 100);
  half.cpu_time = Seconds(100);
  RunIdentity two;
  two.cpu_count = 2;
  append_energy_csv(path, {half}, kGrid, 1.0, two);
  EXPECT_EQ(cell(path, 0, "cpu_utilization_percent"), "50");
}

TEST(EnergyCsv, GpusAreCountedAndThoseThatWorkedAreNamed) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  PhaseRecord on_gpu = record("train", 1, 1);
  on_gpu.energy.gpu = {Joules(100), "nvml", true, 1.1};
  RunIdentity identity;
  identity.cpu_model = "Some processor";
  identity.gpus = {"Fast GPU", "Fast GPU"};
  append_energy_csv(path, {on_gpu, record("fit", 1, 1)}, kGrid, 1.0, identity);
  EXPECT_EQ(cell(path, 0, "gpu_count"), "2");
  EXPECT_EQ(cell(path, 0, "gpu_model"), "2 x Fast GPU");
  const auto rows = read_energy_csv(path);
  EXPECT_EQ(rows[0].device, "Some processor, 2 x Fast GPU");
  EXPECT_EQ(rows[1].device, "Some processor");
}

TEST(EnergyCsv, StatesAndCloudsStandUnderTheirCountryAndAreReadBack) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  const GridTable table = GridTable::built_in();
  const GridIntensity state = table.find("US-CA");
  const GridIntensity cloud = table.find("gcp:europe-west1");
  append_energy_csv(path, {record("train", 1, 1)}, state, 1.0, {});
  append_energy_csv(path, {record("train", 1, 1)}, cloud, 1.0, {});
  EXPECT_EQ(cell(path, 0, "country_iso_code"), "USA");
  EXPECT_EQ(cell(path, 0, "region"), "California");
  EXPECT_EQ(cell(path, 0, "on_cloud"), "N");
  EXPECT_EQ(cell(path, 1, "country_iso_code"), "BEL");
  EXPECT_EQ(cell(path, 1, "on_cloud"), "Y");
  EXPECT_EQ(cell(path, 1, "cloud_provider"), "gcp");
  EXPECT_EQ(cell(path, 1, "cloud_region"), "europe-west1");
  const auto rows = read_energy_csv(path);
  EXPECT_EQ(rows[0].grid.iso3, "US-CA");
  EXPECT_EQ(describe(rows[0].grid), describe(state));
  EXPECT_EQ(describe(rows[1].grid), describe(cloud));
  EXPECT_EQ(rows[1].grid.cloud, "gcp:europe-west1");
}

TEST(EnergyCsv, AFileOfAnEarlierBuildIsReadAndContinued) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  write_bytes(path,
              "timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,"
              "cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,"
              "country_name,country_iso_code,region,cloud_provider,cloud_region,os,python_version,"
              "codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,"
              "ram_total_size,tracking_mode,on_cloud,pue,phase,method,basis,energy_low,energy_high,"
              "emissions_low,emissions_high,grid_g_per_kwh,grid_year,grid_source\n"
              "t,coppice,r,,10,0.5,0.05,360,0,0,1,0,0,1,World,WLD,,,,linux,,,2,Some,,,,,8,process,"
              "N,1,train,cpu-model,modelled,0.5,2,0.25,1,500,2024,Ember\n");
  append_energy_csv(path, {record("search", 360, 2)}, kGrid, 1.0, {});
  const auto rows = read_energy_csv(path);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].phase, "train");
  EXPECT_DOUBLE_EQ(rows[0].energy_j.nominal, 3.6e6);
  EXPECT_EQ(describe(rows[0].grid), "500 g CO2e/kWh (World, 2024, Ember)");
  EXPECT_EQ(cell(path, 0, "cpu_utilization_percent"), "");
  EXPECT_EQ(rows[1].phase, "search");
}

TEST(EnergyCsv, NoPowerIsClaimedForAnInstant) {
  const TemporaryFolder folder;
  append_energy_csv(folder / "energy.csv", {record("fit", 1000, 0.001)}, kGrid, 1.0, {});
  EXPECT_EQ(cell(folder / "energy.csv", 0, "cpu_power"), "0");
}

TEST(EnergyCsv, NewStepIsAppendedAndEverythingIsReadBack) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  RunIdentity elsewhere;
  elsewhere.cpu_model = "Some, processor";
  append_energy_csv(path, {record("train", 36000, 100)}, kGrid, 1.0, elsewhere);
  append_energy_csv(path, {record("search", 360, 2), record("export", 36, 1)}, kGrid, 1.0, {});
  const auto rows = read_energy_csv(path);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].phase, "train");
  EXPECT_EQ(rows[1].phase, "search");
  EXPECT_EQ(rows[2].phase, "export");
  EXPECT_EQ(rows[0].duration.value(), 100);
  EXPECT_NEAR(rows[0].energy_j.nominal, 39600, 1e-6);
  EXPECT_NEAR(rows[0].energy_j.high, 36000 * 1.1 + 7200, 1e-6);
  EXPECT_NEAR(rows[1].co2e_g.nominal, 396 / 3.6e6 * 500, 1e-12);
  EXPECT_EQ(rows[1].method, "rapl+ram-model");
  EXPECT_EQ(rows[1].basis, "measured (cpu) and modelled (ram)");
  EXPECT_EQ(rows[0].device, "Some, processor");
  EXPECT_EQ(rows[1].device, "");
  EXPECT_EQ(describe(rows[0].grid), describe(kGrid));
  EXPECT_EQ(rows[0].grid.iso3, "XXX");
}

TEST(EnergyCsv, FileOfAnotherProgramIsNotTouched) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  write_bytes(path, "timestamp,emissions\n1,2\n");
  const std::string expected =
      path.string() +
      " line 1: its columns are not those of this program's energy.csv; move the file away";
  EXPECT_EQ(message_of([&] { append_energy_csv(path, {}, kGrid, 1.0, {}); }), expected);
  EXPECT_EQ(message_of([&] { (void)read_energy_csv(path); }), expected);
  EXPECT_EQ(read_bytes(path), "timestamp,emissions\n1,2\n");
  write_bytes(path, "");
  EXPECT_EQ(message_of([&] { append_energy_csv(path, {}, kGrid, 1.0, {}); }), expected);
}

TEST(EnergyCsv, DamagedRowNamesItsLine) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  append_energy_csv(path, {record("train", 1, 1)}, kGrid, 1.0, {});
  write_bytes(path, read_bytes(path) + "short,row\n");
  EXPECT_EQ(message_of([&] { (void)read_energy_csv(path); }),
            path.string() + " line 3: 2 fields, 49 are needed");
}

TEST(EnergyCsv, CopiesTheRowsOfSomePhasesUnchanged) {
  const TemporaryFolder folder;
  const auto path = folder / "energy.csv";
  append_energy_csv(path, {record("train", 1, 1), record("fit", 2, 2)}, kGrid, 1.5, {});
  EXPECT_FALSE(copy_energy_csv({folder / "none.csv", path}, {"search"}, folder / "copy.csv"));
  EXPECT_FALSE(std::filesystem::exists(folder / "copy.csv"));
  EXPECT_TRUE(copy_energy_csv({folder / "none.csv", path}, {"train"}, folder / "copy.csv"));
  EXPECT_EQ(read_energy_csv(folder / "copy.csv").size(), 1U);
  const std::string all = read_bytes(path);
  const std::string copied = read_bytes(folder / "copy.csv");
  EXPECT_EQ(all.substr(0, copied.size()), copied);
}

TEST(EnergyCsv, WhatATotalRestsOnIsNamedOnceAndWhole) {
  std::string list;
  for (const char* basis :
       {"", "measured (cpu) and modelled (ram)", "modelled", "modelled", "measured"}) {
    append_once(list, basis);
  }
  EXPECT_EQ(list, "measured (cpu) and modelled (ram); modelled; measured");
}

}  // namespace
}  // namespace coppice
