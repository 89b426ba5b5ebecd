#include "experiments/report/network_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "experiments/report/labels.hpp"
#include "experiments/report/text_table.hpp"
#include "predictors/interval90.hpp"
#include "supernet/base/units.hpp"

namespace coppice {
namespace {

constexpr double kMillion = 1e6;
constexpr double kMillijoulesPerWattHour = 3.6e6;
constexpr double kMostNoisePercent = 15;  // of timings that are taken as they are
constexpr std::size_t kTargetWidth = 22;
constexpr std::size_t kTextWidth = 110;

ShownNumber unknown(const std::string& reason) { return {"not known", "", "", reason}; }

// A quantity of the search, with its predictor's interval.
ShownNumber predicted_number(const RunSummary& run,
                             const ChosenNetwork& network,
                             const std::string& quantity,
                             const std::string& unit) {
  const auto found = network.predicted.find(quantity);
  if (found == network.predicted.end()) {
    return unknown(network.by_hand ? "no search chose this network"
                                   : "the search did not predict " + quantity);
  }
  ShownNumber shown{fmt::format("{:.4g}{}", found->second, unit), "", "predicted", ""};
  const auto own = network.interval.find(quantity);
  if (own != network.interval.end()) {
    shown.range = range_words(own->second, 3);
    shown.check = fmt::format("measured {:.4g}{}", network.measured.at(quantity), unit);
    shown.note = std::string(
                     "by predictors that had not seen the network; low and high: their 90 % "
                     "interval; measured by the search before it chose, ") +
                 (quantity == "accuracy" ? "on the held-out images" : "on its machine");
    return shown;
  }
  const double half = interval_of(run, quantity);
  if (half > 0) {
    shown.range = range_words(interval90_around(quantity, found->second, half), 3);
    shown.note = "low and high: 90 % interval of the predictor";
  }
  return shown;
}

ShownNumber measured_accuracy(const ModelCard& card) {
  if (!card.accuracy.value) return unknown(card.accuracy.reason);
  const CardAccuracy& accuracy = *card.accuracy.value;
  const Estimate percent = wilson_interval(accuracy.correct, accuracy.images);
  return {fmt::format("{:.4g} %", percent.nominal),
          range_words(percent, 3),
          "measured",
          fmt::format("{} images of {}, {}; low and high: 95 % Wilson interval",
                      accuracy.images,
                      accuracy.dataset,
                      accuracy.split)};
}

ShownNumber measured_latency(const ModelCard& card) {
  if (!card.latency_measured.value) return unknown(card.latency_measured.reason);
  const CardLatency& latency = *card.latency_measured.value;
  return {digits(latency.latency_ms.nominal, 3) + " ms",
          range_words(latency.latency_ms, 3),
          "measured",
          fmt::format("{}, {}, threads: {}, batch: {}; low and high: {}",
                      latency.device,
                      latency.runtime,
                      latency.threads,
                      latency.batch,
                      latency.interval)};
}

// "measured (RAPL)" -> "measured"; anything else was computed from a model.
std::string basis_of(const std::string& method) {
  return method.rfind("measured", 0) == 0 ? "measured" : "modelled";
}

ShownNumber per_million(const ModelCard& card, bool carbon) {
  if (!card.inference.value) return unknown(card.inference.reason);
  const CardEnergy& energy = *card.inference.value;
  const Estimate total =
      carbon ? energy.co2e_g * kMillion : energy.energy_mj * (kMillion / kMillijoulesPerWattHour);
  return {digits(total.nominal, 3) + (carbon ? " g" : " Wh"),
          range_words(total, 3),
          carbon ? "modelled" : basis_of(energy.method),
          carbon ? "energy, with the overhead of a data centre where there is one (PUE), times the "
                   "grid, " +
                       grid_and_pue(energy.grid, energy.pue)
                 : energy.method + ", " + energy.device};
}

NetworkRow row_of(const RunSummary& run, const ChosenNetwork& network) {
  NetworkRow row{network.id, {}, {}};
  for (const Limit& limit : network.limits) row.target.push_back(limit_words(limit));
  if (row.target.empty()) row.target = {network.by_hand ? "other export" : "no limits"};
  const ShownNumber accuracy = predicted_number(run, network, "accuracy", " %");
  const ShownNumber latency = predicted_number(run, network, "latency_ms", " ms");
  if (!network.card.value) {
    const ShownNumber none = unknown(network.card.reason);
    row.numbers = {accuracy, none, latency, none, none, none};
  } else {
    const ModelCard& card = *network.card.value;
    row.numbers = {accuracy,
                   measured_accuracy(card),
                   latency,
                   measured_latency(card),
                   per_million(card, false),
                   per_million(card, true)};
  }
  return row;
}

TextRow header_row() {
  return {"target",
          "accuracy\npredicted\n(held-out)",
          "accuracy\nmeasured\n(test set)",
          "latency\npredicted",
          "latency\nmeasured",
          "energy\nper million\ninferences",
          "CO2e\nper million\ninferences"};
}

TextRow text_row(const NetworkRow& row) {
  TextRow cells{wrapped(joined(row.target, ", "), kTargetWidth)};
  for (const ShownNumber& number : row.numbers) {
    cells.push_back(number.value + (number.range.empty() ? "" : "\n" + number.range) +
                    (number.check.empty() ? "" : "\n" + number.check) +
                    (number.basis == "modelled" ? "\nmodelled" : ""));
  }
  return cells;
}

}  // namespace

std::string network_name(const ChosenNetwork& network) {
  std::vector<std::string> words;
  for (const Limit& limit : network.limits) words.push_back(limit_words(limit));
  return network.id + (words.empty() ? "" : " (" + joined(words, ", ") + ")");
}

const std::vector<std::string>& number_headers() {
  static const std::vector<std::string> headers{"accuracy, predicted",
                                                "accuracy, measured",
                                                "latency, predicted",
                                                "latency, measured",
                                                "energy per million inferences",
                                                "CO2e per million inferences"};
  return headers;
}

std::vector<NetworkRow> network_rows(const RunSummary& run) {
  std::vector<NetworkRow> rows;
  for (const ChosenNetwork& network : run.networks) rows.push_back(row_of(run, network));
  return rows;
}

std::vector<std::string> number_notes(const std::vector<NetworkRow>& rows) {
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < number_headers().size(); ++i) {
    for (const NetworkRow& row : rows) {
      const ShownNumber& number = row.numbers[i];
      if (number.note.empty()) continue;
      const std::string how = number.basis.empty() ? "not known: " : "";
      const std::string line = number_headers()[i] + ": " + how + number.note;
      if (std::find(notes.begin(), notes.end(), line) == notes.end()) notes.push_back(line);
    }
  }
  return notes;
}

std::vector<std::string> answer_notes(const RunSummary& run, const std::vector<NetworkRow>& rows) {
  auto notes = number_notes(rows);
  if (run.noise_floor_percent > kMostNoisePercent) {
    notes.push_back(
        fmt::format("latencies were measured on a busy machine (noise floor {:.0f} %): read them "
                    "with care",
                    run.noise_floor_percent));
  }
  return notes;
}

std::string answer_text(const RunSummary& run) {
  const auto rows = network_rows(run);
  std::string out;
  if (rows.empty()) {
    out = "no network is chosen yet\n";
  } else {
    std::vector<TextRow> lines{header_row()};
    for (const NetworkRow& row : rows) lines.push_back(text_row(row));
    out = text_table(lines) + "\n";
  }
  for (const std::string& note : answer_notes(run, rows)) out += wrapped(note, kTextWidth) + "\n";
  for (const std::string& line : run.missing) out += wrapped("missing: " + line, kTextWidth) + "\n";
  return out;
}

}  // namespace coppice
