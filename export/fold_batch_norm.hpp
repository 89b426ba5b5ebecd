// Removing normalisation by rewriting the weights of the convolution before it.
//
//   gamma * (conv(x) + b - mean) / sqrt(var + eps) + beta = conv'(x) + b'
//   W' = W * s,  b' = (b - mean) * s + beta,  s = gamma / sqrt(var + eps)  a channel
//
// (Jacob et al., CVPR 2018, section 3.2.) Computed in double, rounded to float once.
#pragma once

#include "supernet/space/plain_network.hpp"

namespace coppice {

/// The same function without normalisation: every conv has a weight and a bias, its plan's
/// batch_norm is false. A folded network comes back as it was. Count costs on the plan from before:
/// folding replaces two parameters a channel by one. Throws like check_network.
[[nodiscard]] PlainNetwork fold_batch_norm(const PlainNetwork& network);

}  // namespace coppice
