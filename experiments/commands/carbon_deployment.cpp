#include "experiments/commands/carbon_deployment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/output.hpp"
#include "experiments/report/card_file.hpp"
#include "export/deployment.hpp"
#include "export/machine_cost.hpp"
#include "predictors/carbon.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/units.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kSecondsPerYear = 365.25 * 86400;
constexpr double kMillijoulesPerJoule = 1000;
constexpr double kSecondsPerMillisecond = 1e-3;

bool keeps_own_grid(const CarbonCommand& command) {
  return command.region.empty() && command.grid_csv.empty() && command.hourly.empty();
}

// By the card's own grid, or by the region that is asked for: then from its energy.
Estimate grams_each(const CarbonCommand& command, const CardEnergy& energy) {
  if (keeps_own_grid(command)) return energy.co2e_g;
  return carbon_estimate(energy.energy_mj * (1 / kMillijoulesPerJoule), grid_of(command));
}

std::optional<Estimate> grams_of_making(const CarbonCommand& command, const ModelCard& card) {
  if (!card.training.value) return std::nullopt;
  if (keeps_own_grid(command)) return card.training.value->co2e_g;
  return carbon_estimate(card.training.value->energy_j, grid_of(command));
}

// For as long as one inference keeps the device busy: as measured, else as predicted.
Estimate embodied_each(const DeviceProfile& device,
                       const ModelCard& card,
                       const std::filesystem::path& path) {
  const auto& latency =
      card.latency_measured.value ? card.latency_measured.value : card.latency_predicted.value;
  require(latency.has_value(),
          path.string(),
          " knows no latency: ",
          card.latency_measured.reason,
          "; leave out --profile");
  const double seconds = latency->latency_ms.nominal * kSecondsPerMillisecond / latency->batch;
  const auto grams = embodied_grams(device, Seconds(seconds));
  require(grams.has_value(),
          "profile '",
          device.id,
          "' has no embodied.kgCO2e and embodied.lifetime_h; add them to the profile");
  return *grams;
}

DeployedNetwork network_of(const CarbonCommand& command, const std::filesystem::path& path) {
  const ModelCard card = read_model_card(path);
  require(card.inference.value.has_value(),
          path.string(),
          " does not know the carbon of an inference: ",
          card.inference.reason);
  DeployedNetwork network;
  network.name = path.string();
  if (card.accuracy.value) {
    network.accuracy = 100.0 * static_cast<double>(card.accuracy.value->correct) /
                       static_cast<double>(card.accuracy.value->images);
  }
  if (!command.profile.empty()) {
    network.embodied_each_g = embodied_each(read_device_profile(command.profile), card, path);
  }
  network.making_g = grams_of_making(command, card);
  network.each_g = grams_each(command, *card.inference.value);
  return network;
}

Json estimate_json(const Estimate& estimate) {
  return {{"value", estimate.nominal}, {"low", estimate.low}, {"high", estimate.high}};
}

Json optional_json(const std::optional<Estimate>& estimate) {
  return estimate ? estimate_json(*estimate) : Json();
}

Json break_even_json(const std::vector<DeployedNetwork>& networks) {
  Json out = Json::array();
  for (const DeployedNetwork& a : networks) {
    for (const DeployedNetwork& b : networks) {
      if (!a.making_g || !b.making_g || b.making_g->nominal <= a.making_g->nominal) continue;
      const auto point = break_even_inferences(a, b);
      out.push_back(
          {{"from", a.name}, {"to", b.name}, {"inferences", point ? Json(*point) : Json()}});
    }
  }
  return out;
}

const DeploymentTotal& least(const std::vector<DeploymentTotal>& totals) {
  return *std::min_element(totals.begin(), totals.end(), [](const auto& a, const auto& b) {
    return a.total_kg.nominal < b.total_kg.nominal;
  });
}

std::string as_json(const CarbonCommand& command,
                    const std::vector<DeployedNetwork>& networks,
                    const std::vector<DeploymentTotal>& totals) {
  Json rows = Json::array();
  for (const DeploymentTotal& total : totals) {
    rows.push_back({{"card", total.name},
                    {"accuracy", total.accuracy ? Json(*total.accuracy) : Json()},
                    {"making_kg", optional_json(total.making_kg)},
                    {"running_kg", estimate_json(total.running_kg)},
                    {"co2e_kg", estimate_json(total.total_kg)},
                    {"embodied_kg", optional_json(total.embodied_kg)},
                    {"sci_g_per_inference", optional_json(total.sci_g)}});
  }
  return Json{{"inferences", command.inferences},
              {"years", command.years},
              {"inferences_per_second", command.inferences / (command.years * kSecondsPerYear)},
              {"rows", std::move(rows)},
              {"least", least(totals).name},
              {"break_even_inferences", break_even_json(networks)}}
      .dump();
}

std::string as_table(const CarbonCommand& command, const std::vector<DeploymentTotal>& totals) {
  std::string out = fmt::format(
      "{:.4g} inferences of each network in {:g} year{}\n"
      "{:>10}{:>14}{:>14}{:>14}{:>26}  {}\n",
      command.inferences,
      command.years,
      command.years == 1 ? "" : "s",
      "accuracy",
      "making [kg]",
      "running [kg]",
      "CO2e [kg]",
      "low to high [kg]",
      "card");
  for (const DeploymentTotal& total : totals) {
    out +=
        fmt::format("{:>10}{:>14}{:>14.4g}{:>14.4g}{:>26}  {}\n",
                    total.accuracy ? fmt::format("{:.2f} %", *total.accuracy) : "unknown",
                    total.making_kg ? fmt::format("{:.4g}", total.making_kg->nominal) : "unknown",
                    total.running_kg.nominal,
                    total.total_kg.nominal,
                    fmt::format("{:.3g} to {:.3g}", total.total_kg.low, total.total_kg.high),
                    total.name);
  }
  for (const DeploymentTotal& total : totals) {
    if (!total.sci_g) continue;
    out += fmt::format(
        "{}: embodied {:.3g} kg beside it; SCI {:.3g} g an inference ({:.2g} to "
        "{:.2g})\n",
        total.name,
        total.embodied_kg->nominal,
        total.sci_g->nominal,
        total.sci_g->low,
        total.sci_g->high);
  }
  for (const DeploymentTotal& total : totals) {
    if (!total.making_kg)
      out += total.name + ": what making it cost is not known, and not counted\n";
  }
  return out + "least: " + least(totals).name + "\n";
}

}  // namespace

void run_deployment(const CarbonCommand& command) {
  std::vector<DeployedNetwork> networks;
  for (const auto& path : command.cards) networks.push_back(network_of(command, path));
  const auto totals = deployment_totals(networks, command.inferences);
  print_result(command.common.json ? as_json(command, networks, totals)
                                   : as_table(command, totals));
}

}  // namespace coppice
