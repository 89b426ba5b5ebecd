#include "experiments/commands/carbon_deployment.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "predictors/carbon.hpp"
#include "predictors/device_profile.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/prepared_run.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;

CardTraining training(double grams) {
  const CardSpent all{exactly(grams * 100), exactly(grams)};
  return CardTraining{all.energy_j,
                      all.co2e_g,
                      "pre-training",
                      "",
                      "measured (rapl)",
                      "cpu",
                      "World",
                      "",
                      1,
                      all,
                      Known<CardSpent>::unknown("not fine-tuned")};
}

// In a facility of PUE 1.56 on the world's grid; its energy was modelled with 2 ms.
ModelCard card(double energy_mj, double making_g) {
  ModelCard card = prepared::card_of(prepared::space().smallest());
  CardEnergy& energy = *card.inference.value;
  const GridIntensity world = GridTable::built_in().find("WLD");
  energy.energy_mj = within_factor(energy_mj, 2);
  energy.pue = 1.56;
  energy.co2e_g =
      carbon_estimate(energy.energy_mj * 1e-3 * within_factor(energy.pue, kPueFactor), world);
  energy.grid = describe(world);
  energy.method = "modelled from the device profile server-cpu, latency by roofline";
  energy.profile = CardProfile{"server-cpu", "ab"};
  energy.latency_ms = exactly(2);
  card.training = training(making_g);
  return card;
}

class Deployment : public ::testing::Test {
 protected:
  Deployment() {
    command_.action = "deployment";
    command_.inferences = 1e9;
    command_.common.json = true;
  }

  void add(const std::string& name, const ModelCard& card) {
    prepared::write_card(folder_ / name, card);
    command_.cards.push_back(folder_ / name / "card.json");
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name / "card.json").string();
  }

  std::string printed() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    run_deployment(command_);
    warned_ = testing::internal::GetCapturedStderr();
    return testing::internal::GetCapturedStdout();
  }

  Json result() { return Json::parse(printed()); }

  // A profile of this id and name whose embodied carbon is 3600 g for an hour of use.
  void use_profile(const std::string& id, const std::string& name) {
    DeviceProfile profile;
    profile.id = id;
    profile.name = name;
    profile.device_class = "sbc";
    profile.embodied_kg = 3.6;
    profile.lifetime_hours = 1;
    profile.provenance = {{"embodied", "assumption: a test", "", "low"}};
    command_.profile = folder_ / "profile.json";
    write_device_profile(command_.profile, profile);
  }

  // 1 ms of it is 1e-3 g, 1e9 inferences 1000 kg.
  double embodied_ms() { return result()["rows"][0]["embodied_kg"]["value"].get<double>() / 1000; }

  TemporaryFolder folder_;
  CarbonCommand command_;
  std::string warned_;
};

TEST_F(Deployment, TheCardsOwnRegionAskedForGivesTheCardsGrams) {
  add("a", card(3.6, 100));
  const Json own = result()["rows"][0];
  command_.region = "WLD";
  const Json asked = result()["rows"][0];
  for (const char* bound : {"low", "value", "high"}) {
    const double grams = own["running_kg"][bound];
    EXPECT_NEAR(asked["running_kg"][bound].get<double>() / grams, 1, 1e-12) << bound;
  }
  EXPECT_EQ(asked["pue"], 1.56);
  EXPECT_EQ(asked["grid"], own["grid"]);
  EXPECT_EQ(asked["profile"], "server-cpu");
}

TEST_F(Deployment, EmbodiedCarbonTakesALatencyOfTheProfilesDevice) {
  ModelCard measured = card(3.6, 100);  // 3.125 ms on the bench board
  add("a", measured);
  use_profile("board-1", "bench board");
  EXPECT_DOUBLE_EQ(embodied_ms(), 3.125);
  EXPECT_EQ(warned_, "");
  use_profile("server-cpu", "a server");
  EXPECT_DOUBLE_EQ(embodied_ms(), 2);
  EXPECT_EQ(warned_, "");
}

TEST_F(Deployment, ALatencyOfAnotherDeviceIsWarnedOf) {
  add("a", card(3.6, 100));
  use_profile("phone", "a phone");
  EXPECT_DOUBLE_EQ(embodied_ms(), 3.125);
  EXPECT_EQ(warned_,
            "coppice: warning: " + path("a") +
                ": its latency was measured on bench board, the profile is of a phone; embodied "
                "carbon is only right if they are the same; export with --profile to model the "
                "latency\n");
  command_.common.quiet = true;
  static_cast<void>(result());
  EXPECT_EQ(warned_, "");
}

TEST_F(Deployment, TheTableNamesBreakEvenGridPueAndBasis) {
  add("a", card(3.6, 100));
  add("b", card(1.8, 1e6));
  command_.common.json = false;
  const std::string text = printed();
  const std::string grid = describe(GridTable::built_in().find("WLD"));
  EXPECT_NE(
      text.find(path("a") + ": modelled from the device profile server-cpu, latency by roofline; " +
                grid + ", PUE 1.56\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find(path("b") + " has cost no more than " + path("a") + " from "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("least: " + path("a") + "\n"), std::string::npos) << text;
}

TEST_F(Deployment, AFineTunedNetworkOfAnUnknownSupernetHasNoTotal) {
  add("a", card(3.6, 100));
  ModelCard tuned = card(1.8, 1);
  tuned.training.value->kind = "fine-tuning";
  tuned.training.value->fine_tuning = *tuned.training.value->pretraining.value;
  tuned.training.value->pretraining = Known<CardSpent>::unknown("a bare supernet");
  add("tuned", tuned);
  const Json json = result();
  const Json row = json["rows"][1];
  EXPECT_TRUE(row["making_kg"].is_null());
  EXPECT_EQ(row["making_kg_unknown"], "pre-training: a bare supernet");
  EXPECT_TRUE(row["co2e_kg"].is_null());
  EXPECT_EQ(row["co2e_kg_unknown"], "what making it cost is not known");
  EXPECT_TRUE(json["least"].is_null());
  EXPECT_EQ(json["least_unknown"], "what making " + path("tuned") + " cost is not known");
  command_.common.json = false;
  const std::string text = printed();
  EXPECT_NE(text.find(path("tuned") +
                      ": what making it cost is not known (pre-training: a bare "
                      "supernet)\nleast: not known, for what making " +
                      path("tuned") + " cost is not known\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace coppice
