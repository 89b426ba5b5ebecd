#include "experiments/commands/run_plan.hpp"

#include <algorithm>
#include <iterator>

#include "experiments/commands.hpp"
#include "experiments/commands/search_parts.hpp"
#include "experiments/measure_options.hpp"
#include "experiments/runtime_options.hpp"
#include "experiments/search_options.hpp"
#include "experiments/space_options.hpp"
#include "predictors/fit.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/sha256.hpp"

namespace coppice {
namespace {

// What an experiment's file says about one command.
OptionWords section_of(const ConfigEntries& entries,
                       const std::filesystem::path& path,
                       const std::string& command,
                       const OptionSet& options) {
  ConfigEntries own;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(own), [&](const auto& entry) {
    return entry.first.rfind(command + ".", 0) == 0;
  });
  return config_words(own, path, command, options);
}

Words arguments_of(const OptionSet& options, const OptionWords& words) {
  Words arguments;
  for (const Option& option : options.all()) {
    const auto given = words.find(option.name);
    if (given == words.end()) continue;
    for (const std::string& word : given->second) {
      if (!option.value_name.empty()) {
        arguments.push_back("--" + option.name + "=" + word);
      } else {
        bool on = false;
        read_words({word}, on);
        if (on) arguments.push_back("--" + option.name);
      }
    }
  }
  return arguments;
}

bool is_charge(const std::string& name) {
  const auto& names = charge_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string hashed_text(const OptionWords& words, const OptionWords& wired) {
  std::string content;
  for (const auto& [name, values] : words) {
    // A run may move to another folder and go on with other processors, which may stand elsewhere.
    if (name == "threads" || is_charge(name) || wired.count(name) > 0) continue;
    for (const std::string& value : values) {
      content.append(name).append("=").append(value).append("\n");
    }
  }
  return content;
}

// Files that a step reads and no step writes.
void check_files(const OptionWords& words) {
  for (const char* option : {"profile", "class-names"}) {
    const auto file = words.find(option);
    if (file != words.end()) static_cast<void>(read_text_file(file->second.front()));
  }
}

class Planner {
 public:
  Planner(const RunCommand& command, ConfigEntries entries)
      : command_(command), entries_(std::move(entries)) {}

  RunPlan plan() {
    const OptionWords train = words_of("train", {});
    for (const char* name : {"space", "width-mult", "classes", "channels", "resolutions"}) {
      const auto found = train.find(name);
      if (found != train.end()) space_.insert(*found);
    }
    targets_ = find_targets();
    RunCommand own = command_;
    plan_.sections.emplace_back(RunCommand::kName, config_text(options_of(own), {{"out", {}}}));
    for (const std::string& step : run_steps()) {
      if (wanted(step)) add(step);
    }
    return std::move(plan_);
  }

 private:
  [[nodiscard]] std::string in_run(const std::string& name) const {
    return (command_.out / name).string();
  }

  [[nodiscard]] std::string predictor_file(const std::string& target) const {
    return in_run("predictors/" + target + ".h5");
  }

  [[nodiscard]] bool wanted(const std::string& step) const {
    const auto& chosen = command_.steps;
    return chosen.empty() || std::find(chosen.begin(), chosen.end(), step) != chosen.end();
  }

  // The section's words, then `defaults`, then what all steps share.
  [[nodiscard]] OptionWords words_of(const std::string& command,
                                     const OptionWords& defaults) const {
    const auto options = find_command(command).options();
    OptionWords words = section_of(entries_, command_.experiment, command, *options);
    words.insert(defaults.begin(), defaults.end());
    words.insert({"seed", {std::to_string(command_.common.seed)}});
    words.insert({"threads", {std::to_string(command_.common.threads)}});
    words.insert({"device", {command_.common.device}});
    for (const auto& [name, values] : charge_words(command_.charge)) {
      if (options->find(name) != nullptr) words.insert({name, values});
    }
    return words;
  }

  // One predictor each: what [fit] names, else what [measure] measures.
  [[nodiscard]] Words find_targets() const {
    Words targets;
    const OptionWords fit = words_of("fit", {});
    if (const auto named = fit.find("target"); named != fit.end()) {
      read_words(named->second, targets);
      return targets;
    }
    MeasureCommand measure;
    const OptionWords given = words_of("measure", {});
    if (const auto what = given.find("what"); what != given.end()) {
      read_words(what->second, measure.what);
    }
    if (const auto runtime = given.find("runtime"); runtime != given.end()) {
      read_words(runtime->second, measure.runtime);
    }
    for (const std::string& what : measure.what) {
      if (what != "latency") {
        targets.push_back(what == "energy" ? "energy_mj" : what);
        continue;
      }
      for (const std::string& name : measure.runtime) targets.push_back(latency_target(name));
    }
    return targets;
  }

  void add(const std::string& step) {
    const std::string run = command_.out.string();
    if (step == "train") append(step, step, {}, {{"out", {run}}});
    if (step == "measure" || step == "report") append(step, step, {}, {{"run", {run}}});
    if (step == "fit") add_fits();
    if (step == "search") add_search();
    if (step == "export") {
      append(step,
             step,
             {},
             {{"run", {run}},
              {"arch", {best_architectures(command_.out).string()}},
              {"out", {in_run("exports")}}});
    }
    if (step == "carbon") append(step, step, {}, {{"action", {"compare"}}, {"run", {run}}});
  }

  void add_fits() {
    for (const std::string& target : targets_) {
      append("fit " + target,
             "fit",
             space_,
             {{"target", {target}},
              {"measurements", {in_run("measurements.h5")}},
              {"out", {predictor_file(target)}},
              {"run", {command_.out.string()}}});
    }
  }

  void add_search() {
    OptionWords defaults = space_;
    defaults["objectives"] = targets_;
    Words predictors;
    for (const std::string& target : targets_) {
      const std::string file = predictor_file(target);
      // Without a step that fits, what an earlier call left.
      if (wanted("fit") || std::filesystem::exists(file)) predictors.push_back(file);
    }
    append("search",
           "search",
           defaults,
           {{"predictor", predictors},
            {"out", {in_run("search.h5")}},
            {"best", {best_architectures(command_.out).string()}},
            {"run", {command_.out.string()}}});
  }

  void append(const std::string& name,
              const std::string& command,
              const OptionWords& defaults,
              const OptionWords& wired) {
    const Command& entry = find_command(command);
    const auto options = entry.options();
    OptionWords words = words_of(command, defaults);
    content_ += name + "\n" + hashed_text(words, wired);
    for (const auto& [key, values] : wired) words[key] = values;
    RunStep step{name, command, {}, sha256(content_)};
    try {
      assign_options(*options, words);
      step.arguments = arguments_of(*options, words);
      entry.check(step.arguments);
    } catch (const Error& error) {
      throw Error(text(command_.experiment.string(), ": [", command, "] ", error.what()),
                  error.failure());
    }
    check_files(words);
    if (command == MeasureCommand::kName) check_count(words);
    if (command == SearchCommand::kName) check_search(words);
    if (plan_.sections.back().first != command) {
      plan_.sections.emplace_back(command, section_text(*options, command, wired));
    }
    plan_.steps.push_back(std::move(step));
  }

  // Fits that follow need some networks.
  void check_count(const OptionWords& words) const {
    MeasureCommand measure;
    assign_options(options_of(measure), words);
    require_usage(!wanted("fit") || !measure.arch.empty() ||
                      measure.count >= static_cast<int>(kFewestMeasurements),
                  command_.experiment.string(),
                  ": [measure] --count = ",
                  measure.count,
                  ", but [fit] needs at least ",
                  kFewestMeasurements,
                  " networks");
  }

  // What it asks about must be known by then.
  void check_search(const OptionWords& words) const {
    SearchCommand search;
    assign_options(options_of(search), words);
    Words known = targets_;
    if (!search.profile.empty()) known.insert(known.end(), {"energy_mj", "co2e_g"});
    try {
      const Scenarios scenarios = scenarios_of(search);
      check_names(search, scenarios, known);
      if (!search.measure) check_predictors(search, scenarios);
    } catch (const Error& error) {
      throw Error(text(command_.experiment.string(), ": [search] ", error.what()), error.failure());
    }
  }

  void check_predictors(const SearchCommand& search, const Scenarios& scenarios) const {
    for (const std::string& name : asked_names(search, scenarios)) {
      const bool is_target = std::find(targets_.begin(), targets_.end(), name) != targets_.end();
      const std::string file = predictor_file(name);
      require_usage(!is_target || wanted("fit") || std::filesystem::exists(file),
                    name,
                    " needs the predictor ",
                    file,
                    ", which is not there; add fit to --steps");
    }
  }

  // Without what is filled in and what [run] says, so that the file also serves another run.
  [[nodiscard]] std::string section_text(const OptionSet& options,
                                         const std::string& command,
                                         OptionWords without) const {
    const OptionWords own = section_of(entries_, command_.experiment, command, options);
    Words shared{"seed", "threads", "device"};
    shared.insert(shared.end(), charge_names().begin(), charge_names().end());
    for (const std::string& name : shared) {
      if (own.count(name) == 0) without[name];
    }
    std::string out = config_text(options, without);
    if (command == "fit") out += "target = " + write_words(targets_).front() + "\n";
    return out;
  }

  const RunCommand& command_;
  ConfigEntries entries_;
  OptionWords space_;  // what [train] says about the space
  Words targets_;
  std::string content_;  // of all steps so far, for the hash
  RunPlan plan_;
};

}  // namespace

std::filesystem::path best_architectures(const std::filesystem::path& run) {
  return run / "best.jsonl";
}

RunPlan plan_run(const RunCommand& command) {
  return Planner(command, read_config(command.experiment)).plan();
}

}  // namespace coppice
