// Recomputes the batch-norm statistics of a subnet.
//
// The statistics of shared channels are a mixture over all sampled subnets; without this step a
// subnet's accuracy is near chance (Cai et al. 2020, section 3.4; Yu and Huang 2019).
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "supernet/subnet.hpp"

namespace coppice {

/// The recalibration of one subnet, batch by batch, so that many subnets can share one pass over
/// the images: add() every batch, then finish().
class Calibration {
 public:
  /// `subnet` is borrowed; `images`: how many all batches hold together, > 0.
  Calibration(Subnet& subnet, std::size_t images);
  /// Normalised images at the subnet's resolution.
  void add(const at::Tensor& batch);
  /// Replaces the subnet's statistics; see calibrate().
  void finish();

 private:
  Subnet& subnet_;
  double images_;
  std::vector<at::Tensor> means_;
  std::vector<at::Tensor> variances_;
};

/// Replaces every running mean and variance by the average, weighted by batch size, of the batch
/// means and biased batch variances over `batches` (normalised images at the subnet's resolution).
/// Each layer sees inputs normalised by batch statistics, as in training. REQUIRES at least one
/// batch.
void calibrate(Subnet& subnet, const std::vector<at::Tensor>& batches);

}  // namespace coppice
