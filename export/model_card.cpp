// card.json: writing it, and reading back what verification needs.
#include "export/model_card.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "export/card_check.hpp"
#include "export/format.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/sha256.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

Json interval(const Estimate& estimate) {
  return {{"value", estimate.nominal}, {"low", estimate.low}, {"high", estimate.high}};
}

// The value's JSON, or null and beside it "<key>_unknown" with the reason.
template <class T, class ToJson>
void put(Json& out, const std::string& key, const Known<T>& known, const ToJson& to_json) {
  out[key] = known.value ? to_json(*known.value) : Json();
  if (!known.value) out[key + "_unknown"] = known.reason;
}

Json preprocessing_json(const CardPreprocessing& p) {
  return {{"resize", p.resize},
          {"crop_fraction", p.crop_fraction},
          {"channel_order", p.channel_order},
          {"pixel_scale", "[0, 1]"},
          {"mean", p.mean},
          {"std", p.std}};
}

Json accuracy_json(const CardAccuracy& a) {
  const Estimate percent = wilson_interval(a.correct, a.images);
  return {{"top1_percent", percent.nominal},
          {"low95_percent", percent.low},
          {"high95_percent", percent.high},
          {"interval", "Wilson score"},
          {"correct", a.correct},
          {"images", a.images},
          {"dataset", a.dataset},
          {"split", a.split}};
}

Json int8_json(const CardInt8& i) {
  Json out{{"file", kInt8OnnxFile},
           {"format", "QDQ: values in 8 bits, weights in 8 bits with a scale for each channel"},
           {"calibration", i.calibration}};
  put(out, "accuracy", i.accuracy, accuracy_json);
  return out;
}

Json spiking_json(const CardSpiking& s) {
  Json out{{"file", kNirFile},
           {"timesteps", s.timesteps},
           {"thresholds", s.thresholds},
           {"energy_ratio_ops", s.energy_ratio_ops},
           {"energy_ratio_memory", s.energy_ratio_memory}};
  put(out, "accuracy", s.accuracy, accuracy_json);
  put(out, "network_accuracy", s.network, accuracy_json);
  return out;
}

Json latency_json(const CardLatency& l) {
  return {{"latency_ms", interval(l.latency_ms)},
          {"interval", l.interval},
          {"device", l.device},
          {"runtime", l.runtime},
          {"threads", l.threads},
          {"batch", l.batch}};
}

Json profile_json(const CardProfile& p) {
  return {{"id", p.id}, {"sha256", p.sha256.empty() ? Json() : Json(p.sha256)}};
}

Json energy_json(const CardEnergy& e) {
  Json out{{"energy_mj", interval(e.energy_mj)},
           {"co2e_g", interval(e.co2e_g)},
           {"per", "inference"},
           {"method", e.method},
           {"device", e.device},
           {"grid", e.grid},
           {"pue", e.pue}};
  put(out, "profile", e.profile, profile_json);
  put(out, "latency_ms", e.latency_ms, interval);
  put(out, "embodied_g", e.embodied_g, interval);
  Known<Estimate> sci_g = e.embodied_g;
  if (sci_g.value) sci_g.value = *sci_g.value + e.co2e_g;
  put(out, "sci_g", sci_g, interval);
  return out;
}

Json spent_json(const CardSpent& s) {
  return {{"energy_j", interval(s.energy_j)}, {"co2e_g", interval(s.co2e_g)}};
}

Json training_json(const CardTraining& t) {
  Json out{{"energy_j", interval(t.energy_j)},
           {"co2e_g", interval(t.co2e_g)},
           {"kind", t.kind},
           {"shared", t.shared},
           {"method", t.method},
           {"device", t.device},
           {"region", t.region},
           {"grid", t.grid},
           {"pue", t.pue}};
  put(out, "pretraining", t.pretraining, spent_json);
  put(out, "fine_tuning", t.fine_tuning, spent_json);
  return out;
}

Json files_json(const std::vector<CardFile>& files) {
  Json out = Json::array();
  for (const CardFile& file : files) {
    out.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  return out;
}

Json input_json(const ModelCard& card) {
  return {{"name", kInputName},
          {"type", "float32"},
          {"layout", "NCHW"},
          {"channels", card.channels},
          {"height", card.resolution},
          {"width", card.resolution}};
}

constexpr const char* kOwnHash = "\"card_sha256\": \"";  // as dump() writes it
constexpr std::size_t kHashLength = 64;

// Where the text has its own hash; npos: nowhere. No string of a card holds a bare quotation mark.
std::size_t place_of_own_hash(const std::string& text) {
  const std::size_t key = text.find(kOwnHash);
  if (key == std::string::npos) return key;
  const std::size_t place = key + std::string_view(kOwnHash).size();
  return place + kHashLength < text.size() ? place : std::string::npos;
}

std::string own_hash(std::string text, std::size_t place) {
  return sha256(text.replace(place, kHashLength, kHashLength, '0'));
}

}  // namespace

Estimate wilson_interval(std::int64_t correct, std::int64_t images) {
  constexpr double z = 1.959963984540054;
  const auto n = static_cast<double>(images);
  const double p = static_cast<double>(correct) / n;
  const double centre = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 100 / (1 + z * z / n);
  // Where all or none are right the bound is 100 or 0 exactly; rounding may miss it.
  return {correct == 0 ? 0 : (centre - half) * scale,
          100 * p,
          correct == images ? 100 : (centre + half) * scale};
}

bool is_whole(const CardTraining& training) {
  const bool tuned = training.kind.find(kFineTuning) != std::string::npos;
  return training.pretraining.value && (training.fine_tuning.value || !tuned);
}

CardFile describe_file(const std::filesystem::path& path) {
  const std::string hash = sha256_of_file(path);
  return {path.filename().string(), std::filesystem::file_size(path), hash};
}

std::string card_json(const ModelCard& card) {
  check_card(card);
  Json out{{"card_version", kCardVersion},
           {"coppice_version", card.version},
           {"coppice_commit", card.commit.empty() ? Json() : Json(card.commit)},
           {"name", card.name},
           {"space", card.space},
           {"architecture", Json::parse(card.architecture)},
           {"input", input_json(card)},
           {"output", {{"name", kOutputName}, {"type", "float32"}, {"classes", card.classes}}},
           {"macs", card.macs},
           {"params", card.params},
           {"batch_norm", card.batch_norm}};
  put(out, "class_names", card.class_names, [](const auto& names) { return Json(names); });
  put(out, "preprocessing", card.preprocessing, preprocessing_json);
  put(out, "accuracy", card.accuracy, accuracy_json);
  put(out, "int8", card.int8, int8_json);
  put(out, "spiking", card.spiking, spiking_json);
  put(out, "latency_predicted", card.latency_predicted, latency_json);
  out["latency_predicted_elsewhere"] = Json::array();
  for (const CardLatency& latency : card.other_predictions) {
    out["latency_predicted_elsewhere"].push_back(latency_json(latency));
  }
  out["seeds"] = card.seeds;
  out["inputs"] = files_json(card.inputs);
  out["files"] = files_json(card.files);
  Json run;
  put(run, "latency_measured", card.latency_measured, latency_json);
  run["latency_elsewhere"] = Json::array();
  for (const CardFileLatency& other : card.other_latencies) {
    Json one{{"file", other.file}};
    one.update(latency_json(other.latency));
    run["latency_elsewhere"].push_back(one);
  }
  put(run, "inference", card.inference, energy_json);
  put(run, "training", card.training, training_json);
  run["inputs"] = files_json(card.measured_inputs);
  run["card_sha256"] = std::string(kHashLength, '0');
  out["run"] = run;
  // Names come from folders and users; bytes that are no UTF-8 must not stop an export.
  std::string text = out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  const std::size_t place = place_of_own_hash(text);
  return text.replace(place, kHashLength, own_hash(text, place));
}

void write_model_card(const ModelCard& card, const std::filesystem::path& folder) {
  const std::string json = card_json(card);
  write_text_file(folder / kCardMarkdownFile, card_markdown(card));
  write_text_file(folder / kCardJsonFile, json);
}

void check_card_unedited(const std::string& text, const std::filesystem::path& path) {
  const std::size_t place = place_of_own_hash(text);
  require(place != std::string::npos,
          path.string(),
          " has no card_sha256 under run: an earlier program wrote it, or it was edited; export "
          "again");
  require(text.substr(place, kHashLength) == own_hash(text, place),
          path.string(),
          " was edited after the export: its text has another SHA-256 than it says; export again");
}

std::vector<CardFile> read_card_files(const std::filesystem::path& card_json) {
  const std::string where = card_json.string();
  const Json card = Json::parse(read_text_file(card_json), nullptr, false);
  require(card.is_object() && card.contains("card_version") &&
              card["card_version"].is_number_integer() && card.contains("files") &&
              card["files"].is_array(),
          where,
          " is no model card: it was truncated or edited; export again");
  const auto version = card["card_version"].get<std::int64_t>();
  require(version <= kCardVersion,
          where,
          " has card_version ",
          version,
          ", this program reads up to ",
          kCardVersion,
          "; use a newer coppice");
  std::vector<CardFile> files;
  try {
    for (const Json& file : card["files"]) {
      files.push_back({file.at("name"), file.at("bytes"), file.at("sha256")});
      const std::string& name = files.back().name;
      require(!name.empty() && name.find('/') == std::string::npos && name != "..",
              where,
              " lists the file '",
              name,
              "', which is not in its folder");
    }
  } catch (const Json::exception&) {
    throw Error(text(where, " lists a file without name, bytes or sha256; export again"));
  }
  return files;
}

}  // namespace coppice
