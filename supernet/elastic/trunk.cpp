#include "supernet/elastic/trunk.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/hardsigmoid.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <cmath>
#include <memory>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/elastic/fast_path.hpp"
#include "supernet/elastic/gradient_slot.hpp"
#include "supernet/elastic/shared_norm.hpp"
#include "supernet/elastic/trunk_plan.hpp"
#include "supernet/elastic/trunk_tape.hpp"
#include "supernet/kernels/depthwise_layer.hpp"
#include "supernet/kernels/image_passes.hpp"
#include "supernet/kernels/norm_activation.hpp"
#include "supernet/kernels/pointwise_layer.hpp"

namespace coppice {
namespace {

using torch::autograd::Node;
using torch::autograd::variable_list;

// The node of autograd behind the pooled features.
struct TrunkBackward : public Node {
  variable_list apply(variable_list&& gradients) override {
    require(tape != nullptr, "the fused layers of a network can go back once only");
    const at::NoGradGuard no_grad;
    const std::unique_ptr<TrunkTape> once = std::move(tape);
    const std::vector<at::Tensor> of_weights = backward_trunk(*once, gradients[0]);
    variable_list inputs;
    for (const std::size_t layer : computed_weights) inputs.push_back(of_weights[layer]);
    return inputs;
  }
  void release_variables() override { tape.reset(); }
  std::string name() const override { return "TrunkBackward"; }

  std::unique_ptr<TrunkTape> tape;
  std::vector<std::size_t> computed_weights;  // layers, in the order of the edges
};

class Forward {
 public:
  Forward(TrunkTape& tape, const ForwardOptions& options) : tape_(tape), options_(options) {}

  void run(std::size_t index) {
    const Layer& layer = tape_.plan.layers[index];
    if (layer.kind == LayerKind::squeeze_excite) return squeeze_excite(index);
    if (layer.kind == LayerKind::add) return add(index);
    if (is_pointwise(layer)) return pointwise(index, tape_.input(index).images);
    depthwise(index);
  }

  // The first layer: a pointwise convolution of patches.
  void run_first(const at::Tensor& images) {
    const Layer& layer = tape_.plan.layers.front();
    PatchShape shape;
    shape.batch = images.size(0);
    shape.height = images.size(2);
    shape.width = images.size(3);
    shape.channels = images.size(1);
    shape.kernel = layer.kernel;
    shape.stride = layer.stride;
    TrunkValue& patches = tape_.values.front();
    patches.images.images = shape.batch;
    patches.images.pixels = shape.out_height() * shape.out_width();
    patches.images.channels = shape.values();
    make_stored(patches);
    gather_patches(shape, images.data_ptr<float>(), patches.images.stored, run_on_pool);
    pointwise(0, patches.images);
  }

 private:
  void make_stored(TrunkValue& value) const {
    value.stored = at::empty({value.images.rows(), value.images.channels}, tape_.type);
    value.images.stored = stored_in(value.stored);
  }

  TrunkValue& new_output(std::size_t index, std::int64_t images) const {
    const Layer& layer = tape_.plan.layers[index];
    TrunkValue& value = tape_.output(index);
    value.images.images = images;
    value.images.pixels = std::int64_t{layer.out_size} * layer.out_size;
    value.images.channels = layer.out_channels;
    make_stored(value);
    return value;
  }

  void pointwise(std::size_t index, const LazyImages& in) const {
    TrunkValue& out = new_output(index, in.images);
    const at::Tensor weight =
        index == 0 ? patch_weight(tape_.tensors[0].weight) : tape_.tensors[index].weight;
    normalise(
        index,
        out,
        pointwise_forward(in, {matrix_of(weight), tape_.loops}, out.images.stored, run_on_pool));
  }

  void depthwise(std::size_t index) const {
    const LazyImages& in = tape_.input(index).images;
    TrunkValue& out = new_output(index, in.images);
    const at::Tensor weight = with_dense_kernels(tape_.tensors[index].weight);
    normalise(index,
              out,
              depthwise_layer_forward(depthwise_shape_of(tape_.plan.layers[index], in.images),
                                      in,
                                      {weight.data_ptr<float>(), weight.stride(0), nullptr},
                                      out.images.stored,
                                      run_on_pool));
  }

  // From the sums that a convolution leaves.
  void normalise(std::size_t index, TrunkValue& out, std::vector<double> totals) const {
    const LayerTensors& t = tape_.tensors[index];
    NormShape shape{out.images.rows(), out.images.channels};
    sum_over_ranks(tape_.share, out.images.images, shape, totals);
    const ChannelStatistics batch = statistics_of(shape, totals);
    update_running(shape,
                   batch,
                   options_.norm_momentum,
                   t.norm_mean.data_ptr<float>(),
                   t.norm_variance.data_ptr<float>());
    const auto vector = [&] { return at::empty({shape.channels}, at::kFloat); };
    out.mean = vector();
    out.inverse_deviation = vector();
    out.scale = vector();
    out.shift = t.norm_bias.detach().clone();
    const float* gamma = t.norm_weight.data_ptr<float>();
    for (std::size_t c = 0; c < batch.mean.size(); ++c) {
      const double inverse = 1 / std::sqrt(batch.variance[c] + tape_.plan.batch_norm_eps);
      out.mean.data_ptr<float>()[c] = static_cast<float>(batch.mean[c]);
      out.inverse_deviation.data_ptr<float>()[c] = static_cast<float>(inverse);
      out.scale.data_ptr<float>()[c] = static_cast<float>(inverse) * gamma[c];
    }
    out.images.norm = {
        out.mean.data_ptr<float>(), out.scale.data_ptr<float>(), out.shift.data_ptr<float>()};
    out.images.activation = nonlinearity(tape_.plan.layers[index].activation);
  }

  void squeeze_excite(std::size_t index) const {
    const LayerTensors& t = tape_.tensors[index];
    TrunkValue& out = tape_.output(index);
    out.images = tape_.input(index).images;
    out.stored = tape_.input(index).stored;
    out.pooled = at::empty({out.images.images, out.images.channels}, at::kFloat);
    lazy_image_means(out.images, out.pooled.data_ptr<float>(), run_on_pool);
    const auto transposed = [](const at::Tensor& weight) { return weight.flatten(1).t(); };
    out.hidden = at::addmm(t.reduce_bias, out.pooled, transposed(t.reduce_weight)).clamp_min_(0);
    out.gate_input = at::addmm(t.expand_bias, out.hidden, transposed(t.expand_weight));
    out.gate = at::hardsigmoid(out.gate_input);
    out.images.gate = out.gate.data_ptr<float>();
  }

  void add(std::size_t index) const {
    const LazyImages& in = tape_.input(index).images;
    const auto shortcut = value_index(tape_.plan.layers[index].shortcut);
    TrunkValue& out = new_output(index, in.images);
    add_images(in, tape_.values[shortcut].images, out.images.stored, run_on_pool);
  }

  TrunkTape& tape_;
  const ForwardOptions& options_;
};

// The means of the last value, and autograd's way back from them.
at::Tensor pooled_features(std::unique_ptr<TrunkTape> tape) {
  const LazyImages& last = tape->input(tape->plan.layers.size() - 1).images;
  at::Tensor features = at::empty({last.images, last.channels, 1, 1}, at::kFloat);
  lazy_image_means(last, features.data_ptr<float>(), run_on_pool);
  auto node = std::shared_ptr<TrunkBackward>(new TrunkBackward(), torch::autograd::deleteNode);
  torch::autograd::edge_list edges;
  for (std::size_t i = 0; i < tape->tensors.size(); ++i) {
    const GradientSlot slot(tape->tensors[i].weight);
    if (!slot.wanted() || slot.in_place()) continue;
    node->computed_weights.push_back(i);
    edges.push_back(torch::autograd::impl::gradient_edge(tape->tensors[i].weight));
  }
  node->set_next_edges(std::move(edges));
  node->tape = std::move(tape);
  torch::autograd::set_history(features, node);
  return features;
}

bool plain_tensors(const LayerTensors& tensors) {
  bool plain = true;
  visit_arrays(tensors, [&plain](const char*, const at::Tensor& tensor) {
    plain = plain && (!tensor.defined() || plain_float(tensor));
  });
  return plain;
}

}  // namespace

std::size_t fused_layers(const LayerPlan& plan,
                         const at::Tensor& images,
                         const ForwardOptions& options) {
  if (options.norm != NormMode::batch || !at::GradMode::is_enabled()) return 0;
  if (!plain_images(images) || images.requires_grad()) return 0;
  const Layer& first = plan.layers.front();
  const bool one_value = images.size(0) * first.out_size * first.out_size < 2;
  return one_value ? 0 : trunk_length(plan);
}

at::Tensor run_trunk(const LayerPlan& plan,
                     const TensorsOf& tensors_of,
                     const at::Tensor& images,
                     const ForwardOptions& options) {
  auto tape = std::make_unique<TrunkTape>();
  tape->plan = plan;
  tape->first_uses = first_uses(plan);
  tape->values.resize(plan.layers.size() + 1);
  const bool half = options.precision == Precision::bf16;
  tape->type = half ? at::kBFloat16 : at::kFloat;
  const GemmLoops* products = half ? bfloat16_gemm_loops() : nullptr;
  tape->loops = products != nullptr ? products : &float_gemm_loops();
  tape->share = options.share;
  tape->layer_done = options.layer_done;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    // With gradients recorded: a smaller kernel is computed from a larger one.
    tape->tensors.push_back(tensors_of(plan.layers[i], i));
    require(plain_tensors(tape->tensors.back()), plan.layers[i].name, " is not in main memory");
  }
  {
    const at::NoGradGuard no_grad;
    Forward forward(*tape, options);
    forward.run_first(images);
    for (std::size_t i = 1; i + 1 < plan.layers.size(); ++i) forward.run(i);
  }
  return pooled_features(std::move(tape));
}

}  // namespace coppice
