#include "supernet/training/train_step.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <utility>

#include "supernet/training/shrunk_images.hpp"

namespace coppice {

TrainStep::TrainStep(Supernet& supernet,
                     const TrainOptions& options,
                     const Phase& phase,
                     const std::optional<Subnet>& teacher)
    : net_(supernet),
      options_(options),
      phase_(phase),
      teacher_(teacher),
      sampler_(supernet.space(), phase, options.scores),
      random_(phase_random(options, phase).fork("subnets")),
      sgd_(supernet.parameters(), options.sgd) {
  // A network of its own has one kernel a layer and nothing to transform.
  for (const NamedTensor& parameter : supernet.parameters()) {
    if (is_transform(parameter.name)) at::Tensor(parameter.tensor).requires_grad_(!phase.only);
  }
  if (!options.ranks) return;
  share_.first = batch_share(options).first;
  share_.whole = static_cast<std::int64_t>(options.batch_size);
  if (options.norm_statistics == NormStatistics::synchronized) {
    share_.sum = [ranks = options.ranks.get()](const at::Tensor& tensor) { ranks->sum(tensor); };
  }
  exchange_.emplace(supernet.parameters(), *options.ranks);
}

at::Tensor TrainStep::gradients(const StepInput& input) {
  const at::Tensor images = input.batch.images.to(device_, /*non_blocking=*/true);
  const at::Tensor labels = input.batch.labels.to(device_, /*non_blocking=*/true);
  at::Tensor soft = teacher_logits(images, input.resolution);
  sgd_.zero_gradients();
  const auto networks =
      sampler_.draw(input.resolution, random_.fork(static_cast<std::uint64_t>(input.step)));
  const double eased = phase_.ease_in > 0 ? std::min(1.0, input.progress / phase_.ease_in) : 1.0;
  // Losses are means over images: those of this process count by its part of the batch.
  const double part =
      exchange_ ? static_cast<double>(labels.size(0)) / static_cast<double>(share_.whole) : 1.0;
  at::Tensor loss_sum;
  for (int i = 0; i < static_cast<int>(networks.size()); ++i) {
    const DrawnNetwork& network = networks[static_cast<std::size_t>(i)];
    const int resolution = net_.space().resolution(network.architecture);
    const at::Tensor logits =
        net_.forward(shrunk(images, resolution), network.architecture, forward_options(network, i));
    const at::Tensor loss = distillation_loss(logits, labels, soft, loss_options(i));
    const at::Tensor counted = loss.detach().to(at::kDouble) * part;
    loss_sum = i > 0 ? loss_sum + counted : counted;
    const double weight = i > 0 ? part * eased : part;
    go_back(weight < 1 ? loss * weight : loss,
            network,
            /*last=*/i + 1 == static_cast<int>(networks.size()));
    if (distils_in_place(phase_) && i == 0) soft = logits.detach();
  }
  return loss_sum / static_cast<double>(networks.size());
}

void TrainStep::go_back(const at::Tensor& loss, const DrawnNetwork& network, bool last) {
  if (exchange_ && last) exchange_->begin(plan_layers(net_.space(), network.architecture));
  loss.backward();
  if (exchange_ && last) exchange_->finish();
}

// Only the network that learns from labels is regularised (BigNAS, section 3.3).
ForwardOptions TrainStep::forward_options(const DrawnNetwork& network, int position) {
  ForwardOptions forward;
  forward.share = share_;
  if (exchange_ && position + 1 == phase_.subnets) {
    forward.layer_done = [this](const std::string& layer) { exchange_->layer_done(layer); };
  }
  forward.norm = NormMode::batch;
  forward.precision = options_.precision;
  const bool taught = distils_in_place(phase_) && position > 0;
  forward.dropout = taught ? 0 : net_.space().spec().dropout;
  forward.dropout_source = at::make_generator<at::CPUGeneratorImpl>(network.dropout_seed);
  return forward;
}

LossOptions TrainStep::loss_options(int position) const {
  LossOptions loss = options_.loss;
  if (distils_in_place(phase_) && position > 0) {
    loss.label_weight = 0;
    loss.teacher_weight = 1;
  }
  return loss;
}

at::Tensor TrainStep::teacher_logits(const at::Tensor& images, int resolution) const {
  if (!teacher_ || distils_in_place(phase_) || options_.loss.teacher_weight <= 0) return {};
  const at::NoGradGuard no_grad;
  const Architecture full = net_.space().with_resolution(net_.space().largest(), resolution);
  const Subnet teacher(full, plan_layers(net_.space(), full), teacher_->layers());
  if (options_.teacher == TeacherMode::running) return teacher.forward(images);
  ForwardOptions forward;
  forward.norm = NormMode::observe;  // batch statistics, nothing updated
  forward.share = share_;
  forward.observe_norm = [](std::size_t, const at::Tensor&, const at::Tensor&) {};
  return teacher.forward(images, forward);
}

}  // namespace coppice
