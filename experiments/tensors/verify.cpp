// `coppice verify`: an export folder in every runtime found here.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <optional>
#include <vector>

#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/one_thread.hpp"
#include "experiments/tensors/runtimes.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/tensors/test_images.hpp"
#include "export/format.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// JSON has no infinity: logits that are no numbers are null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json number(const std::optional<double>& value) { return value ? number(*value) : Json(nullptr); }

Json runtimes_json(const VerifyReport& report) {
  Json runtimes = Json::array();
  for (const RuntimeReport& runtime : report.runtimes) {
    runtimes.push_back({{"runtime", runtime.runtime},
                        {"file", runtime.file},
                        {"largest_difference", number(runtime.comparison.largest_difference)},
                        {"top1_agreement", runtime.comparison.top1_agreement},
                        {"ok", runtime.ok}});
  }
  return runtimes;
}

Json counts_json(const std::vector<TestCount>& counts) {
  Json out = Json::array();
  for (const TestCount& count : counts) {
    out.push_back({{"runtime", count.runtime},
                   {"file", count.file},
                   {"correct", count.correct},
                   {"expected", count.expected},
                   {"images", count.images},
                   {"top1_agreement", count.top1_agreement},
                   {"ok", count.ok}});
  }
  return out;
}

// One network's folder, or a folder of such folders, as export writes them.
struct VerifiedFolder {
  std::filesystem::path folder;
  VerifyReport report;
  std::vector<TestCount> counts;  // empty without --data
  std::string error;              // why nothing could be run; the others are looked at all the same
  [[nodiscard]] bool ok() const {
    return error.empty() && report.ok &&
           std::all_of(
               counts.begin(), counts.end(), [](const TestCount& count) { return count.ok; });
  }
};

std::vector<TestCount> counted(const std::filesystem::path& folder,
                               const VerifyCommand& command,
                               const std::vector<Runtime>& runtimes,
                               const Session& session) {
  std::optional<Progress> progress;
  return count_test_images(
      folder, command.data, runtimes, [&](std::int64_t images, std::int64_t all) {
        if (!progress) {
          progress.emplace("verify " + folder.string(),
                           "images",
                           all,
                           progress_style(command.common.quiet),
                           session.clock(),
                           std::cerr);
        }
        progress->update(images);
      });
}

// The last bits of sums depend on how threads share them; the report must not.
VerifyReport verified_alike(const std::filesystem::path& folder,
                            const std::vector<Runtime>& runtimes) {
  const OneThread one_thread;
  return verify_folder(folder, runtimes);
}

// What an export left, even if its card is gone.
bool holds_parts_of_export(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) return false;
  const std::filesystem::directory_iterator entries(folder);
  return std::any_of(begin(entries), end(entries), [](const auto& entry) {
    const std::string name = entry.path().filename().string();
    return name == kCardJsonFile || name == kReferenceFile || is_model(name);
  });
}

std::vector<std::filesystem::path> exports_in(const std::filesystem::path& dir) {
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (holds_parts_of_export(entry.path())) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

// The folder of one export, or those in a folder of several.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& dir) {
  require_usage(std::filesystem::is_directory(dir),
                dir.string(),
                std::filesystem::exists(dir) ? " is a file" : " is not there",
                "; verify checks the folder of an export, or a folder of such folders");
  if (std::filesystem::exists(dir / kCardJsonFile)) return {dir};
  std::vector<std::filesystem::path> folders = exports_in(dir);
  if (folders.empty()) {
    require_usage(holds_parts_of_export(dir),
                  dir.string(),
                  " holds no export",
                  std::filesystem::exists(dir / kRunExportsFolder)
                      ? "; those of this run are in " + (dir / kRunExportsFolder).string()
                      : std::string("; make one with coppice export"));
    return {dir};
  }
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    require(!is_model(entry.path().filename().string()),
            entry.path().string(),
            " belongs to none of the exports in ",
            dir.string(),
            "; move it away");
  }
  return folders;
}

std::optional<double> largest_of(const std::vector<VerifiedFolder>& verified) {
  std::optional<double> largest;
  for (const VerifiedFolder& one : verified) {
    const std::optional<double>& found = one.report.largest_difference;
    if (found) largest = std::max(largest.value_or(0), *found);
  }
  return largest;
}

bool all_ok(const std::vector<VerifiedFolder>& verified) {
  return std::all_of(
      verified.begin(), verified.end(), [](const VerifiedFolder& one) { return one.ok(); });
}

std::size_t files_not_run(const std::vector<VerifiedFolder>& verified) {
  std::size_t files = 0;
  for (const VerifiedFolder& one : verified) files += one.report.not_run.size();
  return files;
}

std::string as_json(const std::vector<VerifiedFolder>& verified, const Json& spent) {
  Json networks = Json::array();
  for (const VerifiedFolder& one : verified) {
    networks.push_back({{"folder", one.folder.filename().string()},
                        {"largest_difference", number(one.report.largest_difference)},
                        {"ok", one.ok()},
                        {"runtimes", runtimes_json(one.report)},
                        {"not_run", one.report.not_run}});
    if (!one.counts.empty()) networks.back()["test_images"] = counts_json(one.counts);
    if (!one.error.empty()) networks.back()["error"] = one.error;
  }
  return Json{{"largest_difference", number(largest_of(verified))},
              {"ok", all_ok(verified)},
              {"complete", files_not_run(verified) == 0},
              {"networks", networks},
              {"run", spent}}
      .dump();
}

std::string as_table(const std::vector<VerifiedFolder>& verified) {
  std::string out = fmt::format(
      "{:<14}{:<32}{:<20}{:>14}{:>14}\n", "network", "runtime", "file", "difference", "same class");
  for (const VerifiedFolder& one : verified) {
    for (const RuntimeReport& runtime : one.report.runtimes) {
      out += fmt::format("{:<14}{:<32}{:<20}{:>14.1e}{:>12.1f} %{}\n",
                         one.folder.filename().string(),
                         runtime.runtime,
                         runtime.file,
                         runtime.comparison.largest_difference,
                         runtime.comparison.top1_agreement,
                         runtime.ok ? "" : "  too large");
    }
    for (const TestCount& count : one.counts) {
      out += fmt::format("{:<14}{:<32}{:<20}{} of {} right, the card says {}; {:.2f} % as {}{}\n",
                         one.folder.filename().string(),
                         count.runtime,
                         count.file,
                         count.correct,
                         count.images,
                         count.expected,
                         count.top1_agreement,
                         one.counts.front().runtime,
                         count.ok ? "" : "  not equal");
    }
    if (!one.error.empty()) out += one.error + "\n";
    for (const std::string& file : one.report.not_run) {
      out += (one.folder / file).string() + " has no runtime here\n";
    }
  }
  const std::size_t left = files_not_run(verified);
  const std::string but =
      left == 0 ? "" : fmt::format(", but {} of the files had no runtime here", left);
  return out + (all_ok(verified) ? "ok" : "NOT ok") + but + "\n";
}

}  // namespace

void run_verify(const VerifyCommand& command) {
  Session session(command.common, ChargeOptions{}, "verify");
  const FoundOnnxRuntime onnxruntime = find_onnxruntime(command.onnxruntime);
  if (!onnxruntime.runtime) print_warning(onnxruntime.missing, command.common.quiet);
  const std::vector<Runtime> runtimes = runtimes_here(onnxruntime.runtime);
  std::vector<VerifiedFolder> verified;
  const auto folders = folders_in(command.dir);
  for (const auto& folder : folders) {
    verified.push_back({folder, {}, {}, {}});
    try {
      verified.back().report = verified_alike(folder, runtimes);
      if (!command.data.empty()) {
        verified.back().counts = counted(folder, command, runtimes, session);
      }
    } catch (const Error& error) {
      if (folders.size() == 1 || error.failure() == Failure::interrupted) throw;
      verified.back().error = error.what();
    }
  }
  const Json spent = session.spent();
  print_result(command.common.json ? as_json(verified, spent) : as_table(verified));
  for (const VerifiedFolder& one : verified) {
    require(one.error.empty(), one.error);
    require(!one.report.runtimes.empty(),
            one.folder.string(),
            ": none of its files was run; install a runtime (README.md), or export another format");
  }
  require(all_ok(verified),
          command.dir.string(),
          ": a runtime does not compute what the subnet computed; the lines above say which");
}

}  // namespace coppice
