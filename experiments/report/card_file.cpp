#include "experiments/report/card_file.hpp"

#include <nlohmann/json.hpp>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

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

CardEnergy energy_of(const Json& json) {
  CardEnergy energy;
  energy.energy_mj = estimate_of(json.at("energy_mj"));
  energy.co2e_g = estimate_of(json.at("co2e_g"));
  energy.method = json.at("method").get<std::string>();
  energy.device = json.at("device").get<std::string>();
  energy.grid = json.at("grid").get<std::string>();
  return energy;
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
  return training;
}

template <class T>
Known<T> known(const Json& card, const std::string& key, T (*read)(const Json&)) {
  const Json& value = card.at(key);
  if (!value.is_null()) return read(value);
  return Known<T>::unknown(card.value(key + "_unknown", "not determined"));
}

CardInt8 int8_of(const Json& json) {
  CardInt8 int8;
  int8.calibration = json.at("calibration").get<std::string>();
  int8.accuracy = known(json, "accuracy", accuracy_of);
  return int8;
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
