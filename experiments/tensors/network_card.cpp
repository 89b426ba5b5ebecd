#include "experiments/tensors/network_card.hpp"

#include <string_view>
#include <utility>

#include "experiments/run_folder.hpp"
#include "experiments/tensors/timing.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/energy_model.hpp"
#include "predictors/interval90.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {

std::string_view server_cpu_profile();  // experiments/devices/server-cpu.json, embedded

namespace {

constexpr const char* kVersion = COPPICE_VERSION;

Known<CardPreprocessing> preprocessing_of(const Preprocessing& preprocessing, int resolution) {
  if (preprocessing.mean.empty()) {
    return Known<CardPreprocessing>::unknown(
        "an imported supernet does not say how it was trained");
  }
  CardPreprocessing card;
  card.resize = preprocessing.crop_fraction >= 1
                    ? text("whole picture to ", resolution, " x ", resolution)
                    : text("shorter side to ",
                           static_cast<int>(resolution / preprocessing.crop_fraction + 0.999),
                           ", centre ",
                           resolution,
                           " x ",
                           resolution);
  card.resize += " (area averaging when shrinking, bilinear when growing)";
  card.channel_order = preprocessing.mean.size() == 1 ? "grey" : "RGB";
  card.mean.assign(preprocessing.mean.begin(), preprocessing.mean.end());
  card.std.assign(preprocessing.deviation.begin(), preprocessing.deviation.end());
  return card;
}

Known<CardLatency> predicted_latency(const CardContext& context, const Architecture& architecture) {
  if (!context.latency_predictor) {
    return Known<CardLatency>::unknown("the run has no predictor of latency_ms");
  }
  const double value = context.latency_predictor->predict({architecture}).front();
  const double half = context.latency_predictor->info().interval90;
  const TimingConditions timing = timing_conditions();
  CardLatency latency;
  latency.latency_ms = half < 0 ? exactly(value) : interval90_around("latency_ms", value, half);
  latency.interval = half < 0 ? "no interval known" : "90 % interval of the predictor";
  latency.device = timing.device;
  latency.runtime = timing.runtime;
  latency.threads = timing.threads;
  latency.batch = timing.batch;
  return latency;
}

Known<CardEnergy> inference_energy(const CardContext& context,
                                   const LayerPlan& plan,
                                   const Known<CardLatency>& measured) {
  EnergyOptions options;
  // A latency of this machine belongs to the generic profile only, never to another device.
  if (context.command.profile.empty() && measured.value) {
    options.latency = Seconds(measured.value->latency_ms.nominal / 1000);
  }
  const InferenceEnergy energy = predict_energy(plan, context.profile, context.grid, options);
  CardEnergy card;
  card.energy_mj = energy.energy_j * 1000;
  card.co2e_g = energy.co2e_g;
  card.method = text("modelled from the device profile ",
                     context.profile.id,
                     options.latency ? ", latency measured" : ", latency by roofline",
                     ", ",
                     energy.confidence);
  card.device = context.profile.name;
  card.grid = describe(context.grid);
  return card;
}

Known<CardTraining> training_energy(const ExportCommand& command) {
  using Unknown = Known<CardTraining>;
  if (command.network.run.empty()) {
    return Unknown::unknown("a bare supernet does not record what its training took");
  }
  const auto path = command.network.run / kRunEnergyFile;
  if (!std::filesystem::exists(path)) return Unknown::unknown("the run has no energy.csv");
  CardTraining card;
  for (const EnergyRow& row : read_energy_csv(path)) {
    if (row.phase != "train") continue;
    card.energy_j = card.energy_j + row.energy_j;
    card.co2e_g = card.co2e_g + row.co2e_g;
    card.method = row.basis + " (" + row.method + ")";
  }
  const GridIntensity grid = GridTable::built_in().find(kDefaultRegion);
  card.kind = "pre-training";
  card.shared = "shared by all networks of this supernet";
  card.device = timing_conditions().device;
  card.region = grid.name;
  card.grid = describe(grid);
  return card;
}

}  // namespace

CardContext card_context(const ExportCommand& command, const SupernetSource& source) {
  CardContext context{command, source, {}, {}, nullptr, kVersion};
  context.profile = command.profile.empty()
                        ? parse_device_profile(std::string(server_cpu_profile()), "server-cpu.json")
                        : read_device_profile(command.profile);
  const GridTable table = GridTable::built_in();
  context.grid =
      command.region.empty() ? grid_of(context.profile, table) : table.find(command.region);
  const auto predictor = command.network.run / kRunPredictorsFolder / "latency_ms.h5";
  if (!command.network.run.empty() && std::filesystem::exists(predictor)) {
    context.latency_predictor = load_predictor(predictor, source.checkpoint.supernet.space());
  }
  return context;
}

ModelCard describe_network(const CardContext& context,
                           const Subnet& subnet,
                           const NetworkFindings& findings) {
  const SearchSpace& space = context.source.checkpoint.supernet.space();
  const CheckpointInfo& info = context.source.checkpoint.info;
  const Cost cost = count_cost(subnet.plan());
  ModelCard card;
  card.name = findings.name;
  card.version = context.version;
  card.space = space.name();
  card.architecture = to_text(space, subnet.architecture());
  card.channels = subnet.plan().input_channels;
  card.resolution = subnet.plan().resolution;
  card.classes = subnet.plan().classes;
  card.macs = cost.macs;
  card.params = cost.params;
  card.batch_norm = findings.calibrated
                        ? text("recalibrated on ", findings.calibration_images, " images")
                        : "kept as stored";
  card.class_names = info.class_names.empty()
                         ? Known<std::vector<std::string>>::unknown("not known to the supernet")
                         : Known<std::vector<std::string>>(info.class_names);
  card.preprocessing = preprocessing_of(info.preprocessing, subnet.plan().resolution);
  card.accuracy = findings.accuracy;
  card.latency_predicted = predicted_latency(context, subnet.architecture());
  card.latency_measured = findings.latency;
  card.inference = inference_energy(context, subnet.plan(), findings.latency);
  card.training = training_energy(context.command);
  if (!info.data_format.empty()) card.seeds = {{"train", info.seed}};  // trained here
  card.inputs = {describe_file(supernet_file(context.command.network)),
                 describe_file(context.command.network.arch)};
  return card;
}

}  // namespace coppice
