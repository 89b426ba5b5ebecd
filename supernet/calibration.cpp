#include "supernet/calibration.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include "supernet/base/error.hpp"

namespace coppice {

void calibrate(Subnet& subnet, const std::vector<at::Tensor>& batches) {
  require(!batches.empty(), "calibration needs at least one batch of images");
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> means(subnet.layers().size());
  std::vector<at::Tensor> variances(subnet.layers().size());
  double total = 0;
  for (const at::Tensor& batch : batches) total += static_cast<double>(batch.size(0));
  for (const at::Tensor& batch : batches) {
    const double share = static_cast<double>(batch.size(0)) / total;
    ForwardOptions options;
    options.norm = NormMode::observe;
    options.observe_norm = [&](std::size_t i, const at::Tensor& mean, const at::Tensor& variance) {
      if (!means[i].defined()) {
        means[i] = at::zeros_like(mean);
        variances[i] = at::zeros_like(variance);
      }
      means[i].add_(mean, share);
      variances[i].add_(variance, share);
    };
    static_cast<void>(subnet.forward(batch, options));
  }
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (!means[i].defined()) continue;
    subnet.layers()[i].norm_mean = means[i];
    subnet.layers()[i].norm_variance = variances[i];
  }
}

}  // namespace coppice
