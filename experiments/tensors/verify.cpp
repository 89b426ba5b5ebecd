// `coppice verify`: an export folder in every runtime found here.
#include <fmt/format.h>

#include <cmath>

#include "experiments/output.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/runtimes.hpp"
#include "experiments/tensors/session.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// JSON has no infinity: logits that are no numbers are null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::string as_json(const VerifyReport& report, const Json& spent) {
  Json runtimes = Json::array();
  for (const RuntimeReport& runtime : report.runtimes) {
    runtimes.push_back({{"runtime", runtime.runtime},
                        {"file", runtime.file},
                        {"largest_difference", number(runtime.comparison.largest_difference)},
                        {"top1_agreement", runtime.comparison.top1_agreement},
                        {"ok", runtime.ok}});
  }
  return Json{{"largest_difference", number(report.largest_difference)},
              {"ok", report.ok},
              {"runtimes", runtimes},
              {"not_run", report.not_run},
              {"run", spent}}
      .dump();
}

std::string as_table(const VerifyReport& report) {
  std::string out =
      fmt::format("{:<32}{:<14}{:>18}{:>12}\n", "runtime", "file", "difference", "same class");
  for (const RuntimeReport& runtime : report.runtimes) {
    out += fmt::format("{:<32}{:<14}{:>18.1e}{:>10.1f} %{}\n",
                       runtime.runtime,
                       runtime.file,
                       runtime.comparison.largest_difference,
                       runtime.comparison.top1_agreement,
                       runtime.ok ? "" : "  too large");
  }
  for (const std::string& file : report.not_run) out += file + " has no runtime here\n";
  return out + (report.ok ? "ok\n" : "NOT ok\n");
}

}  // namespace

void run_verify(const VerifyCommand& command) {
  Session session(command.common, "verify");
  const VerifyReport report = verify_folder(command.dir, runtimes_here());
  const Json spent = session.spent();
  print_result(command.common.json ? as_json(report, spent) : as_table(report));
  require(report.ok,
          command.dir.string(),
          ": a runtime does not compute what the subnet computed; export it again");
}

}  // namespace coppice
