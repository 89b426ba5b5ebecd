#include "experiments/tensors/spike_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

// Dampfhoffer et al., "Are SNNs really more energy-efficient than ANNs?", IEEE TETCI 7(3), 2023:
// spikes a synapse and inference at which integrate-and-fire networks compete, with memory.
constexpr double kCompetitiveLow = 0.15;
constexpr double kCompetitiveHigh = 1.38;

bool saves(const SpikeRow& row) { return row.energy_ratio_memory < 1; }

template <class Condition>
std::vector<const SpikeRow*> rows_where(const SpikeReport& report, const Condition& condition) {
  std::vector<const SpikeRow*> rows;
  for (const SpikeRow& row : report.curve) {
    if (condition(row)) rows.push_back(&row);
  }
  return rows;
}

std::string timesteps_of(const std::vector<const SpikeRow*>& rows) {
  std::string out;
  for (const SpikeRow* row : rows) {
    out += (out.empty() ? "" : ", ") + std::to_string(row->timesteps);
  }
  return out;
}

// "3.1" or "1.2 to 3.1".
template <class Ratio>
std::string range_of(const std::vector<const SpikeRow*>& rows, const Ratio& ratio) {
  std::vector<double> values;
  for (const SpikeRow* row : rows) values.push_back(ratio(*row));
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const std::string first = fmt::format("{:.1f}", *low);
  const std::string last = fmt::format("{:.1f}", *high);
  return first == last ? first : first + " to " + last;
}

void criticise_memory(const SpikeReport& report, std::vector<std::string>& out) {
  const auto losing = rows_where(report, [](const SpikeRow& row) { return !saves(row); });
  if (!losing.empty()) {
    out.push_back(fmt::format(
        "At {} timesteps the spiking network does NOT save energy: with memory accesses it needs "
        "{} times what the ANN needs.",
        timesteps_of(losing),
        range_of(losing, [](const SpikeRow& row) { return row.energy_ratio_memory; })));
  }
  const auto misleading = rows_where(
      report, [](const SpikeRow& row) { return !saves(row) && row.energy_ratio_ops < 1; });
  if (!misleading.empty()) {
    out.push_back(
        fmt::format("At {} timesteps counting operations alone would claim a saving that is not "
                    "there.",
                    timesteps_of(misleading)));
  }
}

void criticise_quantised(const SpikeReport& report, std::vector<std::string>& out) {
  const auto losing = rows_where(
      report, [](const SpikeRow& row) { return row.quantised.energy_ratio_memory >= 1; });
  if (losing.empty()) return;
  out.push_back(fmt::format(
      "At {} timesteps a quantised ANN of as many bits, the fair competitor, needs less: the "
      "spiking network takes {} times its energy.",
      timesteps_of(losing),
      range_of(losing, [](const SpikeRow& row) { return row.quantised.energy_ratio_memory; })));
}

void criticise_machine(const SpikeReport& report, std::vector<std::string>& out) {
  const auto& measured = report.measured;
  const auto ann = std::find_if(
      measured.begin(), measured.end(), [](const MeasuredRow& row) { return row.timesteps == 0; });
  if (ann == measured.end() || ann->energy_mj <= 0) return;
  for (const MeasuredRow& row : measured) {
    if (row.timesteps == 0) continue;
    out.push_back(
        fmt::format("On this machine simulating {} timesteps took {:.0f} times the energy of the "
                    "ANN ({}).",
                    row.timesteps,
                    row.energy_mj / ann->energy_mj,
                    report.basis));
  }
}

Json layers_json(const SpikeRow& row) {
  Json layers = Json::array();
  for (const LayerActivity& layer : row.cost.layers) {
    layers.push_back({{"name", layer.name},
                      {"neurons", layer.neurons},
                      {"spikes_per_neuron", layer.spikes_per_neuron},
                      {"spikes_per_synapse", layer.spikes_per_synapse}});
  }
  return layers;
}

Json row_json(const SpikeRow& row) {
  return {{"timesteps", row.timesteps},
          {"accuracy", row.accuracy},
          {"thresholds", row.thresholds},
          {"spikes_per_synapse", row.cost.spikes_per_synapse},
          {"spikes_per_neuron", row.cost.spikes_per_neuron},
          {"synaptic_operations", row.cost.synaptic_operations},
          {"energy_ratio_ops", row.energy_ratio_ops},
          {"energy_ratio_memory", row.energy_ratio_memory},
          {"saves_energy", saves(row)},
          {"quantised_ann",
           {{"bits", row.quantised.bits},
            {"accuracy", row.quantised.accuracy},
            {"energy_ratio_ops", row.quantised.energy_ratio_ops},
            {"energy_ratio_memory", row.quantised.energy_ratio_memory}}},
          {"layers", layers_json(row)}};
}

std::string curve_table(const std::vector<SpikeRow>& curve) {
  constexpr const char* kHead = "{:>9}{:>12}{:>10}{:>11}{:>11}{:>13}{:>13}{:>16}{:>16}\n";
  std::string out = fmt::format(kHead,
                                "time",
                                "thresholds",
                                "accuracy",
                                "spikes a",
                                "spikes a",
                                "energy/ANN",
                                "energy/ANN",
                                "quantised ANN",
                                "energy/it");
  out += fmt::format(kHead,
                     "steps",
                     "by",
                     "",
                     "neuron",
                     "synapse",
                     "operations",
                     "with memory",
                     "of equal bits",
                     "with memory");
  for (const SpikeRow& row : curve) {
    const std::string quantised =
        fmt::format("{} bit {:.2f} %", row.quantised.bits, row.quantised.accuracy);
    out += fmt::format("{:>9}{:>12}{:>8.2f} %{:>11.2f}{:>11.2f}{:>13.2f}{:>13.2f}{:>16}{:>16.2f}\n",
                       row.timesteps,
                       row.thresholds,
                       row.accuracy,
                       row.cost.spikes_per_neuron,
                       row.cost.spikes_per_synapse,
                       row.energy_ratio_ops,
                       row.energy_ratio_memory,
                       quantised,
                       row.quantised.energy_ratio_memory);
  }
  return out;
}

}  // namespace

std::vector<std::string> criticism(const SpikeReport& report) {
  std::vector<std::string> out;
  criticise_memory(report, out);
  criticise_quantised(report, out);
  out.push_back(fmt::format(
      "{} spikes a synapse and inference; with memory, such networks compete at {} to {} only "
      "(Dampfhoffer et al. 2023).",
      range_of(rows_where(report, [](const SpikeRow&) { return true; }),
               [](const SpikeRow& row) { return row.cost.spikes_per_synapse; }),
      kCompetitiveLow,
      kCompetitiveHigh));
  criticise_machine(report, out);
  return out;
}

nlohmann::ordered_json as_json(const SpikeReport& report) {
  Json curve = Json::array();
  for (const SpikeRow& row : report.curve) curve.push_back(row_json(row));
  Json tuned = nullptr;
  if (report.tuned_ann_accuracy) tuned = *report.tuned_ann_accuracy;
  return {{"ann_accuracy", report.ann_accuracy},
          {"tuned_ann_accuracy", tuned},
          {"images", report.images},
          {"curve", curve},
          {"expansion_bytes", report.expansion_bytes}};
}

nlohmann::ordered_json measured_json(const SpikeReport& report) {
  Json measured = Json::array();
  for (const MeasuredRow& row : report.measured) {
    measured.push_back({{"network", row.network},
                        {"timesteps", row.timesteps},
                        {"seconds", row.seconds},
                        {"energy_mj_per_image", row.energy_mj}});
  }
  Json file = nullptr;
  if (!report.file.empty()) file = report.file;
  return {{"file", file}, {"measured", measured}, {"criticism", criticism(report)}};
}

std::string as_table(const SpikeReport& report) {
  std::string out = fmt::format("ANN {:.2f} %", report.ann_accuracy);
  if (report.tuned_ann_accuracy) {
    out += fmt::format(", fine-tuned {:.2f} %", *report.tuned_ann_accuracy);
  }
  out += fmt::format(" of {} images\n\n", report.images);
  out += curve_table(report.curve);
  out += "\n";
  for (const std::string& line : criticism(report)) out += line + "\n";
  if (!report.file.empty()) {
    out += fmt::format(
        "{}: NIR; soft reset and the start at half a threshold stand in its metadata", report.file);
    if (report.expansion_bytes > 0) {
      out += fmt::format(", dense depthwise convolutions add {:.1f} MB",
                         static_cast<double>(report.expansion_bytes) / 1e6);
    }
    out += "\n";
  }
  return out;
}

}  // namespace coppice
