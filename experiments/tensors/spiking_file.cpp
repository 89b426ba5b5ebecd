#include "experiments/tensors/spiking_file.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <string>

#include "export/format.hpp"
#include "export/spiking/nir_file.hpp"
#include "export/spiking/qcfs.hpp"
#include "export/spiking/spikeable.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr std::int64_t kCheckedImages = 8;

void require_same_spikes(const std::filesystem::path& path, const NirNetwork& read) {
  require(read.check.has_value(), path.string(), " holds no images to check it with");
  require(passes_check(read), path.string(), " does not give the spikes that it says it gives");
}

// What the file says about itself, as verify compares it.
ReferenceData own_reference(const std::filesystem::path& path) {
  const NirNetwork read = read_nir(path);
  require_same_spikes(path, read);
  const SpikingNode& input = read.network.nodes.front();
  ReferenceData data;
  data.count = static_cast<std::size_t>(read.check->images);
  data.channels = static_cast<std::size_t>(input.channels);
  data.size = static_cast<std::size_t>(input.size);
  data.classes = static_cast<std::size_t>(read.network.nodes.back().channels);
  data.inputs = read.check->inputs;
  data.logits.assign(read.check->logits.begin(), read.check->logits.end());
  return data;
}

std::vector<float> simulated_logits(const std::filesystem::path& path, const ReferenceData& data) {
  const NirNetwork read = read_nir(path);
  const auto size = static_cast<std::int64_t>(data.size);
  at::Tensor images = at::empty(
      {static_cast<std::int64_t>(data.count), static_cast<std::int64_t>(data.channels), size, size},
      at::kFloat);
  std::copy(data.inputs.begin(), data.inputs.end(), images.data_ptr<float>());
  const NirCheck found = nir_check(SpikingSimulator(read.network), images, read.check->timesteps);
  return {found.logits.begin(), found.logits.end()};
}

}  // namespace

void write_spiking_file(const SpikingSimulator& simulator,
                        const at::Tensor& images,
                        const SpikingFileOptions& options,
                        const std::filesystem::path& path) {
  NirOptions nir;
  nir.expand_depthwise = !options.grouped;
  nir.timesteps = options.timesteps;
  nir.producer = std::string("coppice ") + COPPICE_VERSION;
  nir.input_mean = options.preprocessing.mean;
  nir.input_deviation = options.preprocessing.deviation;
  nir.check = nir_check(simulator, images.slice(0, 0, kCheckedImages), options.timesteps);
  write_nir(simulator.network(), nir, path);
  require_same_spikes(path, read_nir(path));
}

SpikingSimulator percentile_simulator(const Subnet& subnet,
                                      const std::vector<at::Tensor>& calibration) {
  require_spikeable(subnet.plan());
  const auto thresholds = percentile_thresholds(subnet, calibration, kThresholdPercentile);
  return SpikingSimulator(convert(subnet.plain(), plain_thresholds(thresholds)));
}

Runtime spiking_runtime() {
  return {"coppice (spiking)", {kNirFile}, simulated_logits, own_reference};
}

}  // namespace coppice
