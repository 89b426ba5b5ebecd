// A training step the way Once-For-All's reference implementation does it, on the same libtorch:
// what Coppice's own step is measured against.
//
// Every slice of a weight is copied before it is used, activations are made of elementary
// operations, and all parameters are updated one by one. Cai et al., ICLR 2020.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/optim/sgd.h>

#include "supernet/supernet.hpp"

namespace coppice {

class ReferenceStep {
 public:
  /// Trains the weights of `supernet`, which must outlive this. The layout is that of all images.
  ReferenceStep(const Supernet& supernet, at::MemoryFormat layout);

  /// Forward, plain cross-entropy, backward and update of one subnet; returns the loss.
  at::Tensor run(const at::Tensor& images,
                 const at::Tensor& labels,
                 const Architecture& architecture);

 private:
  [[nodiscard]] at::Tensor forward(at::Tensor x, const Architecture& architecture) const;
  [[nodiscard]] at::Tensor layer(const Layer& layer, const at::Tensor& x) const;
  [[nodiscard]] at::Tensor conv(const Layer& layer, const at::Tensor& x) const;
  [[nodiscard]] at::Tensor squeeze_excite(const Layer& layer, const at::Tensor& x) const;

  const Supernet& supernet_;
  at::MemoryFormat layout_;
  torch::optim::SGD sgd_;
};

}  // namespace coppice
