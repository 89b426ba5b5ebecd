#include "experiments/report/card_file.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/prepared_run.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

ModelCard card() {
  ModelCard card = prepared::card_of(prepared::space().smallest());
  CardEnergy& energy = *card.inference.value;
  energy.method = "modelled from the device profile server-cpu, latency measured, uncalibrated";
  energy.co2e_g = energy.co2e_g * 1.56;
  energy.pue = 1.56;
  energy.profile = CardProfile{"server-cpu", "ab"};
  energy.latency_ms = exactly(3.125);
  const CardSpent part{{1, 2, 3}, {4, 5, 6}};
  card.training = CardTraining{{2, 4, 6},
                               {8, 10, 12},
                               "pre-training and fine-tuning",
                               "",
                               "measured (rapl)",
                               "cpu",
                               "Testland",
                               "500 g CO2e/kWh",
                               1.25,
                               part,
                               part};
  return card;
}

// card() as a program wrote it that did not know the keys yet.
Json early_card() {
  Json json = Json::parse(card_json(card()));
  for (const char* key : {"pue", "profile", "latency_ms"}) json["run"]["inference"].erase(key);
  for (const char* key : {"pue", "pretraining", "fine_tuning", "fine_tuning_unknown"}) {
    json["run"]["training"].erase(key);
  }
  return json;
}

ModelCard read_back(const TemporaryFolder& folder, const Json& json) {
  write_bytes(folder / "card.json", json.dump());
  return read_model_card(folder / "card.json");
}

TEST(CardFile, WhatCostsRestOnComesBack) {
  const TemporaryFolder folder;
  const ModelCard read = read_back(folder, Json::parse(card_json(card())));
  EXPECT_EQ(read.inference.value->pue, 1.56);
  EXPECT_EQ(read.inference.value->profile.value->id, "server-cpu");
  EXPECT_EQ(read.inference.value->profile.value->sha256, "ab");
  EXPECT_EQ(read.inference.value->latency_ms.value->nominal, 3.125);
  EXPECT_EQ(read.training.value->pue, 1.25);
  EXPECT_EQ(read.training.value->pretraining.value->energy_j.nominal, 2);
  EXPECT_EQ(read.training.value->fine_tuning.value->co2e_g.high, 6);
}

TEST(CardFile, ThePueOfAnEarlyCardFollowsFromItsGrams) {
  const TemporaryFolder folder;
  Json json = early_card();
  const ModelCard read = read_back(folder, json);
  EXPECT_NEAR(read.inference.value->pue, 1.56, 1e-6);
  EXPECT_EQ(read.inference.value->profile.value->id, "server-cpu");
  EXPECT_EQ(read.inference.value->latency_ms.value->nominal, 3.125);
  json["run"]["inference"]["grid"] = "somewhere";
  EXPECT_EQ(read_back(folder, json).inference.value->pue, 1);
  json["run"]["inference"]["grid"] = "900 g CO2e/kWh";
  EXPECT_EQ(read_back(folder, json).inference.value->pue, 1);
}

TEST(CardFile, AnEarlyCardKnowsOnePartOfItsTraining) {
  const TemporaryFolder folder;
  Json json = early_card();
  json["run"]["training"]["kind"] = "pre-training";
  EXPECT_TRUE(is_whole(*read_back(folder, json).training.value));
  json["run"]["training"]["kind"] = "fine-tuning";
  const CardTraining tuned = *read_back(folder, json).training.value;
  EXPECT_FALSE(is_whole(tuned));
  EXPECT_EQ(tuned.fine_tuning.value->energy_j.nominal, 4);
}

}  // namespace
}  // namespace coppice
