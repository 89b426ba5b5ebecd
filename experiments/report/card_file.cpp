#include "experiments/report/card_file.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/units.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMillijoulesPerJoule = 1000;

Estimate estimate_of(const Json& json) {
  return {
      json.at("low").get<double>(), json.at("value").get<double>(), json.at("high").get<double>()};
}

std::vector<std::string> names_of(const Json& json) { return json; }

CardPreprocessing preprocessing_of(const Json& json) {
  CardPreprocessing preprocessing;
  preprocessing.resize = json.at("resize").get<std::string>();
  // Cards of early programs lack it; 0 is no fraction, and whoever needs one says so.
  preprocessing.crop_fraction = json.value("crop_fraction", 0.0);
  preprocessing.channel_order = json.at("channel_order").get<std::string>();
  preprocessing.mean = json.at("mean").get<std::vector<double>>();
  preprocessing.std = json.at("std").get<std::vector<double>>();
  return preprocessing;
}

CardAccuracy accuracy_of(const Json& json) {
  CardAccuracy accuracy;
  accuracy.correct = json.at("correct").get<std::int64_t>();
  accuracy.images = json.at("images").get<std::int64_t>();
  accuracy.dataset = json.at("dataset").get<std::string>();
  accuracy.split = json.at("split").get<std::string>();
  return accuracy;
}

CardLatency latency_of(const Json& json) {
  CardLatency latency;
  latency.latency_ms = estimate_of(json.at("latency_ms"));
  latency.interval = json.at("interval").get<std::string>();
  latency.device = json.at("device").get<std::string>();
  latency.runtime = json.at("runtime").get<std::string>();
  latency.threads = json.at("threads").get<int>();
  latency.batch = json.at("batch").get<int>();
  return latency;
}

template <class T>
Known<T> known(const Json& card, const std::string& key, T (*read)(const Json&)) {
  const Json& value = card.at(key);
  if (!value.is_null()) return read(value);
  return Known<T>::unknown(card.value(key + "_unknown", "not determined"));
}

// For keys that cards of early programs lack.
template <class T>
Known<T> known_if_there(const Json& card, const std::string& key, T (*read)(const Json&)) {
  if (card.contains(key)) return known(card, key, read);
  return Known<T>::unknown("the card is of a program that did not record it");
}

// Of a card that does not name it: what is left of the grams beside energy and the grid's
// intensity, with which the grid's text begins. 1 where there is no such number.
double pue_behind(const CardEnergy& energy) {
  double intensity = 0;
  const std::string& grid = energy.grid;
  static_cast<void>(std::from_chars(grid.data(), grid.data() + grid.size(), intensity));
  const double kwh = energy.energy_mj.nominal / kMillijoulesPerJoule / kJoulesPerKilowattHour;
  if (intensity <= 0 || kwh <= 0) return 1;
  const double pue = energy.co2e_g.nominal / (kwh * intensity);
  constexpr double kRounding = 1e-3;  // the text has six digits of the intensity
  return pue < 1 + kRounding || !std::isfinite(pue) ? 1 : pue;
}

// "server-cpu" of "modelled from the device profile server-cpu, latency measured, ...".
Known<CardProfile> profile_named_in(const std::string& method) {
  const std::string before = "modelled from the device profile ";
  const auto end = method.find(',');
  if (method.rfind(before, 0) != 0 || end == std::string::npos) {
    return Known<CardProfile>::unknown("the card is of a program that did not record it");
  }
  return CardProfile{method.substr(before.size(), end - before.size()), ""};
}

CardProfile profile_of(const Json& json) {
  const Json& hash = json.at("sha256");
  return {json.at("id").get<std::string>(), hash.is_null() ? "" : hash.get<std::string>()};
}

CardEnergy energy_of(const Json& json) {
  CardEnergy energy;
  energy.energy_mj = estimate_of(json.at("energy_mj"));
  energy.co2e_g = estimate_of(json.at("co2e_g"));
  energy.method = json.at("method").get<std::string>();
  energy.device = json.at("device").get<std::string>();
  energy.grid = json.at("grid").get<std::string>();
  energy.pue = json.contains("pue") ? json.at("pue").get<double>() : pue_behind(energy);
  energy.profile = json.contains("profile") ? known(json, "profile", profile_of)
                                            : profile_named_in(energy.method);
  energy.latency_ms = known_if_there(json, "latency_ms", estimate_of);
  energy.embodied_g = known_if_there(json, "embodied_g", estimate_of);
  return energy;
}

CardSpent spent_of(const Json& json) {
  return {estimate_of(json.at("energy_j")), estimate_of(json.at("co2e_g"))};
}

// Early cards tell of one part, and of its kind.
void set_only_part(CardTraining& training) {
  const CardSpent all{training.energy_j, training.co2e_g};
  if (training.kind == kPreTraining) {
    training.pretraining = all;
  } else {
    training.fine_tuning = all;
  }
}

CardTraining training_of(const Json& json) {
  CardTraining training;
  training.energy_j = estimate_of(json.at("energy_j"));
  training.co2e_g = estimate_of(json.at("co2e_g"));
  training.kind = json.at("kind").get<std::string>();
  training.shared = json.at("shared").get<std::string>();
  training.method = json.at("method").get<std::string>();
  training.device = json.at("device").get<std::string>();
  training.region = json.at("region").get<std::string>();
  training.grid = json.at("grid").get<std::string>();
  training.pue = json.value("pue", 1.0);
  training.pretraining = known_if_there(json, "pretraining", spent_of);
  training.fine_tuning = known_if_there(json, "fine_tuning", spent_of);
  if (!json.contains("pretraining")) set_only_part(training);
  return training;
}

CardInt8 int8_of(const Json& json) {
  CardInt8 int8;
  int8.calibration = json.at("calibration").get<std::string>();
  int8.accuracy = known(json, "accuracy", accuracy_of);
  return int8;
}

// Early cards say in words whether the energy was modelled with the measured latency.
void set_latency_by_method(CardEnergy& energy, const Known<CardLatency>& measured) {
  if (!measured.value || energy.method.find(", latency measured") == std::string::npos) return;
  energy.latency_ms = measured.value->latency_ms * (1.0 / measured.value->batch);
}

ModelCard card_of(const Json& json) {
  ModelCard card;
  card.name = json.at("name").get<std::string>();
  card.version = json.at("coppice_version").get<std::string>();
  card.space = json.at("space").get<std::string>();
  card.architecture = json.at("architecture").dump();
  card.channels = json.at("input").at("channels").get<int>();
  card.resolution = json.at("input").at("height").get<int>();
  card.classes = json.at("output").at("classes").get<int>();
  card.macs = json.at("macs").get<std::int64_t>();
  card.params = json.at("params").get<std::int64_t>();
  card.batch_norm = json.at("batch_norm").get<std::string>();
  card.preprocessing = known(json, "preprocessing", preprocessing_of);
  card.class_names = known(json, "class_names", names_of);
  card.accuracy = known(json, "accuracy", accuracy_of);
  if (json.contains("int8")) card.int8 = known(json, "int8", int8_of);
  card.latency_predicted = known(json, "latency_predicted", latency_of);
  const Json& run = json.at("run");
  card.latency_measured = known(run, "latency_measured", latency_of);
  card.inference = known(run, "inference", energy_of);
  card.training = known(run, "training", training_of);
  if (card.inference.value && !run.at("inference").contains("latency_ms")) {
    set_latency_by_method(*card.inference.value, card.latency_measured);
  }
  return card;
}

}  // namespace

ModelCard read_model_card(const std::filesystem::path& card_json) {
  // Refuses what is no card or too new, in the words of the other readers.
  auto files = read_card_files(card_json);
  try {
    ModelCard card = card_of(Json::parse(read_text_file(card_json)));
    card.files = std::move(files);
    return card;
  } catch (const Json::exception& error) {
    throw Error(text(card_json.string(), " is damaged (", error.what(), "); export again"));
  }
}

}  // namespace coppice
