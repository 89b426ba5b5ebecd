// `coppice run`: all steps of an experiment, each kept and skipped the next time.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/commands/child_process.hpp"
#include "experiments/commands/run_plan.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/launcher.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

// RUN/steps.json: {"steps":[{"name","hash","done","result"}]}.
class StepLog {
 public:
  explicit StepLog(const std::filesystem::path& run) : path_(run / "steps.json") {
    if (!std::filesystem::exists(path_)) return;
    const Json document = Json::parse(read_text_file(path_), nullptr, false);
    const bool valid =
        document.is_object() && document.contains("steps") && document["steps"].is_array();
    require(valid, path_.string(), " is damaged; remove it to run all steps again");
    for (const Json& entry : document["steps"]) {
      const bool whole = entry.is_object() && entry.contains("name") && entry["name"].is_string() &&
                         entry.contains("hash") && entry["hash"].is_string() &&
                         entry.contains("done") && entry["done"].is_boolean() &&
                         entry.contains("result");
      require(whole, path_.string(), " is damaged; remove it to run all steps again");
      entries_.push_back(entry);
    }
  }

  // Null when the step was never begun.
  [[nodiscard]] const Json* find(const std::string& name) const {
    for (const Json& entry : entries_) {
      if (entry["name"] == name) return &entry;
    }
    return nullptr;
  }

  [[nodiscard]] bool done(const RunStep& step) const {
    const Json* entry = find(step.name);
    return entry != nullptr && (*entry)["done"].get<bool>() && (*entry)["hash"] == step.hash;
  }

  void write(const RunStep& step, bool done, const Json& result) {
    const Json entry{{"name", step.name}, {"hash", step.hash}, {"done", done}, {"result", result}};
    bool replaced = false;
    for (Json& old : entries_) {
      if (old["name"] != step.name) continue;
      old = entry;
      replaced = true;
    }
    if (!replaced) entries_.push_back(entry);
    write_text_file(path_, Json{{"steps", entries_}}.dump(1) + "\n");
  }

 private:
  std::filesystem::path path_;
  std::vector<Json> entries_;
};

// Whether the step left something that it can go on with.
bool can_resume(const RunStep& step, const std::filesystem::path& run, const StepLog& log) {
  const bool trains = step.command == "train";
  if (!trains && step.command != "search") return false;
  const Json* entry = log.find(step.name);
  const bool same = entry != nullptr && (*entry)["hash"] == step.hash;
  // Of several searches the first one's file tells what was known when they began.
  const bool there = trains ? std::filesystem::exists(run / "supernet.h5")
                            : std::filesystem::exists(run / "search.h5") ||
                                  std::filesystem::exists(run / "search-1.h5");
  require_usage(!trains || !there || same,
                run.string(),
                " holds a supernet trained with other options or seed; choose another --out or "
                "remove it");
  return same && there;
}

// The JSON document that the step printed.
Json parse_result(const RunStep& step, const std::string& output) {
  Json result = Json::parse(output, nullptr, false);
  require(result.is_object(), "the step ", step.name, " printed no JSON document");
  return result;
}

// Runs one step and keeps its result. Returns its exit code.
int run_step(const RunStep& step, const RunCommand& command, StepLog& log) {
  Words arguments{step.command};
  arguments.insert(arguments.end(), step.arguments.begin(), step.arguments.end());
  arguments.emplace_back("--json");
  if (command.common.quiet) arguments.emplace_back("--quiet");
  if (can_resume(step, command.out, log)) arguments.emplace_back("--resume");
  log.write(step, false, nullptr);
  const ChildResult child = run_child(arguments);
  require(child.signal == 0, "the step ", step.name, " was ended by signal ", child.signal);
  if (child.exit_code != 0) return child.exit_code;
  const Json result = parse_result(step, child.output);
  log.write(step, true, result);
  return 0;
}

// Before the steps, so that it is known what was asked, and after them: steps write their own
// sections, with the folders and files that they were given.
void record(const RunPlan& plan, const std::filesystem::path& run) {
  for (const auto& [name, options] : plan.sections) record_options(run, name, options);
}

std::string as_json(const RunPlan& plan, const StepLog& log, const Words& skipped) {
  Json document{{"steps", Json::array()}, {"run", {{"skipped", skipped}}}};
  for (const RunStep& step : plan.steps) {
    Json result = (*log.find(step.name))["result"];
    if (result.contains("run")) {
      document["run"][step.name] = result["run"];
      result.erase("run");
    }
    document["steps"].push_back({{"name", step.name}, {"result", result}});
  }
  return document.dump();
}

std::string as_table(const RunPlan& plan, const RunCommand& command, const Words& skipped) {
  std::string out;
  for (const RunStep& step : plan.steps) {
    const bool kept = std::find(skipped.begin(), skipped.end(), step.name) != skipped.end();
    out += fmt::format("{:<20}{}\n", step.name, kept ? "kept" : "done");
  }
  return out + "results in " + command.out.string() + "\n";
}

}  // namespace

int run_experiment(const RunCommand& command) {
  const LaunchedRank place = launched_rank();
  require_usage(place.size == 1,
                "run is for one process, but ",
                place.size_variable,
                " = ",
                place.size,
                "; start train and measure in several, and the other steps alone");
  const RunPlan plan = plan_run(command);
  // The steps lock the run's folder themselves; this lock keeps a second `run` out.
  const FolderLock lock(command.out / ".run");
  StepLog log(command.out);
  record(plan, command.out);
  Words skipped;
  bool all_kept = true;
  for (const RunStep& step : plan.steps) {
    if (interruption_requested()) {
      throw Error("interrupted before the step " + step.name + "; the same command goes on there",
                  Failure::interrupted);
    }
    all_kept = all_kept && log.done(step);
    if (all_kept) {
      skipped.push_back(step.name);
      continue;
    }
    if (const int code = run_step(step, command, log); code != 0) return code;
  }
  record(plan, command.out);
  print_result(command.common.json ? as_json(plan, log, skipped)
                                   : as_table(plan, command, skipped));
  return 0;
}

}  // namespace coppice
