#include "experiments/tensors/network_files.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "experiments/tensors/network_accuracy.hpp"
#include "experiments/tensors/one_thread.hpp"
#include "experiments/tensors/spike_simulation.hpp"
#include "experiments/tensors/spiking_file.hpp"
#include "export/format.hpp"
#include "export/onnx_file.hpp"
#include "export/quantized_subnet.hpp"
#include "export/reference_file.hpp"
#include "export/torchscript_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/random.hpp"

namespace coppice {
namespace {

constexpr std::int64_t kReferenceImages = 8;
// More images widen the ranges of values hardly any further.
constexpr std::size_t kRangeImages = 2000;
constexpr std::int64_t kRangeBatch = 50;
// A spiking network takes as long as some hundred others.
constexpr std::size_t kSimulatedImages = 500;

std::vector<float> values_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

// Smooth pictures where there are no real ones: white noise, which no network is made for, makes
// some amplify the rounding of their sums a thousandfold.
at::Tensor smooth_pictures(const LayerPlan& plan, Random random) {
  constexpr std::int64_t coarse = 6;
  const at::Tensor grid = at::empty({kReferenceImages, plan.input_channels, coarse, coarse});
  auto* value = grid.data_ptr<float>();
  for (std::int64_t i = 0; i < grid.numel(); ++i) value[i] = static_cast<float>(random.normal());
  return at::upsample_bilinear2d(grid, {plan.resolution, plan.resolution}, true);
}

class Writing {
 public:
  Writing(const Subnet& subnet, const FileSource& source, ModelCard& card)
      : subnet_(subnet), source_(source), images_(source.images), card_(card) {}

  void write(const std::string& format, const std::filesystem::path& folder) {
    if (format == "torchscript") {
      write_torchscript(subnet_, folder / kTorchScriptFile);
      card_.files.push_back(describe_file(folder / kTorchScriptFile));
      return;
    }
    if (format == "nir") {
      write_nir_file(folder / kNirFile);
      return;
    }
    OnnxOptions options = onnx_options();
    const char* name = kOnnxFile;
    if (format == "onnx-dynamic") {
      name = kDynamicOnnxFile;
      options.open_size = true;
    } else if (format == "onnx-mobile") {
      name = kMobileOnnxFile;
      options.batch = 1;
      options.basic_operators = true;
    } else if (format == "onnx-int8") {
      name = kInt8OnnxFile;
      options.ranges = quantize();
    }
    write_onnx(subnet_.plain(), options, folder / name);
    card_.files.push_back(describe_file(folder / name));
  }

  // On one thread: the file must not depend on how sums were split.
  void write_reference_file(const std::filesystem::path& folder) {
    const OneThread one_thread;
    const LayerPlan& plan = subnet_.plan();
    const int r = plan.resolution;
    const at::Tensor images = images_.test
                                  ? images_.test->batch(0, r).images.slice(0, 0, kReferenceImages)
                                  : smooth_pictures(plan, Random(source_.seed).fork("pictures"));
    ReferenceData data;
    data.count = static_cast<std::size_t>(images.size(0));
    data.channels = static_cast<std::size_t>(plan.input_channels);
    data.size = static_cast<std::size_t>(r);
    data.classes = static_cast<std::size_t>(plan.classes);
    data.inputs = values_of(images);
    data.logits = values_of(subnet_.forward(images));
    if (quantized_) data.int8_logits = values_of(quantized_->forward(images));
    write_reference(data, folder / kReferenceFile);
    card_.files.push_back(describe_file(folder / kReferenceFile));
  }

 private:
  void write_nir_file(const std::filesystem::path& path) {
    require_usage(images_.calibration != nullptr,
                  "--formats = nir needs images to find thresholds on; give --run, or "
                  "--calibrate DATA");
    const OneThread one_thread;
    SpikingFileOptions options;
    options.preprocessing = source_.preprocessing;
    const auto images = images_.calibration->images(subnet_.plan().resolution);
    const SpikingSimulator simulator = percentile_simulator(subnet_, images);
    write_spiking_file(simulator, images.front(), options, path);
    card_.files.push_back(describe_file(path));
    card_.spiking = spiking(simulator, options.timesteps);
  }

  [[nodiscard]] CardSpiking spiking(const SpikingSimulator& simulator, int timesteps) const {
    CardSpiking card;
    card.timesteps = timesteps;
    card.thresholds = fmt::format("{} % percentile of activations on {} images",
                                  kThresholdPercentile,
                                  images_.calibration->size());
    const PreparedImages& all = images_.test ? *images_.test : *images_.calibration;
    const auto shown = all.first(std::min(kSimulatedImages, all.size()));
    const SimulatedImages simulated =
        simulate_images(simulator, *shown, {timesteps}, {}, [](std::int64_t) {
          stop_if_interrupted(
              "while simulating spikes; nothing was exported, the same command "
              "starts anew");
        });
    const SpikingPoint& point = simulated.points.front();
    const EnergyRatios ratios = energy_ratios(
        SpikingCostModel(simulator.network()), point.activity, subnet_.plan(), kFloat32);
    card.energy_ratio_ops = ratios.operations;
    card.energy_ratio_memory = ratios.memory;
    card.accuracy = Known<CardAccuracy>::unknown("a bare supernet comes without test images");
    card.network = card.accuracy;
    if (!images_.test) return card;
    card.accuracy =
        CardAccuracy{point.accuracy.correct, point.accuracy.total, images_.dataset, "test"};
    const Accuracy network = evaluate(subnet_, *shown);
    card.network = CardAccuracy{network.correct, network.total, images_.dataset, "test"};
    return card;
  }

  [[nodiscard]] OnnxOptions onnx_options() const {
    OnnxOptions options;
    options.graph_name = card_.name;
    options.producer_version = card_.version;
    options.metadata = {{"space", card_.space}, {"architecture", card_.architecture}};
    if (!card_.commit.empty()) options.metadata["coppice_commit"] = card_.commit;
    if (card_.accuracy.value) {
      const CardAccuracy& a = *card_.accuracy.value;
      options.metadata["accuracy"] = fmt::format("{} of {} images of {}, {}, without quantisation",
                                                 a.correct,
                                                 a.images,
                                                 a.dataset,
                                                 a.split);
    }
    for (const CardFile& input : card_.inputs) {
      options.metadata["sha256 of " + input.name] = input.sha256;
    }
    return options;
  }

  [[nodiscard]] ValueRanges ranges_of(const std::vector<at::Tensor>& batches) const {
    std::vector<ValueRanges> found(batches.size());
    one_thread_each(batches.size(),
                    [&](std::size_t i) { found[i] = observe_ranges(subnet_, {batches[i]}); });
    ValueRanges all = found.front();
    for (const ValueRanges& ranges : found) {
      for (auto& [name, range] : all) {
        range.low = std::min(range.low, ranges.at(name).low);
        range.high = std::max(range.high, ranges.at(name).high);
      }
    }
    return all;
  }

  // Observes the ranges of values on held-out images and counts the test images in 8 bits.
  ValueRanges quantize() {
    require_usage(images_.held_out != nullptr,
                  "--formats = onnx-int8 needs images to see how values range; give --run, or "
                  "--calibrate DATA");
    const auto held_out = images_.held_out->first(kRangeImages);
    std::vector<at::Tensor> batches;
    for (const at::Tensor& images : held_out->images(subnet_.plan().resolution)) {
      for (const at::Tensor& part : images.split(kRangeBatch)) batches.push_back(part);
    }
    ValueRanges ranges = ranges_of(batches);
    quantized_.emplace(subnet_, ranges);
    CardInt8 int8;
    int8.calibration = fmt::format("{} held-out images", held_out->size());
    if (images_.test) {
      const auto logits = [this](const at::Tensor& batch) { return quantized_->forward(batch); };
      const Accuracy accuracy = count_correct(logits, subnet_.plan().resolution, *images_.test);
      int8.accuracy = CardAccuracy{accuracy.correct, accuracy.total, images_.dataset, "test"};
    } else {
      int8.accuracy = Known<CardAccuracy>::unknown("a bare supernet comes without test images");
    }
    card_.int8 = int8;
    return ranges;
  }

  const Subnet& subnet_;
  const FileSource& source_;
  const SourceImages& images_;
  ModelCard& card_;
  std::optional<QuantizedSubnet> quantized_;
};

}  // namespace

void write_network_files(const Subnet& subnet,
                         const std::vector<std::string>& formats,
                         const FileSource& source,
                         const std::filesystem::path& folder,
                         ModelCard& card) {
  card.int8 = Known<CardInt8>::unknown("not exported; ask for --formats onnx-int8");
  card.spiking = Known<CardSpiking>::unknown("not exported; ask for --formats nir");
  Writing writing(subnet, source, card);
  for (const std::string& format : formats) writing.write(format, folder);
  writing.write_reference_file(folder);
}

}  // namespace coppice
