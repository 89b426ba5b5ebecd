// `coppice export`: subnets as files that other runtimes run, each with its card.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>

#include "experiments/metering.hpp"
#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/card_timing.hpp"
#include "experiments/tensors/export_folder.hpp"
#include "experiments/tensors/network_accuracy.hpp"
#include "experiments/tensors/network_card.hpp"
#include "experiments/tensors/network_files.hpp"
#include "experiments/tensors/one_thread.hpp"
#include "experiments/tensors/runtimes.hpp"
#include "experiments/tensors/scratch_folder.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/tensors/supernet_source.hpp"
#include "experiments/tensors/timing.hpp"
#include "export/format.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/calibration.hpp"

namespace coppice {
namespace {

constexpr int kTimingRounds = 30;

// Of the progress that is shown: calibrated, written, checked; timed here and elsewhere.
constexpr std::int64_t kStepsOfANetwork = 3;
constexpr std::int64_t kTimingSteps = 3;

// Everything is made and checked in a folder of its own before it replaces older exports.
class Exporting {
 public:
  Exporting(const ExportCommand& command, Session& session)
      : command_(command),
        session_(session),
        source_(open_supernet(command.network)),
        context_(card_context(command, source_)),
        timing_(context_, {kTimingRounds, command.common.seed}, session.clock()),
        images_(open_images(source_, command.calibrate)),
        onnxruntime_(find_onnxruntime(command.onnxruntime).runtime),
        runtimes_(runtimes_here(onnxruntime_)),
        progress_("export",
                  "steps",
                  static_cast<std::int64_t>(source_.architectures.size()) * kStepsOfANetwork +
                      kTimingSteps,
                  progress_style(command.common.quiet),
                  session.clock(),
                  std::cerr) {
    warn(modelled_elsewhere(context_, processor_name()));
    if (!images_.calibration) {
      warn(
          "batch norm keeps the statistics that are stored; give --calibrate DATA to recalibrate "
          "it for each network");
    }
  }

  void run() {
    const ScratchFolder scratch(command_.out);
    progress_.update(0);
    make_networks(scratch.path());
    time_elsewhere(scratch.path());
    for (const Network& network : networks_) {
      stop_if_interrupted("while checking; nothing was exported, the same command starts anew");
      check(network);
      step("checked " + network.published.string());
    }
    replace_exports(scratch.path(), command_.out);
  }

  [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return files_; }
  [[nodiscard]] const std::vector<std::filesystem::path>& cards() const { return cards_; }
  /// Of float32 files; empty: none was exported.
  [[nodiscard]] std::optional<double> largest_difference() const { return largest_difference_; }

 private:
  struct Network {
    std::filesystem::path folder;     // while it is made
    std::filesystem::path published;  // afterwards
    ModelCard card;
  };

  void warn(const std::string& message) const { print_warning(message, command_.common.quiet); }

  void step(const std::string& note) { progress_.update(++steps_, note); }

  // On one thread: its statistics become the files' weights.
  [[nodiscard]] Subnet calibrated(const Architecture& architecture) const {
    const OneThread one_thread;
    if (images_.calibration) {
      return calibrated_subnet(source_.checkpoint.supernet, architecture, *images_.calibration);
    }
    return source_.checkpoint.supernet.extract(architecture);
  }

  void make_networks(const std::filesystem::path& scratch) {
    std::vector<Subnet> subnets;
    for (const Architecture& architecture : source_.architectures) {
      stop_if_interrupted("while calibrating; nothing was exported, the same command starts anew");
      subnets.push_back(calibrated(architecture));
      step("calibrated");
    }
    const FileSource source{images_, source_.checkpoint.info.preprocessing, command_.common.seed};
    const std::vector<CardLatency> latencies = timing_.of_subnets(subnets);
    step("timed here");
    for (std::size_t i = 0; i < subnets.size(); ++i) {
      stop_if_interrupted(
          text("after ",
               i,
               " of ",
               subnets.size(),
               " networks were written; none was exported, the same command starts anew"));
      const std::string id = std::to_string(i + 1);
      Network network{scratch, command_.out, {}};
      if (subnets.size() > 1) network = {scratch / id, command_.out / id, {}};
      make_folder(network.folder);
      NetworkFindings findings;
      findings.name = source_.checkpoint.supernet.space().name() + "-" + id;
      findings.calibration_images = images_.calibration ? images_.calibration->size() : 0;
      findings.accuracy = test_accuracy(subnets[i]);
      findings.latency = latencies[i];
      network.card = describe_network(context_, subnets[i], findings);
      write_network_files(subnets[i], command_.formats, source, network.folder, network.card);
      step("wrote " + network.published.string());
      networks_.push_back(std::move(network));
    }
  }

  // The ONNX files in the runtimes that run them, all networks under one course of the machine.
  void time_elsewhere(const std::filesystem::path& scratch) {
    const ScratchFolder unpublished(scratch);
    add_latencies("opencv", kOnnxFile, opencv_timer(session_.clock()), unpublished.path());
    step("timed in OpenCV");
    if (onnxruntime_) {
      const FileTimer timer = onnxruntime_timer(onnxruntime_);
      for (const char* file : {kOnnxFile, kInt8OnnxFile}) {
        add_latencies("onnxruntime", file, timer, unpublished.path());
      }
    }
    step(onnxruntime_ ? "timed in ONNX Runtime" : "ONNX Runtime was not found");
    warn(timing_.warning());
  }

  void add_latencies(const std::string& runtime,
                     const char* file,
                     const FileTimer& timer,
                     const std::filesystem::path& unpublished) {
    std::vector<TimedFile> files;
    for (const Network& network : networks_) {
      const auto path = network.folder / file;
      if (!std::filesystem::exists(path)) return;  // of a format that was not asked for
      files.push_back({path, network.card.channels, network.card.resolution});
    }
    const auto latencies = timing_.of_files(runtime, timer, files, unpublished);
    for (std::size_t i = 0; i < networks_.size(); ++i) {
      networks_[i].card.other_latencies.push_back({file, latencies[i]});
    }
  }

  void check(const Network& network) {
    write_model_card(network.card, network.folder);
    const OneThread one_thread;
    const VerifyReport report = verify_folder(network.folder, runtimes_);
    require(report.ok || report.runtimes.empty(),
            network.published.string(),
            ": the exported network does not compute what the subnet computes: the largest "
            "difference is ",
            report.largest_difference.value_or(0),
            " of the largest logit, at most ",
            kLogitTolerance,
            " is allowed");
    if (report.largest_difference) {
      largest_difference_ = std::max(largest_difference_.value_or(0), *report.largest_difference);
    }
    for (const CardFile& file : network.card.files) {
      files_.push_back(network.published / file.name);
    }
    files_.push_back(network.published / kCardJsonFile);
    files_.push_back(network.published / kCardMarkdownFile);
    cards_.push_back(network.published / kCardJsonFile);
  }

  [[nodiscard]] Known<CardAccuracy> test_accuracy(const Subnet& subnet) const {
    if (!images_.test) {
      return Known<CardAccuracy>::unknown("a bare supernet comes without test images");
    }
    const Subnet folded = subnet.folded();
    const auto logits = [&folded](const at::Tensor& batch) { return folded.forward(batch); };
    const Accuracy accuracy = count_correct(logits, folded.plan().resolution, *images_.test);
    return CardAccuracy{accuracy.correct, accuracy.total, images_.dataset, "test"};
  }

  const ExportCommand& command_;
  Session& session_;
  SupernetSource source_;
  CardContext context_;
  CardTiming timing_;
  SourceImages images_;
  std::shared_ptr<OnnxRuntime> onnxruntime_;  // null: not installed
  std::vector<Runtime> runtimes_;
  Progress progress_;
  std::int64_t steps_ = 0;
  std::vector<Network> networks_;
  std::vector<std::filesystem::path> files_;
  std::vector<std::filesystem::path> cards_;
  std::optional<double> largest_difference_;
};

// Of the run whose energy.csv says what the export spends. One that cannot be written, on an
// archive say, can be exported all the same.
std::optional<FolderLock> lock_of_run(const ExportCommand& command) {
  const std::filesystem::path& run = command.network.run;
  if (run.empty()) return std::nullopt;
  require_run(run);
  if (is_writable(run)) return std::make_optional<FolderLock>(run);
  print_warning(run.string() + " cannot be written: its energy.csv will not tell of this export",
                command.common.quiet);
  return std::nullopt;
}

}  // namespace

void run_export(const ExportCommand& command) {
  require_exports_replaceable(command.out);
  Session session(command.common, command.charge, "export");
  const std::optional<FolderLock> lock = lock_of_run(command);
  Exporting exporting(command, session);
  exporting.run();
  Json spent = session.spent();
  if (lock) {
    session.record_energy(command.network.run);
    record_options(command.network.run, ExportCommand::kName, effective_options(command));
  }
  if (!command.common.json) {
    std::string out;
    for (const auto& file : exporting.files()) out += file.string() + "\n";
    if (exporting.largest_difference()) {
      out += fmt::format("largest difference to the subnet: {:.1e} of the largest logit\n",
                         *exporting.largest_difference());
    }
    print_result(out);
    return;
  }
  Json files = Json::array();
  for (const auto& file : exporting.files()) files.push_back(file.string());
  // What a card says under `run` stands under the document's.
  Json cards = Json::array();
  Json cards_of_this_run = Json::array();
  for (const auto& path : exporting.cards()) {
    Json card = Json::parse(read_text_file(path));
    cards_of_this_run.push_back(card.at("run"));
    card.erase("run");
    cards.push_back(card);
  }
  const bool one = cards.size() == 1;
  spent["card"] = one ? cards_of_this_run.front() : cards_of_this_run;
  print_result(Json{
      {"files", files},
      {"largest_difference",
       exporting.largest_difference() ? Json(*exporting.largest_difference()) : Json(nullptr)},
      {"card", one ? cards.front() : cards},
      {"run",
       spent}}.dump());
}

}  // namespace coppice
