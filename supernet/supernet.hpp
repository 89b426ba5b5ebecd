// The supernet: one set of weights that serves every architecture of a space.
//
// The architecture is an argument of forward, never a hidden state. `extract` cuts out a Subnet
// that owns its weights and gives the same logits to the last bit.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "supernet/elastic/slicing.hpp"
#include "supernet/space/search_space.hpp"
#include "supernet/subnet.hpp"

namespace coppice {

/// A tensor of the supernet: "blocks.3.depthwise/weight", "blocks.3.depthwise/7to5" ...
struct NamedTensor {
  std::string name;
  at::Tensor tensor;  ///< shares memory with the supernet
};

class Supernet {
 public:
  /// Random weights as the reference draws them ("he_fout": convolutions N(0, 2 / (k k out)),
  /// linear U(-1, 1) / sqrt(fan in), biases 0, gamma 1); kernel matrices are the identity.
  Supernet(SearchSpace space, Random random);

  /// The same with zeros in place of drawn weights, for those who fill them in: drawing those of
  /// ofa-resnet50 takes seconds.
  [[nodiscard]] static Supernet blank(SearchSpace space);

  [[nodiscard]] const SearchSpace& space() const noexcept { return space_; }

  /// Normalised float32 images [N, C, r, r] at the architecture's resolution -> logits.
  [[nodiscard]] at::Tensor forward(const at::Tensor& images,
                                   const Architecture& architecture,
                                   const ForwardOptions& options = {}) const;

  /// An independent copy of the part that the architecture uses.
  [[nodiscard]] Subnet extract(const Architecture& architecture) const;

  /// What is trained, in a fixed order; all require gradients.
  [[nodiscard]] const std::vector<NamedTensor>& parameters() const noexcept { return parameters_; }
  /// Running statistics of the normalisation layers.
  [[nodiscard]] const std::vector<NamedTensor>& statistics() const noexcept { return statistics_; }

  /// Full-size tensors by layer name, and kernel matrices of the depthwise layers that have them.
  [[nodiscard]] const LayerTensors& stored(const std::string& layer) const;
  [[nodiscard]] const KernelTransforms& transforms(const std::string& layer) const;
  /// The plan of the largest architecture: every layer that has weights stands in it.
  [[nodiscard]] const LayerPlan& full_plan() const noexcept { return full_plan_; }

  /// Moves all tensors to a device ("cpu", "cuda", "cuda:1").
  void to(const std::string& device);

 private:
  Supernet(SearchSpace space, Random* random);
  void add_layer(const Layer& layer, Random* random);
  void collect();

  SearchSpace space_;
  LayerPlan full_plan_;
  std::map<std::string, LayerTensors> stored_;
  std::map<std::string, KernelTransforms> transforms_;
  std::vector<NamedTensor> parameters_;
  std::vector<NamedTensor> statistics_;
};

/// One network with random weights, drawn as a supernet's are but for its own shapes: where
/// training it alone begins.
[[nodiscard]] Subnet random_subnet(const SearchSpace& space,
                                   const Architecture& architecture,
                                   Random random);

}  // namespace coppice
