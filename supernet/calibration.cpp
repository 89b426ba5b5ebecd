#include "supernet/calibration.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include "supernet/base/error.hpp"

namespace coppice {

Calibration::Calibration(Subnet& subnet, std::size_t images)
    : subnet_(subnet),
      images_(static_cast<double>(images)),
      means_(subnet.layers().size()),
      variances_(subnet.layers().size()) {
  require(images > 0, "calibration needs at least one batch of images");
}

void Calibration::add(const at::Tensor& batch) {
  const at::NoGradGuard no_grad;
  const double share = static_cast<double>(batch.size(0)) / images_;
  ForwardOptions options;
  options.norm = NormMode::observe;
  options.observe_norm = [&](std::size_t i, const at::Tensor& mean, const at::Tensor& variance) {
    if (!means_[i].defined()) {
      means_[i] = at::zeros_like(mean);
      variances_[i] = at::zeros_like(variance);
    }
    means_[i].add_(mean, share);
    variances_[i].add_(variance, share);
  };
  static_cast<void>(subnet_.forward(batch, options));
}

void Calibration::finish() {
  for (std::size_t i = 0; i < means_.size(); ++i) {
    if (!means_[i].defined()) continue;
    subnet_.layers()[i].norm_mean = means_[i];
    subnet_.layers()[i].norm_variance = variances_[i];
  }
}

void calibrate(Subnet& subnet, const std::vector<at::Tensor>& batches) {
  std::size_t images = 0;
  for (const at::Tensor& batch : batches) images += static_cast<std::size_t>(batch.size(0));
  Calibration calibration(subnet, images);
  for (const at::Tensor& batch : batches) calibration.add(batch);
  calibration.finish();
}

}  // namespace coppice
