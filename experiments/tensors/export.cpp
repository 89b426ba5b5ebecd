// `coppice export`: subnets as files that other runtimes run, each with its card.
#include <ATen/ops/randn.h>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/network_card.hpp"
#include "experiments/tensors/runtimes.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/tensors/spiking_file.hpp"
#include "experiments/tensors/supernet_source.hpp"
#include "experiments/tensors/timing.hpp"
#include "export/format.hpp"
#include "export/onnx_file.hpp"
#include "export/torchscript_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/calibration.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

constexpr int kReferenceImages = 8;
constexpr int kTimingRounds = 30;

std::vector<float> values_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

class Exporting {
 public:
  Exporting(const ExportCommand& command, Session& session)
      : command_(command),
        session_(session),
        source_(open_supernet(command.network)),
        context_(card_context(command, source_)),
        calibration_(calibration_images(source_, command.calibrate)) {
    if (source_.training) {
      const RunData data = open_run_data(*source_.training, &source_.checkpoint.info.preprocessing);
      test_ = std::make_shared<PreparedImages>(
          data.source.test, source_.checkpoint.info.preprocessing, 250);
      dataset_ = std::filesystem::weakly_canonical(source_.training->recipe.data).filename();
    }
    if (!calibration_) {
      print_warning(
          "batch norm keeps the statistics that are stored; give --calibrate DATA to recalibrate "
          "it for each network",
          command.common.quiet);
    }
  }

  void run() {
    std::vector<Subnet> subnets;
    for (const Architecture& architecture : source_.architectures) {
      stop_if_interrupted("while calibrating; nothing was exported");
      subnets.push_back(calibrated(architecture));
    }
    Progress progress("export",
                      "networks",
                      static_cast<std::int64_t>(subnets.size()),
                      progress_style(command_.common.quiet),
                      session_.clock(),
                      std::cerr);
    progress.update(0, "timing");
    const LatencyReport latencies =
        time_subnets(subnets, kTimingRounds, command_.common.seed, session_.clock());
    for (std::size_t i = 0; i < subnets.size(); ++i) {
      stop_if_interrupted(text("after ", i, " of ", subnets.size(), " networks were exported"));
      const std::string id = std::to_string(i + 1);
      const auto folder = subnets.size() == 1 ? command_.out : command_.out / id;
      write_network(subnets[i], latencies.networks[i], id, folder);
      progress.update(static_cast<std::int64_t>(i) + 1, folder.string());
    }
  }

  [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return files_; }
  [[nodiscard]] const std::vector<std::filesystem::path>& cards() const { return cards_; }
  [[nodiscard]] double largest_difference() const { return largest_difference_; }

 private:
  [[nodiscard]] Subnet calibrated(const Architecture& architecture) const {
    if (calibration_) {
      return calibrated_subnet(source_.checkpoint.supernet, architecture, *calibration_);
    }
    return source_.checkpoint.supernet.extract(architecture);
  }

  void write_network(const Subnet& subnet,
                     const LatencySeries& latency,
                     const std::string& id,
                     const std::filesystem::path& folder) {
    make_folder(folder);
    NetworkFindings findings;
    findings.name = source_.checkpoint.supernet.space().name() + "-" + id;
    findings.calibrated = calibration_ != nullptr;
    findings.calibration_images = calibration_ ? calibration_->size() : 0;
    findings.accuracy = test_accuracy(subnet);
    findings.latency = measured_latency(latency);
    ModelCard card = describe_network(context_, subnet, findings);
    // An old card must not vouch for new files.
    std::filesystem::remove(folder / kCardJsonFile);
    write_models(subnet, card, folder);
    write_model_card(card, folder);
    const VerifyReport report = verify_folder(folder, runtimes_here());
    require(report.ok,
            folder.string(),
            ": the exported network does not compute what the subnet computes: the largest "
            "difference is ",
            report.largest_difference,
            " of the largest logit, at most ",
            kLogitTolerance,
            " is allowed");
    largest_difference_ = std::max(largest_difference_, report.largest_difference);
    for (const CardFile& file : card.files) files_.push_back(folder / file.name);
    files_.push_back(folder / kCardJsonFile);
    files_.push_back(folder / kCardMarkdownFile);
    cards_.push_back(folder / kCardJsonFile);
  }

  void write_models(const Subnet& subnet, ModelCard& card, const std::filesystem::path& folder) {
    for (const std::string& format : command_.formats) {
      if (format == "onnx") {
        OnnxOptions options;
        options.graph_name = card.name;
        options.producer_version = card.version;
        options.metadata = {{"space", card.space}, {"architecture", card.architecture}};
        write_onnx(subnet.plain(), options, folder / kOnnxFile);
        card.files.push_back(describe_file(folder / kOnnxFile));
      } else if (format == "nir") {
        require_usage(calibration_ != nullptr,
                      "--formats = nir needs images to find thresholds on; give --run, or "
                      "--calibrate DATA");
        SpikingFileOptions options;
        options.preprocessing = source_.checkpoint.info.preprocessing;
        const auto images = calibration_->images(subnet.plan().resolution);
        write_spiking_file(subnet, images, options, folder / kNirFile);
        card.files.push_back(describe_file(folder / kNirFile));
      } else {
        write_torchscript(subnet, folder / kTorchScriptFile);
        card.files.push_back(describe_file(folder / kTorchScriptFile));
      }
    }
    write_reference(reference_of(subnet), folder / kReferenceFile);
    card.files.push_back(describe_file(folder / kReferenceFile));
  }

  // Real test images where there are some, else noise of the same size.
  [[nodiscard]] ReferenceData reference_of(const Subnet& subnet) const {
    const LayerPlan& plan = subnet.plan();
    const int r = plan.resolution;
    const at::Tensor images = test_ ? test_->batch(0, r).images.slice(0, 0, kReferenceImages)
                                    : at::randn({kReferenceImages, plan.input_channels, r, r});
    ReferenceData data;
    data.count = static_cast<std::size_t>(images.size(0));
    data.channels = static_cast<std::size_t>(plan.input_channels);
    data.size = static_cast<std::size_t>(r);
    data.classes = static_cast<std::size_t>(plan.classes);
    data.inputs = values_of(images);
    data.logits = values_of(subnet.forward(images));
    return data;
  }

  [[nodiscard]] Known<CardAccuracy> test_accuracy(const Subnet& subnet) const {
    if (!test_) return Known<CardAccuracy>::unknown("a bare supernet comes without test images");
    const Accuracy accuracy = evaluate(subnet, *test_);
    return CardAccuracy{accuracy.correct, accuracy.total, dataset_, "test"};
  }

  [[nodiscard]] static CardLatency measured_latency(const LatencySeries& series) {
    const TimingConditions timing = timing_conditions();
    CardLatency latency;
    latency.latency_ms = {series.p10_ms, series.median_ms, series.p90_ms};
    latency.interval =
        fmt::format("10 % and 90 % quantiles of {} samples", series.samples_ms.size());
    latency.device = timing.device;
    latency.runtime = timing.runtime;
    latency.threads = timing.threads;
    latency.batch = timing.batch;
    return latency;
  }

  const ExportCommand& command_;
  Session& session_;
  SupernetSource source_;
  CardContext context_;
  std::shared_ptr<const PreparedImages> calibration_;
  std::shared_ptr<const PreparedImages> test_;  // null: a bare supernet
  std::string dataset_;
  std::vector<std::filesystem::path> files_;
  std::vector<std::filesystem::path> cards_;
  double largest_difference_ = 0;
};

}  // namespace

void run_export(const ExportCommand& command) {
  Session session(command.common, "export");
  Exporting exporting(command, session);
  exporting.run();
  const Json spent = session.spent();
  if (!command.network.run.empty()) {
    const FolderLock lock(command.network.run);
    session.record_energy(command.network.run);
    record_options(command.network.run, ExportCommand::kName, effective_options(command));
  }
  if (!command.common.json) {
    std::string out;
    for (const auto& file : exporting.files()) out += file.string() + "\n";
    print_result(out +
                 fmt::format("largest difference to the subnet: {:.1e} of the largest logit\n",
                             exporting.largest_difference()));
    return;
  }
  Json files = Json::array();
  for (const auto& file : exporting.files()) files.push_back(file.string());
  Json cards = Json::array();
  for (const auto& card : exporting.cards()) cards.push_back(Json::parse(read_text_file(card)));
  print_result(Json{
      {"files", files},
      {"largest_difference", exporting.largest_difference()},
      {"card", cards.size() == 1 ? cards.front() : cards},
      {"run",
       spent}}.dump());
}

}  // namespace coppice
