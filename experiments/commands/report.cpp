// `coppice report`: one page about a run, and the answer as a table.
#include <nlohmann/json.hpp>
#include <optional>

#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/report/html_page.hpp"
#include "experiments/report/network_rows.hpp"
#include "experiments/report/report_page.hpp"
#include "experiments/report/run_plots.hpp"
#include "experiments/report/svg_plot.hpp"
#include "experiments/run_folder.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kPicture = "front.svg";
constexpr TextKind kPageFile{"a report of Coppice", kPageMark, "--out"};
constexpr TextKind kPictureFile{"a picture of Coppice", kPictureMark, "the picture beside --out"};

struct Written {
  std::filesystem::path page;
  std::filesystem::path picture;  // empty: there is nothing to draw
};

Written write_report(const ReportCommand& command, const RunSummary& summary) {
  Written written;
  written.page = command.out.empty() ? command.run / kRunReportFile : command.out;
  const auto folder = written.page.parent_path();
  const auto plot = front_plot(summary);
  if (plot) written.picture = folder / kPicture;
  require_usage(written.page.filename() != kPicture,
                "--out = ",
                written.page.string(),
                ", is the name of the picture beside the page; choose another name");
  require_replaceable(written.page, kPageFile);
  if (plot) require_replaceable(written.picture, kPictureFile);
  if (!folder.empty()) make_folder(folder);
  // Elsewhere the report only reads the run, so it may look at one that is being trained.
  std::optional<FolderLock> lock;
  const auto place = folder.empty() ? std::filesystem::path(".") : folder;
  if (std::filesystem::equivalent(place, command.run)) lock.emplace(command.run);
  write_text_file(written.page, report_page(summary));
  if (plot) write_text_file(written.picture, svg(*plot, true));
  return written;
}

std::string as_json(const RunSummary& summary, const Written& written) {
  Json document{{"file", written.page.string()},
                {"picture", written.picture.empty() ? Json() : Json(written.picture.string())},
                {"networks", summary.networks.size()},
                {"missing", summary.missing}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string as_text(const RunSummary& summary, const Written& written) {
  std::string out = answer_text(summary) + "\nreport in " + written.page.string() + "\n";
  if (!written.picture.empty()) out += "picture in " + written.picture.string() + "\n";
  return out;
}

}  // namespace

void run_report(const ReportCommand& command) {
  const RunSummary summary = summarize_run(command.run, command.per_model);
  const Written written = write_report(command, summary);
  print_result(command.common.json ? as_json(summary, written) : as_text(summary, written));
}

}  // namespace coppice
