// One step of training: the networks of the step forward and backward, then the optimizer.
#pragma once

#include <cstdint>
#include <optional>

#include "supernet/supernet.hpp"
#include "supernet/training/gradient_exchange.hpp"
#include "supernet/training/network_sampler.hpp"
#include "supernet/training/sgd.hpp"
#include "supernet/training/train_options.hpp"

namespace coppice {

/// What a step trains on.
struct StepInput {
  Batch batch;  ///< this process's share
  int resolution = 0;
  std::int64_t step = 0;  ///< within the phase
  double progress = 0;    ///< part of the phase that is done, [0, 1)
};

/// The steps of one phase.
class TrainStep {
 public:
  /// `teacher`, where given, answers every batch once; phases that distil in place do not ask it.
  /// All references must outlive this object.
  TrainStep(Supernet& supernet,
            const TrainOptions& options,
            const Phase& phase,
            const std::optional<Subnet>& teacher);

  /// Sets the gradients: the sum over the step's networks, of all processes' images. Returns the
  /// networks' mean loss (one float64 on the networks' device, where it may not be known yet), or
  /// this process's part of it: the parts add up to it. It may be no finite number: then the
  /// gradients are worth nothing.
  [[nodiscard]] at::Tensor gradients(const StepInput& input);

  /// Changes the weights by the gradients.
  void apply(double rate) { sgd_.step(rate); }

  [[nodiscard]] Sgd& optimizer() noexcept { return sgd_; }

 private:
  [[nodiscard]] at::Tensor teacher_logits(const at::Tensor& images, int resolution) const;
  void go_back(const at::Tensor& loss, const DrawnNetwork& network, bool last);
  [[nodiscard]] ForwardOptions forward_options(const DrawnNetwork& network, int position);
  [[nodiscard]] LossOptions loss_options(int position) const;

  Supernet& net_;
  at::Device device_ = net_.parameters().front().tensor.device();
  const TrainOptions& options_;
  const Phase& phase_;
  const std::optional<Subnet>& teacher_;
  NetworkSampler sampler_;
  Random random_;
  Sgd sgd_;
  BatchShare share_;
  std::optional<GradientExchange> exchange_;  // where there are several processes
};

}  // namespace coppice
