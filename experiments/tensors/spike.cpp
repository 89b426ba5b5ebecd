// `coppice spike`: a subnet as integrate-and-fire neurons, its accuracy and energy against time.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <utility>

#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/tensors/spike_report.hpp"
#include "experiments/tensors/spike_simulation.hpp"
#include "experiments/tensors/spiking_file.hpp"
#include "experiments/tensors/supernet_source.hpp"
#include "export/format.hpp"
#include "export/spiking/nir_file.hpp"
#include "export/spiking/qcfs.hpp"
#include "export/spiking/replace.hpp"
#include "export/spiking/spikeable.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// A network whose activations spikes can carry.
struct Variant {
  std::string name;
  Subnet subnet;
  ThresholdTensors thresholds;
  std::vector<int> timesteps;
};

RunData images_of(const SpikeCommand& command, const SupernetSource& source) {
  const CheckpointInfo& info = source.checkpoint.info;
  TrainCommand training;
  if (source.training) {
    training = *source.training;
  } else {
    training.common.seed = info.seed;
    training.recipe.held_out = static_cast<int>(info.held_out);
  }
  if (!command.data.empty()) training.recipe.data = command.data;
  const bool known = !info.preprocessing.mean.empty();
  return open_run_data(training, known ? &info.preprocessing : nullptr);
}

int bits_for(int timesteps) {
  return static_cast<int>(std::ceil(std::log2(static_cast<double>(timesteps) + 1)));
}

class Spiking {
 public:
  Spiking(const SpikeCommand& command, Session& session)
      : command_(command),
        session_(session),
        source_(open_supernet(command.network)),
        data_(images_of(command, source_)) {
    const std::size_t count = source_.architectures.size();
    require_usage(count == 1,
                  "--arch = ",
                  command.network.arch.string(),
                  " holds ",
                  count,
                  " architectures; spike converts one");
    const std::size_t images = data_.source.test->size();
    const auto wanted = static_cast<std::size_t>(command.images);
    test_ =
        test_images(data_.source, data_.parts.preprocessing).first(wanted > 0 ? wanted : images);
  }

  SpikeReport run() {
    const Subnet ann = calibrated_subnet(
        source_.checkpoint.supernet, source_.architectures.front(), *data_.parts.calibration);
    const Subnet base = spikeable(ann);
    report_.images = test_->size();
    measure_ann(ann);
    for (const Variant& variant : make_variants(base, ann)) simulate(variant);
    return std::move(report_);
  }

 private:
  [[nodiscard]] std::vector<at::Tensor> calibration(const Subnet& subnet) const {
    return data_.parts.calibration->images(subnet.plan().resolution);
  }

  [[nodiscard]] Subnet spikeable(const Subnet& ann) const {
    if (command_.replace && !unspikeable_layers(ann.plan()).empty()) {
      return replace_unspikeable(ann, calibration(ann));
    }
    require_spikeable(ann.plan());
    return ann;
  }

  void measure_ann(const Subnet& ann) {
    static_cast<void>(test_->batch(0, ann.plan().resolution));  // prepared before the meter runs
    PhaseMeter meter(command_.charge);
    meter.begin("ann");
    report_.ann_accuracy = evaluate(ann, *test_).percent();
    add_measured("ANN", 0, meter.spent());
  }

  void add_measured(const std::string& network, int timesteps, const SpentEnergy& spent) {
    const double millijoules = 1e3 * spent.energy_j.nominal / static_cast<double>(test_->size());
    report_.measured.push_back({network, timesteps, spent.duration.value(), millijoules});
    report_.basis = spent.basis;
  }

  // Few timesteps want a network that was trained for them; with many, thresholds that hardly clip
  // come closer to the ANN. A network with replaced layers is good for nothing untrained.
  std::vector<Variant> make_variants(const Subnet& base, const Subnet& teacher) {
    Variant untuned{"percentile",
                    base,
                    percentile_thresholds(base, calibration(base), command_.percentile),
                    {}};
    Variant tuned{"training", base, untuned.thresholds, {}};
    for (const int t : command_.timesteps) {
      const bool few = t <= command_.tuned_until || command_.replace;
      (few && command_.finetune_epochs > 0 ? tuned : untuned).timesteps.push_back(t);
    }
    std::vector<Variant> variants;
    if (!tuned.timesteps.empty()) {
      finetune(tuned, teacher);
      variants.push_back(std::move(tuned));
    }
    if (!untuned.timesteps.empty()) variants.push_back(std::move(untuned));
    return variants;
  }

  void finetune(Variant& tuned, const Subnet& teacher) {
    for (at::Tensor& threshold : tuned.thresholds) {
      if (threshold.defined()) threshold = threshold.clone();
    }
    QcfsOptions options;
    options.epochs = command_.finetune_epochs;
    options.levels = command_.levels;
    options.noise = command_.noise;
    options.rate = command_.rate;
    options.seed = command_.common.seed;
    std::unique_ptr<Progress> progress;
    options.progress = [&](std::int64_t done, std::int64_t total, double loss) {
      if (!progress) progress = progress_of("fine-tune", "steps", total);
      progress->update(done, fmt::format("loss {:.3f}", loss));
    };
    BatchOptions batch_options;
    batch_options.batch_size = options.batch_size;
    batch_options.resolutions = {tuned.subnet.plan().resolution};
    TrainingBatches batches(data_.parts.train,
                            data_.parts.preprocessing,
                            batch_options,
                            Random(command_.common.seed).fork("spike"));
    finetune_qcfs(tuned.subnet, tuned.thresholds, teacher, batches, options);
    report_.tuned_ann_accuracy = accuracy_with(tuned, 0).percent();
  }

  [[nodiscard]] std::unique_ptr<Progress> progress_of(const char* label,
                                                      const char* unit,
                                                      std::int64_t total) const {
    return std::make_unique<Progress>(
        label, unit, total, progress_style(command_.common.quiet), session_.clock(), std::cerr);
  }

  [[nodiscard]] Accuracy accuracy_with(const Variant& variant, int levels) const {
    const auto logits = [&variant, levels](const at::Tensor& images) {
      return qcfs_forward(variant.subnet, variant.thresholds, levels, images);
    };
    return accuracy_of(*test_, variant.subnet.plan().resolution, logits);
  }

  void simulate(const Variant& variant) {
    SpikingNetwork network = convert(variant.subnet.plain(), plain_thresholds(variant.thresholds));
    const SpikingCostModel model(network);
    const SpikingSimulator simulator(std::move(network));
    if (report_.curve.empty() && !command_.out.empty()) write(simulator, variant);
    const auto progress =
        progress_of("simulate", "images", static_cast<std::int64_t>(test_->size()));
    const SimulatedImages simulated = simulate_images(
        simulator, *test_, variant.timesteps, command_.charge, [&](std::int64_t done) {
          progress->update(done);
        });
    add_measured("spiking", variant.timesteps.back(), simulated.spent);
    for (const SpikingPoint& point : simulated.points) {
      report_.curve.push_back(row_of(variant, model, point));
    }
  }

  // The first variant serves the fewest timesteps.
  void write(const SpikingSimulator& simulator, const Variant& variant) {
    const SpikingFileOptions options{
        command_.grouped, variant.timesteps.back(), data_.parts.preprocessing};
    const Batch batch = test_->batch(0, variant.subnet.plan().resolution);
    write_spiking_file(simulator, batch.images, options, command_.out);
    report_.file = command_.out.string();
    report_.expansion_bytes = command_.grouped ? 0 : expansion_bytes(simulator.network());
  }

  [[nodiscard]] SpikeRow row_of(const Variant& variant,
                                const SpikingCostModel& model,
                                const SpikingPoint& point) const {
    const SpikingActivity& activity = point.activity;
    const LayerPlan& plan = variant.subnet.plan();
    SpikeRow row;
    row.timesteps = activity.timesteps;
    row.thresholds = variant.name;
    row.accuracy = point.accuracy.percent();
    row.cost = model.cost(activity);
    const EnergyRatios ann = energy_ratios(model, activity, plan, kFloat32);
    row.energy_ratio_ops = ann.operations;
    row.energy_ratio_memory = ann.memory;
    row.quantised.bits = bits_for(activity.timesteps);
    row.quantised.accuracy = accuracy_with(variant, activity.timesteps).percent();
    const Arithmetic& width = row.quantised.bits <= 8 ? kInt8 : kFloat32;
    const EnergyRatios quantised = energy_ratios(model, activity, plan, width);
    row.quantised.energy_ratio_ops = quantised.operations;
    row.quantised.energy_ratio_memory = quantised.memory;
    return row;
  }

  const SpikeCommand& command_;
  Session& session_;
  SupernetSource source_;
  RunData data_;
  std::shared_ptr<const PreparedImages> test_;
  SpikeReport report_;
};

// Before minutes of training, not after them.
void check_place(const std::filesystem::path& out) {
  require_nir_replaceable(out);
  const std::filesystem::path folder = out.has_parent_path() ? out.parent_path() : ".";
  require_usage(std::filesystem::is_directory(folder) && is_writable(folder),
                "--out = ",
                out.string(),
                ": ",
                folder.string(),
                " is no folder that can be written; make it, or choose another place");
  require_usage(
      !std::filesystem::exists(folder / kCardJsonFile),
      "--out = ",
      out.string(),
      ", lies in an export, whose card would not know it; choose another place, or export "
      "with --formats nir");
}

}  // namespace

void run_spike(const SpikeCommand& command) {
  if (!command.out.empty()) check_place(command.out);
  Session session(command.common, command.charge, "spike");
  const SpikeReport report = Spiking(command, session).run();
  Json spent = session.spent();
  if (!command.common.json) {
    print_result(as_table(report));
    return;
  }
  spent.update(measured_json(report));
  Json document = as_json(report);
  document["run"] = spent;
  print_result(document.dump());
}

}  // namespace coppice
