#include "predictors/device_profile.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

DeviceProfile small_profile() {
  DeviceProfile profile;
  profile.id = "box";
  profile.name = "A box";
  profile.device_class = "sbc";
  profile.idle_watts = 1;
  profile.static_watts = 2;
  profile.max_watts = 10;
  profile.fp32_mac_pj = 100;
  profile.provenance = {{"power", "assumption", "", "low"},
                        {"energy.mac_pJ.fp32", "a meter", "https://example.org", "high"}};
  return profile;
}

/// What is wrong with the small profile after `change`.
template <class Change>
std::string complaint(const Change& change) {
  DeviceProfile profile = small_profile();
  change(profile);
  return message_of([&] { validate(profile); });
}

std::string parsing(const std::string& json) {
  return message_of([&] { (void)parse_device_profile(json, "box.json"); });
}

TEST(DeviceProfile, WhatIsWrittenIsReadBack) {
  const TemporaryFolder folder;
  DeviceProfile profile = small_profile();
  profile.calibration_method = "nnls";
  profile.calibration_subnets = 20;
  profile.calibration_rho = -0.5;
  profile.factor_low = 0.9;
  write_device_profile(folder / "box.json", profile);
  const DeviceProfile back = read_device_profile(folder / "box.json");
  EXPECT_EQ(to_json(back), to_json(profile));
  EXPECT_EQ(back.id, "box");
  EXPECT_EQ(back.static_watts, 2.0);
  EXPECT_EQ(back.calibration_rho, -0.5);
  EXPECT_EQ(back.factor_low, 0.9);
  EXPECT_FALSE(back.pue.has_value());
  ASSERT_EQ(back.provenance.size(), 2U);
  EXPECT_EQ(back.provenance[1].url, "https://example.org");
}

TEST(DeviceProfile, EveryNumberMustSayWhereItIsFrom) {
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.pue = 1.2; }),
            "profile 'box': facility.pue has no provenance; add {\"field\": \"facility.pue\", "
            "\"source\": ..., \"confidence\": ...}, with the source \"assumption\" if it is one");
}

TEST(DeviceProfile, ProvenanceOfAGroupCoversItsFieldsButNotItsNamesakes) {
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.platform_watts = 1; }), "no error");
  const std::string other =
      complaint([](DeviceProfile& p) { p.provenance[1].field = "energy.mac"; });
  EXPECT_NE(other.find("energy.mac_pJ.fp32 has no provenance"), std::string::npos);
}

TEST(DeviceProfile, ProvenanceNeedsFieldSourceAndConfidence) {
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.provenance[0].source = ""; }),
            "profile 'box': an entry of provenance needs a field and a source");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.provenance[0].confidence = "sure"; }),
            "profile 'box': confidence of 'power' is 'sure', must be high, medium or low");
}

TEST(DeviceProfile, RangesAreChecked) {
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.max_watts = -1; }),
            "profile 'box': power.max_W = -1, must be > 0");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.conv_efficiency = 1.5; }),
            "profile 'box': compute.efficiency.conv = 1.5, must be > 0 and <= 1");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.psu_factor = 0.5; }),
            "profile 'box': power.psu_factor = 0.5, must be >= 1 and <= 3");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.fp32_mac_pj = -3; }),
            "profile 'box': energy.mac_pJ.fp32 = -3, must be >= 0");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.static_watts = 0.5; }),
            "profile 'box': power.static_W must be >= power.idle_W, which it includes");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.max_watts = 1.5; }),
            "profile 'box': power.max_W must be >= power.static_W");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.factor_low = 1.5; }),
            "profile 'box': uncertainty needs 0 < factor_low <= 1 <= factor_high");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.device_class = "toaster"; }),
            "profile 'box': class = 'toaster', must be one of phone, mcu, sbc, laptop, "
            "server-cpu, server-gpu");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.calibration_method = "guess"; }),
            "profile 'box': calibration.method = 'guess', must be none or nnls");
  EXPECT_EQ(complaint([](DeviceProfile& p) { p.id = ""; }),
            "profile '': a device profile needs an id");
}

TEST(DeviceProfile, BrokenFilesAreNamed) {
  EXPECT_EQ(parsing("{"), "box.json is not valid JSON (at byte 2)");
  EXPECT_EQ(parsing("[]"), "box.json: a device profile is a JSON object");
  EXPECT_EQ(parsing("{}"),
            "box.json: schema is null, this program reads \"coppice-device-profile/1\"");
  EXPECT_EQ(message_of([] { (void)read_device_profile("/nowhere/p.json"); }),
            "cannot read /nowhere/p.json: No such file or directory");
}

TEST(DeviceProfile, WrongTypesAndUnknownKeysAreNamed) {
  const auto with = [](const std::string& rest) {
    return parsing(R"({"schema":"coppice-device-profile/1","id":"b","class":"sbc",)" + rest + "}");
  };
  EXPECT_EQ(with(R"("power":{"statc_W":1})"),
            "box.json: unknown key 'power.statc_W'; predictors/README.md lists the known ones");
  EXPECT_EQ(with(R"("power":7)"),
            "box.json: unknown key 'power'; predictors/README.md lists the known ones");
  EXPECT_EQ(with(R"("power":{"static_W":"much"})"),
            "box.json: power.static_W must be a number or null");
  EXPECT_EQ(with(R"("name":3)"), "box.json: name must be text");
  EXPECT_EQ(with(R"("provenance":{})"), "box.json: provenance must be a list");
  EXPECT_EQ(with(R"("provenance":[1])"), "box.json: provenance must be a list of objects");
  EXPECT_EQ(with(R"("provenance":[{"field":1}])"), "box.json: provenance: 'field' must be text");
  EXPECT_EQ(with(R"("provenance":[{"origin":"x"}])"),
            "box.json: provenance: unknown key 'origin', must be field, source, url or confidence");
  EXPECT_EQ(with(R"("power":{"static_W":null})"), "no error");
}

TEST(DeviceProfile, GridIsTheProfilesOwnNumberOrItsRegion) {
  DeviceProfile profile = small_profile();
  const GridTable table = GridTable::built_in();
  EXPECT_EQ(grid_of(profile, table).iso3, "WLD");
  profile.grid = "SWE";
  EXPECT_DOUBLE_EQ(grid_of(profile, table).grams_per_kwh, 40.695);
  profile.grid = "XXX";
  const std::string message = message_of([&] { (void)grid_of(profile, table); });
  EXPECT_EQ(message.rfind("device profile 'box': facility.grid: region 'XXX' is not in the", 0), 0U)
      << message;
  profile.grams_per_kwh = 12;
  EXPECT_EQ(grid_of(profile, table).grams_per_kwh, 12);
  EXPECT_EQ(grid_of(profile, table).source, "device profile 'box'");
}

std::vector<std::string> explained(const DeviceProfile& profile) {
  std::vector<std::string> fields;
  for (const Provenance& entry : profile.provenance) fields.push_back(entry.field);
  return fields;
}

TEST(DeviceProfile, ANewSourceOfAFieldReplacesTheOld) {
  DeviceProfile profile = small_profile();
  profile.provenance = {{"power", "guess", "", "low"}, {"energy", "guess", "", "low"}};
  profile.idle_watts.reset();
  profile.static_watts = 2;
  profile.max_watts = 5;
  profile.fp32_mac_pj = 100;
  set_provenance(profile, {"power.static_W", "meter", "", "high"});
  EXPECT_EQ(explained(profile),
            (std::vector<std::string>{"power.static_W", "power", "energy"}));  // for max_W
  set_provenance(profile, {"power.static_W", "better meter", "", "high"});
  EXPECT_EQ(profile.provenance.front().source, "better meter");
  EXPECT_EQ(profile.provenance.size(), 3U);
  set_provenance(profile, {"energy.mac_pJ.fp32", "meter", "", "high"});
  EXPECT_EQ(explained(profile),
            (std::vector<std::string>{"energy.mac_pJ.fp32", "power.static_W", "power"}));
  set_provenance(profile, {"power.max_W", "meter", "", "high"});
  EXPECT_EQ(explained(profile),
            (std::vector<std::string>{"power.max_W", "energy.mac_pJ.fp32", "power.static_W"}));
  validate(profile);
}

TEST(DeviceProfile, ConfidenceClassIsSpelledOut) {
  DeviceProfile profile = small_profile();
  EXPECT_EQ(confidence_class(profile), "uncalibrated (x0.5 to x2)");
  profile.latency_subnets = 24;
  profile.latency_mape = 7;
  EXPECT_EQ(confidence_class(profile),
            "uncalibrated (x0.5 to x2), latency calibrated on 24 networks (error 7 %)");
  profile.calibration_method = "nnls";
  profile.calibration_subnets = 20;
  profile.calibration_meter = "rapl";
  profile.calibration_date = "2026-11-23";
  profile.calibration_mape = 9;
  EXPECT_EQ(confidence_class(profile), "calibrated on 20 subnets (rapl, 2026-11-23, error 9 %)");
}

}  // namespace
}  // namespace coppice
