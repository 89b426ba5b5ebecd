// Recomputes the batch-norm statistics of a subnet.
//
// The statistics of shared channels are a mixture over all sampled subnets; without this step a
// subnet's accuracy is near chance (Cai et al. 2020, section 3.4; Yu and Huang 2019).
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "supernet/subnet.hpp"

namespace coppice {

/// Replaces every running mean and variance by the average, weighted by batch size, of the batch
/// means and biased batch variances over `batches` (normalised images at the subnet's resolution).
/// Each layer sees inputs normalised by batch statistics, as in training. REQUIRES at least one
/// batch.
void calibrate(Subnet& subnet, const std::vector<at::Tensor>& batches);

}  // namespace coppice
