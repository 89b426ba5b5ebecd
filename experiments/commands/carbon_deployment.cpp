#include "experiments/commands/carbon_deployment.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "experiments/output.hpp"
#include "experiments/report/card_file.hpp"
#include "export/deployment.hpp"
#include "predictors/carbon.hpp"
#include "predictors/energy_model.hpp"
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

// By the card's own grid, or by the region that is asked for: then from its energy and its PUE.
Estimate grams_each(const CarbonCommand& command, const CardEnergy& energy) {
  if (keeps_own_grid(command)) return energy.co2e_g;
  return carbon_estimate(energy.energy_mj * (1 / kMillijoulesPerJoule) * overhead_of(energy.pue),
                         grid_of(command));
}

// Energies of trainings contain their PUE already.
std::optional<Estimate> grams_of_making(const CarbonCommand& command, const ModelCard& card) {
  if (!card.training.value || !is_whole(*card.training.value)) return std::nullopt;
  if (keeps_own_grid(command)) return card.training.value->co2e_g;
  return carbon_estimate(card.training.value->energy_j, grid_of(command));
}

std::string why_making_is_unknown(const ModelCard& card) {
  if (!card.training.value) return card.training.reason;
  const CardTraining& training = *card.training.value;
  return training.pretraining.value ? "fine-tuning: " + training.fine_tuning.reason
                                    : "pre-training: " + training.pretraining.reason;
}

bool is_of(const DeviceProfile& profile, const Known<CardLatency>& latency) {
  return latency.value &&
         (latency.value->device == profile.name || latency.value->device == profile.id);
}

// Of one image.
double seconds_of(const CardLatency& latency) {
  return latency.latency_ms.nominal * kSecondsPerMillisecond / latency.batch;
}

// How long one inference keeps the profile's device busy: as measured or predicted for that device,
// else as the card's energy was modelled with for it; a latency of another device comes with a
// warning.
double seconds_each(const CarbonCommand& command,
                    const DeviceProfile& profile,
                    const ModelCard& card,
                    const std::string& path) {
  if (is_of(profile, card.latency_measured)) return seconds_of(*card.latency_measured.value);
  if (is_of(profile, card.latency_predicted)) return seconds_of(*card.latency_predicted.value);
  const auto& energy = card.inference.value;
  if (energy && energy->profile.value && energy->profile.value->id == profile.id &&
      energy->latency_ms.value) {
    return energy->latency_ms.value->nominal * kSecondsPerMillisecond;
  }
  const bool measured = card.latency_measured.value.has_value();
  const auto& latency = measured ? card.latency_measured.value : card.latency_predicted.value;
  require(latency.has_value(),
          path,
          " knows no latency: ",
          card.latency_measured.reason,
          "; leave out --profile");
  print_warning(text(path,
                     ": its latency was ",
                     measured ? "measured on " : "predicted for ",
                     latency->device,
                     ", the profile is of ",
                     profile.name,
                     "; embodied carbon is only right if they are the same; export with --profile ",
                     "to model the latency"),
                command.common.quiet);
  return seconds_of(*latency);
}

Estimate embodied_each(const CarbonCommand& command,
                       const ModelCard& card,
                       const std::string& path) {
  const DeviceProfile profile = read_device_profile(command.profile);
  const auto grams = embodied_grams(profile, Seconds(seconds_each(command, profile, card, path)));
  require(grams.has_value(),
          "profile '",
          profile.id,
          "' has no embodied.kgCO2e and embodied.lifetime_h; add them to the profile");
  return *grams;
}

// What a card's numbers rest on.
struct Footing {
  std::string basis;  // "modelled from the device profile server-cpu, ..."
  std::string grid;
  double pue = 1;
  Known<CardProfile> profile;
  std::string making_unknown;  // why; empty: it is known
};

struct Deployed {
  std::vector<DeployedNetwork> networks;
  std::vector<Footing> footings;  // one a network
  std::vector<DeploymentTotal> totals;
};

DeployedNetwork network_of(const CarbonCommand& command,
                           const ModelCard& card,
                           const std::string& path) {
  DeployedNetwork network;
  network.name = path;
  if (card.accuracy.value) {
    network.accuracy = 100.0 * static_cast<double>(card.accuracy.value->correct) /
                       static_cast<double>(card.accuracy.value->images);
  }
  if (!command.profile.empty()) network.embodied_each_g = embodied_each(command, card, path);
  network.making_g = grams_of_making(command, card);
  network.each_g = grams_each(command, *card.inference.value);
  return network;
}

Footing footing_of(const CarbonCommand& command, const ModelCard& card) {
  const CardEnergy& energy = *card.inference.value;
  Footing footing;
  footing.basis = energy.method;
  footing.grid = keeps_own_grid(command) ? energy.grid : describe(grid_of(command));
  footing.pue = energy.pue;
  footing.profile = energy.profile;
  if (!grams_of_making(command, card)) footing.making_unknown = why_making_is_unknown(card);
  return footing;
}

Deployed deployed(const CarbonCommand& command) {
  Deployed all;
  for (const auto& file : command.cards) {
    const ModelCard card = read_model_card(file);
    require(card.inference.value.has_value(),
            file.string(),
            " does not know the carbon of an inference: ",
            card.inference.reason);
    all.networks.push_back(network_of(command, card, file.string()));
    all.footings.push_back(footing_of(command, card));
  }
  all.totals = deployment_totals(all.networks, command.inferences);
  return all;
}

// Two cards of which the second costs more to make.
struct Crossing {
  std::string from;
  std::string to;
  std::optional<double> inferences;  // empty: never
};

std::vector<Crossing> crossings(const std::vector<DeployedNetwork>& networks) {
  std::vector<Crossing> all;
  for (const DeployedNetwork& a : networks) {
    for (const DeployedNetwork& b : networks) {
      if (!a.making_g || !b.making_g || b.making_g->nominal <= a.making_g->nominal) continue;
      all.push_back({a.name, b.name, break_even_inferences(a, b)});
    }
  }
  return all;
}

// Why none can be named.
std::string why_no_least(const Deployed& all) {
  std::string names;
  for (const DeploymentTotal& total : all.totals) {
    if (!total.total_kg) names += (names.empty() ? "" : ", ") + total.name;
  }
  return "what making " + names + " cost is not known";
}

Json estimate_json(const Estimate& estimate) {
  return {{"value", estimate.nominal}, {"low", estimate.low}, {"high", estimate.high}};
}

Json optional_json(const std::optional<Estimate>& estimate) {
  return estimate ? estimate_json(*estimate) : Json();
}

Json break_even_json(const std::vector<DeployedNetwork>& networks) {
  Json out = Json::array();
  for (const Crossing& c : crossings(networks)) {
    out.push_back({{"from", c.from},
                   {"to", c.to},
                   {"inferences", c.inferences ? Json(*c.inferences) : Json()}});
  }
  return out;
}

Json row_json(const DeploymentTotal& total, const Footing& footing) {
  Json row{{"card", total.name},
           {"accuracy", total.accuracy ? Json(*total.accuracy) : Json()},
           {"making_kg", optional_json(total.making_kg)},
           {"running_kg", estimate_json(total.running_kg)},
           {"co2e_kg", optional_json(total.total_kg)},
           {"embodied_kg", optional_json(total.embodied_kg)},
           {"sci_g_per_inference", optional_json(total.sci_g)},
           {"basis", footing.basis},
           {"profile", footing.profile.value ? Json(footing.profile.value->id) : Json()},
           {"grid", footing.grid},
           {"pue", footing.pue}};
  if (!footing.profile.value) row["profile_unknown"] = footing.profile.reason;
  if (footing.making_unknown.empty()) return row;
  row["making_kg_unknown"] = footing.making_unknown;
  row["co2e_kg_unknown"] = "what making it cost is not known";
  return row;
}

std::string as_json(const CarbonCommand& command, const Deployed& all) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < all.totals.size(); ++i) {
    rows.push_back(row_json(all.totals[i], all.footings[i]));
  }
  const auto least = least_total(all.totals);
  Json out{{"inferences", command.inferences},
           {"years", command.years},
           {"inferences_per_second", command.inferences / (command.years * kSecondsPerYear)},
           {"rows", std::move(rows)},
           {"least", least ? Json(all.totals[*least].name) : Json()}};
  if (!least) out["least_unknown"] = why_no_least(all);
  out["break_even_inferences"] = break_even_json(all.networks);
  return out.dump();
}

std::string shown(const std::optional<Estimate>& estimate) {
  return estimate ? fmt::format("{:.4g}", estimate->nominal) : "unknown";
}

std::string totals_table(const CarbonCommand& command, const Deployed& all) {
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
  for (const DeploymentTotal& total : all.totals) {
    out += fmt::format(
        "{:>10}{:>14}{:>14.4g}{:>14}{:>26}  {}\n",
        total.accuracy ? fmt::format("{:.2f} %", *total.accuracy) : "unknown",
        shown(total.making_kg),
        total.running_kg.nominal,
        shown(total.total_kg),
        total.total_kg ? fmt::format("{:.3g} to {:.3g}", total.total_kg->low, total.total_kg->high)
                       : "unknown",
        total.name);
  }
  return out;
}

std::string embodied_lines(const std::vector<DeploymentTotal>& totals) {
  std::string out;
  for (const DeploymentTotal& total : totals) {
    if (!total.embodied_kg) continue;
    out +=
        fmt::format("{}: embodied {:.3g} kg beside it; ", total.name, total.embodied_kg->nominal);
    out += total.sci_g ? fmt::format("SCI {:.3g} g an inference ({:.2g} to {:.2g})\n",
                                     total.sci_g->nominal,
                                     total.sci_g->low,
                                     total.sci_g->high)
                       : "SCI unknown\n";
  }
  return out;
}

std::string break_even_lines(const std::vector<DeployedNetwork>& networks) {
  std::string out;
  for (const Crossing& c : crossings(networks)) {
    out += c.inferences ? fmt::format("{} has cost no more than {} from {:.4g} inferences on\n",
                                      c.to,
                                      c.from,
                                      *c.inferences)
                        : fmt::format("{} never costs less than {}\n", c.to, c.from);
  }
  return out;
}

std::string as_table(const CarbonCommand& command, const Deployed& all) {
  std::string out = totals_table(command, all);
  for (std::size_t i = 0; i < all.footings.size(); ++i) {
    const Footing& footing = all.footings[i];
    out += all.totals[i].name + ": " + footing.basis + "; " +
           grid_and_pue(footing.grid, footing.pue) + "\n";
  }
  out += embodied_lines(all.totals) + break_even_lines(all.networks);
  out +=
      "making: the training that each card records, in full although networks of one supernet "
      "share it; measuring, searching and exporting are not in it\n";
  for (std::size_t i = 0; i < all.footings.size(); ++i) {
    const std::string& why = all.footings[i].making_unknown;
    if (why.empty()) continue;
    out += all.totals[i].name + ": what making it cost is not known (" + why + ")\n";
  }
  const auto least = least_total(all.totals);
  return out +
         "least: " + (least ? all.totals[*least].name : "not known, for " + why_no_least(all)) +
         "\n";
}

}  // namespace

void run_deployment(const CarbonCommand& command) {
  const Deployed all = deployed(command);
  print_result(command.common.json ? as_json(command, all) : as_table(command, all));
}

}  // namespace coppice
