#include "experiments/tensors/runtimes.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "experiments/tensors/session.hpp"
#include "experiments/tensors/spiking_file.hpp"
#include "export/format.hpp"
#include "export/torchscript_file.hpp"
#include "supernet/base/error.hpp"

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

FoundOnnxRuntime find_onnxruntime(const std::filesystem::path& folder) {
  if (!folder.empty()) return {std::make_shared<OnnxRuntime>(folder), {}};
  try {
    return {std::make_shared<OnnxRuntime>(COPPICE_DEPLOY_NODE), {}};
  } catch (const Error& error) {
    return {nullptr, error.what()};
  }
}

std::vector<Runtime> runtimes_here(const std::shared_ptr<OnnxRuntime>& onnxruntime) {
  std::vector<Runtime> runtimes{
      {torch_name() + " (TorchScript)", {kTorchScriptFile}, run_in_torch, {}},
      opencv_runtime(),
      spiking_runtime()};
  if (onnxruntime) runtimes.push_back(onnxruntime_runtime(onnxruntime));
  return runtimes;
}

}  // namespace coppice
