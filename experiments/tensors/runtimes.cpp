#include "experiments/tensors/runtimes.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "experiments/tensors/session.hpp"
#include "experiments/tensors/spiking_file.hpp"
#include "export/format.hpp"
#include "export/torchscript_file.hpp"

namespace coppice {
namespace {

std::vector<float> run_in_torch(const std::filesystem::path& file, const ReferenceData& data) {
  const auto count = static_cast<std::int64_t>(data.count);
  const auto size = static_cast<std::int64_t>(data.size);
  at::Tensor images = at::empty({count, static_cast<std::int64_t>(data.channels), size, size});
  std::copy(data.inputs.begin(), data.inputs.end(), images.data_ptr<float>());
  const at::Tensor logits = run_torchscript(file, images).contiguous();
  const float* values = logits.data_ptr<float>();
  return {values, values + logits.numel()};
}

}  // namespace

std::vector<Runtime> runtimes_here() {
  return {opencv_runtime(),
          {torch_name() + " (TorchScript)", kTorchScriptFile, run_in_torch, {}},
          spiking_runtime()};
}

}  // namespace coppice
