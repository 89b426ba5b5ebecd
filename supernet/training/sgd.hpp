// Stochastic gradient descent with Nesterov momentum for weights that are not always used.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "supernet/supernet.hpp"

namespace coppice {

/// What happens to a parameter none of whose entries a step's subnets used.
enum class UnusedWeights {
  keep,  ///< neither decay nor momentum moves it: it waits for its next gradient
  decay  ///< treated as if its gradient were zero (the reference, through Horovod)
};

struct SgdOptions {
  double momentum = 0.9;
  double weight_decay = 3e-5;  ///< on weights; never on norms and biases
  double transform_decay = 0;  ///< on kernel matrices; the reference decays them like weights
  UnusedWeights unused = UnusedWeights::keep;
};

/// v = momentum v + g,  w = w - rate (g + momentum v),  g including decay (Sutskever et al. 2013 in
/// PyTorch's form). Entries of a used parameter outside the sampled slice have a zero gradient:
/// momentum and decay do move them.
class Sgd {
 public:
  Sgd(const std::vector<NamedTensor>& parameters, SgdOptions options);

  void zero_gradients();
  void step(double rate);

  /// One buffer a parameter, in their order: saved and restored by checkpoints.
  [[nodiscard]] std::vector<at::Tensor>& momentum() noexcept { return momentum_; }

 private:
  // Some neighbouring values of a parameter.
  struct Piece {
    std::size_t parameter;
    std::int64_t from;
  };

  [[nodiscard]] bool in_main_memory(std::size_t i) const;
  void update(const Piece& piece, double rate);
  void step_by_operators(const std::vector<std::size_t>& parameters, double rate) const;

  std::vector<at::Tensor> parameters_;
  std::vector<double> decay_;
  std::vector<at::Tensor> momentum_;
  SgdOptions options_;
};

/// Whether a parameter of this name is a kernel matrix ("…/7to5").
[[nodiscard]] bool is_transform(const std::string& name);
/// Whether weight decay applies to it: not to norms, biases and kernel matrices.
[[nodiscard]] bool is_decayed(const std::string& name);

}  // namespace coppice
