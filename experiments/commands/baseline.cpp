// `coppice baseline`: what train-once is compared with, really carried out. For each scenario an
// evolutionary search of its own trains every candidate from scratch, and then the chosen network.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/commands/child_process.hpp"
#include "experiments/commands/scenarios.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/train_options.hpp"
#include "predictors/energy_csv.hpp"
#include "search/costly_search.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/sha256.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kResultFile = "result.json";
constexpr const char* kOnlyFile = "only.jsonl";

// One network trained from scratch.
struct Trained {
  Architecture architecture;
  double held_out = 0;  // percent
  double test = 0;      // percent
};

// A training ended early; it has said why.
struct EndedEarly {
  int exit_code = 0;
};

// A training: how long, and where.
struct Training {
  std::filesystem::path folder;
  double epochs = 0;
};

// The recipe that every candidate is trained by.
TrainCommand recipe_of(const BaselineCommand& command) {
  return parse_command<TrainCommand>(
      {"--config=" + command.experiment.string(), "--out=" + command.out.string()});
}

double cost_of(const std::string& name, const Cost& cost) {
  if (name == "macs") return static_cast<double>(cost.macs);
  if (name == "params") return static_cast<double>(cost.params);
  return static_cast<double>(cost.peak_activation_bytes);
}

void check_limits(const std::vector<std::vector<Limit>>& scenarios,
                  const std::filesystem::path& path) {
  for (const auto& limits : scenarios) {
    for (const Limit& limit : limits) {
      const bool known =
          limit.name == "macs" || limit.name == "params" || limit.name == "peak_activation_bytes";
      require_usage(known,
                    path.string(),
                    " = ",
                    limit.name,
                    ", must be macs, params or peak_activation_bytes: a network is known to keep "
                    "within a limit before it is trained");
    }
  }
}

class Baseline {
 public:
  explicit Baseline(const BaselineCommand& command)
      : command_(command),
        recipe_(recipe_of(command)),
        space_(make_space(recipe_.space)),
        scenarios_(read_scenarios(command.scenarios)) {
    check_limits(scenarios_, command.scenarios);
    options_.evaluations = command.candidates;
    options_.population = command.population;
    options_.parents = std::min<std::int64_t>(options_.parents, options_.population);
    // What makes an earlier result another one.
    identity_ = sha256(text(read_text_file(command.experiment), command.common.seed));
  }

  Json run() {
    Json all = Json::array();
    for (std::size_t i = 0; i < scenarios_.size(); ++i) all.push_back(search(i));
    return all;
  }

 private:
  [[nodiscard]] std::filesystem::path folder_of(std::size_t scenario) const {
    return command_.out / text("scenario-", scenario + 1);
  }

  [[nodiscard]] bool within(const std::vector<Limit>& limits, const Architecture& network) const {
    const Cost cost = count_cost(plan_layers(space_, network));
    return std::all_of(limits.begin(), limits.end(), [&cost](const Limit& limit) {
      return excess(limit, cost_of(limit.name, cost)) == 0;
    });
  }

  Json search(std::size_t scenario) {
    const std::vector<Limit>& limits = scenarios_[scenario];
    std::vector<Trained> trained;
    const CostlyProblem problem{
        space_,
        [&](const Architecture& network) { return within(limits, network); },
        [&](const Architecture& network) {
          const std::string name = fmt::format("candidate-{:03}", trained.size() + 1);
          trained.push_back(
              train(network, {folder_of(scenario) / name, command_.candidate_epochs}));
          tell(scenario, name, trained.back());
          return trained.back().held_out;
        }};
    const Random random = Random(command_.common.seed).fork("baseline").fork(scenario);
    const auto scored = search_costly(problem, options_, random);
    require_found(!scored.empty(), scenario);
    const Trained chosen = train(best_of(scored).architecture,
                                 {folder_of(scenario) / "chosen", command_.final_epochs});
    tell(scenario, "chosen", chosen);
    return scenario_json(limits, trained, chosen);
  }

  void require_found(bool found, std::size_t scenario) const {
    if (found) return;
    std::string limits;
    for (const Limit& limit : scenarios_[scenario]) {
      limits += (limits.empty() ? "" : ", ") + to_text(limit);
    }
    throw Error(text("no network of the space ",
                     space_.name(),
                     " was found within ",
                     limits,
                     "; its smallest has ",
                     count_cost(plan_layers(space_, space_.smallest())).macs,
                     " macs"),
                Failure::unreachable);
  }

  // From scratch, or what an earlier call left of it.
  Trained train(const Architecture& network, const Training& training) {
    const std::string line = to_text(space_, network) + "\n";
    const auto only = training.folder / kOnlyFile;
    const std::string key = sha256(identity_ + line + shortest_text(training.epochs));
    if (std::filesystem::exists(training.folder / kResultFile)) {
      return remembered(network, training.folder / kResultFile, key);
    }
    stop_between(training);
    make_folder(training.folder);
    write_text_file(only, line);
    const Json result = train_in_child(only, training);
    const Json kept{{"key", key}, {"epochs", training.epochs}, {"result", result}};
    write_text_file(training.folder / kResultFile, kept.dump(1) + "\n");
    return read_result(network, result, training.folder / kResultFile);
  }

  static void stop_between(const Training& training) {
    if (!interruption_requested()) return;
    throw Error(
        "interrupted before " + training.folder.string() + "; the same command goes on there",
        Failure::interrupted);
  }

  Json train_in_child(const std::filesystem::path& only, const Training& training) const {
    Words words{"train",
                "--config=" + command_.experiment.string(),
                "--only=" + only.string(),
                "--out=" + training.folder.string(),
                "--full.epochs=" + shortest_text(training.epochs),
                "--seed=" + std::to_string(command_.common.seed),
                "--threads=" + std::to_string(command_.common.threads),
                "--device=" + command_.common.device,
                "--json",
                "--quiet"};
    for (const auto& [name, values] : charge_words(command_.charge)) {
      words.push_back(text("--", name, "=", values.front()));
    }
    if (std::filesystem::exists(training.folder / kRunSupernetFile)) words.emplace_back("--resume");
    const ChildResult child = run_child(words);
    require(child.signal == 0,
            "the training in ",
            training.folder.string(),
            " was ended by signal ",
            child.signal,
            "; the same command goes on there");
    if (child.exit_code != 0) throw EndedEarly{child.exit_code};
    return Json::parse(child.output, nullptr, false);
  }

  [[nodiscard]] static Trained read_result(const Architecture& network,
                                           const Json& result,
                                           const std::filesystem::path& path) {
    const auto number = [&](const char* what) {
      const auto place = Json::json_pointer(text("/", what, "/largest"));
      require(result.is_object() && result.contains(place) && result[place].is_number(),
              path.string(),
              " is damaged: it has no ",
              what,
              "; remove its folder to train that network again");
      return result[place].get<double>();
    };
    return {network, number("held_out_accuracy"), number("accuracy")};
  }

  [[nodiscard]] Trained remembered(const Architecture& network,
                                   const std::filesystem::path& path,
                                   const std::string& key) const {
    const Json kept = Json::parse(read_text_file(path), nullptr, false);
    require(kept.is_object() && kept.contains("result"),
            path.string(),
            " is damaged; remove its folder to train that network again");
    require_usage(kept.value("key", "") == key,
                  command_.out.string(),
                  " holds trainings with another recipe, seed, or number of epochs or candidates; "
                  "repeat those or choose another --out");
    return read_result(network, kept["result"], path);
  }

  void tell(std::size_t scenario, const std::string& name, const Trained& trained) const {
    if (command_.common.quiet) return;
    std::cerr << fmt::format("scenario {}/{} {}: {:.2f} % held-out, {} MACs\n",
                             scenario + 1,
                             scenarios_.size(),
                             name,
                             trained.held_out,
                             count_cost(plan_layers(space_, trained.architecture)).macs);
  }

  [[nodiscard]] Json trained_json(const Trained& trained) const {
    return {{"arch", Json::parse(to_text(space_, trained.architecture))},
            {"macs", count_cost(plan_layers(space_, trained.architecture)).macs},
            {"held_out_accuracy", trained.held_out},
            {"accuracy", trained.test}};
  }

  [[nodiscard]] Json scenario_json(const std::vector<Limit>& limits,
                                   const std::vector<Trained>& candidates,
                                   const Trained& chosen) const {
    Json texts = Json::array();
    for (const Limit& limit : limits) texts.push_back(to_text(limit));
    Json all = Json::array();
    for (const Trained& candidate : candidates) all.push_back(trained_json(candidate));
    return {{"limits", std::move(texts)},
            {"candidates", std::move(all)},
            {"chosen", trained_json(chosen)}};
  }

  const BaselineCommand& command_;
  TrainCommand recipe_;
  SearchSpace space_;
  std::vector<std::vector<Limit>> scenarios_;
  CostlySearchOptions options_;
  std::string identity_;
};

// What all trainings of a scenario have spent, by their meters.
Json spent_json(const std::filesystem::path& out, std::size_t scenarios) {
  Json all = Json::array();
  for (std::size_t i = 0; i < scenarios; ++i) {
    double seconds = 0;
    Estimate joules;
    std::string basis;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(out / text("scenario-", i + 1))) {
      if (entry.path().filename() != kRunEnergyFile) continue;
      for (const EnergyRow& row : read_energy_csv(entry.path())) {
        seconds += row.duration.value();
        joules = joules + row.energy_j;
        basis = row.basis;
      }
    }
    all.push_back({{"seconds", seconds},
                   {"energy_j", joules.nominal},
                   {"energy_low_j", joules.low},
                   {"energy_high_j", joules.high},
                   {"energy_basis", basis}});
  }
  return all;
}

std::string as_table(const BaselineCommand& command, const Json& scenarios, const Json& spent) {
  std::string out = fmt::format(
      "{} candidates of {:g} epochs and the chosen one of {:g} for each scenario\n"
      "{:<26}{:>12}{:>12}{:>12}{:>10}{:>14}\n",
      command.candidates,
      command.candidate_epochs,
      command.final_epochs,
      "limits",
      "MACs",
      "held-out",
      "test",
      "time",
      "energy");
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    std::string limits;
    for (const Json& limit : scenarios[i]["limits"]) {
      limits += (limits.empty() ? "" : ", ") + limit.get<std::string>();
    }
    const Json& chosen = scenarios[i]["chosen"];
    out += fmt::format("{:<26}{:>12}{:>10.2f} %{:>10.2f} %{:>8.0f} s{:>12.0f} J\n",
                       limits,
                       chosen["macs"].get<std::int64_t>(),
                       chosen["held_out_accuracy"].get<double>(),
                       chosen["accuracy"].get<double>(),
                       spent[i]["seconds"].get<double>(),
                       spent[i]["energy_j"].get<double>());
  }
  return out + "energy is " + spent.front()["energy_basis"].get<std::string>() +
         "; compare with: coppice carbon compare --run RUN --per-model " + command.out.string() +
         "\n";
}

}  // namespace

int run_baseline(const BaselineCommand& command) {
  Baseline baseline(command);
  const FolderLock lock(command.out);
  Json scenarios;
  try {
    scenarios = baseline.run();
  } catch (const EndedEarly& ended) {
    return ended.exit_code;
  }
  const Json spent = spent_json(command.out, scenarios.size());
  const Json document{{"scenarios", scenarios}, {"run", {{"spent", spent}}}};
  write_text_file(command.out / "baseline.json", document.dump(1) + "\n");
  print_result(command.common.json ? document.dump() : as_table(command, scenarios, spent));
  return 0;
}

}  // namespace coppice
