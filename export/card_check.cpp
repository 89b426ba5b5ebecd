#include "export/card_check.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

void check_estimate(const char* key, const Estimate& e) {
  require(std::isfinite(e.low) && std::isfinite(e.high) && 0 <= e.low && e.low <= e.nominal &&
              e.nominal <= e.high,
          "model card: ",
          key,
          " is ",
          e.nominal,
          " (",
          e.low,
          " to ",
          e.high,
          "), must be finite with 0 <= low <= value <= high");
}

void check_count(const char* key, std::size_t found, const char* per, int expected) {
  require(found == static_cast<std::size_t>(expected),
          "model card: ",
          found,
          " ",
          key,
          " for ",
          expected,
          " ",
          per);
}

void check_preprocessing(const CardPreprocessing& p, int channels) {
  check_count("values of mean", p.mean.size(), "channels", channels);
  check_count("values of std", p.std.size(), "channels", channels);
  for (int i = 0; i < channels; ++i) {
    const auto c = static_cast<std::size_t>(i);
    require(std::isfinite(p.mean[c]) && std::isfinite(p.std[c]) && p.std[c] > 0,
            "model card: channel ",
            i,
            " has mean ",
            p.mean[c],
            " and std ",
            p.std[c],
            ", both must be finite and std > 0");
  }
}

void check_accuracy(const CardAccuracy& a) {
  require(a.images > 0 && a.correct >= 0 && a.correct <= a.images,
          "model card: ",
          a.correct,
          " of ",
          a.images,
          " images right, must be 0 <= right <= images and images > 0");
}

void check_pue(const char* key, double pue) {
  require(std::isfinite(pue) && pue >= 1,
          "model card: ",
          key,
          " is ",
          pue,
          ", must be finite and >= 1");
}

void check_spent(const char* key, const Known<CardSpent>& spent) {
  if (!spent.value) return;
  check_estimate(text(key, " energy_j").c_str(), spent.value->energy_j);
  check_estimate(text(key, " co2e_g").c_str(), spent.value->co2e_g);
}

}  // namespace

void check_card(const ModelCard& card) {
  require(nlohmann::json::accept(card.architecture),
          "model card: the architecture '",
          card.architecture,
          "' is no JSON");
  if (card.class_names.value) {
    check_count("class names", card.class_names.value->size(), "classes", card.classes);
  }
  if (card.preprocessing.value) check_preprocessing(*card.preprocessing.value, card.channels);
  if (card.accuracy.value) check_accuracy(*card.accuracy.value);
  if (card.int8.value && card.int8.value->accuracy.value) {
    check_accuracy(*card.int8.value->accuracy.value);
  }
  if (card.spiking.value) {
    for (const auto& accuracy : {card.spiking.value->accuracy, card.spiking.value->network}) {
      if (accuracy.value) check_accuracy(*accuracy.value);
    }
  }
  const auto check_latency = [](const char* key, const Known<CardLatency>& latency) {
    if (latency.value) check_estimate(key, latency.value->latency_ms);
  };
  check_latency("latency_predicted", card.latency_predicted);
  check_latency("latency_measured", card.latency_measured);
  for (const CardFileLatency& other : card.other_latencies) {
    check_estimate("latency_elsewhere", other.latency.latency_ms);
  }
  for (const CardLatency& latency : card.other_predictions) {
    check_estimate("latency_predicted_elsewhere", latency.latency_ms);
  }
  if (card.inference.value) {
    check_estimate("inference energy_mj", card.inference.value->energy_mj);
    check_estimate("inference co2e_g", card.inference.value->co2e_g);
    check_pue("inference pue", card.inference.value->pue);
    if (const auto& embodied = card.inference.value->embodied_g.value) {
      check_estimate("inference embodied_g", *embodied);
    }
    if (const auto& latency = card.inference.value->latency_ms.value) {
      check_estimate("inference latency_ms", *latency);
    }
  }
  if (card.training.value) {
    check_estimate("training energy_j", card.training.value->energy_j);
    check_estimate("training co2e_g", card.training.value->co2e_g);
    check_pue("training pue", card.training.value->pue);
    check_spent("pretraining", card.training.value->pretraining);
    check_spent("fine_tuning", card.training.value->fine_tuning);
  }
}

}  // namespace coppice
