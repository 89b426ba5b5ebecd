#include "supernet/supernet.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <cstring>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// Drawn from our own generator, so that a seed means the same weights on every machine; zeros where
// there is none.
at::Tensor normal(at::IntArrayRef shape, double deviation, Random* random) {
  if (random == nullptr) return at::zeros(shape);
  at::Tensor tensor = at::empty(shape, at::kFloat);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    values[i] = static_cast<float>(deviation * random->normal());
  }
  return tensor;
}

at::Tensor uniform(at::IntArrayRef shape, double bound, Random* random) {
  if (random == nullptr) return at::zeros(shape);
  at::Tensor tensor = at::empty(shape, at::kFloat);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    values[i] = static_cast<float>(bound * (2 * random->uniform() - 1));
  }
  return tensor;
}

at::Tensor conv_weight(int out, int in, int kernel, Random* random) {
  const double deviation = std::sqrt(2.0 / (kernel * kernel * out));
  return normal({out, in, kernel, kernel}, deviation, random);
}

LayerTensors new_tensors(const Layer& layer, Random* random) {
  LayerTensors t;
  const int in = layer.in_channels;
  const int out = layer.out_channels;
  const int hidden = layer.hidden_channels;
  if (layer.kind == LayerKind::conv) {
    t.weight = conv_weight(out, in / layer.groups, layer.kernel, random);
    if (layer.batch_norm) {
      t.norm_weight = at::ones({out});
      t.norm_bias = at::zeros({out});
      t.norm_mean = at::zeros({out});
      t.norm_variance = at::ones({out});
    }
  } else if (layer.kind == LayerKind::squeeze_excite) {
    t.reduce_weight = conv_weight(hidden, in, 1, random);
    t.reduce_bias = at::zeros({hidden});
    t.expand_weight = conv_weight(in, hidden, 1, random);
    t.expand_bias = at::zeros({in});
  } else if (layer.kind == LayerKind::linear) {
    t.weight = uniform({out, in}, 1 / std::sqrt(in), random);
    t.bias = at::zeros({out});
  }
  return t;
}

KernelTransforms identity_transforms(const std::vector<double>& choices) {
  KernelTransforms transforms;
  for (auto choice = choices.rbegin(); choice != choices.rend(); ++choice) {
    transforms.sizes.push_back(static_cast<int>(*choice));
  }
  for (std::size_t i = 1; i < transforms.sizes.size(); ++i) {
    const std::int64_t area = std::int64_t{transforms.sizes[i]} * transforms.sizes[i];
    transforms.matrices.push_back(at::eye(area));
  }
  return transforms;
}

bool is_statistic(const char* array) {
  return std::strcmp(array, "norm_mean") == 0 || std::strcmp(array, "norm_variance") == 0;
}

}  // namespace

Supernet::Supernet(SearchSpace space, Random random) : Supernet(std::move(space), &random) {}

Supernet Supernet::blank(SearchSpace space) { return {std::move(space), nullptr}; }

Supernet::Supernet(SearchSpace space, Random* random)
    : space_(std::move(space)), full_plan_(plan_layers(space_, space_.largest())) {
  for (const Layer& layer : full_plan_.layers) add_layer(layer, random);
  collect();
}

void Supernet::add_layer(const Layer& layer, Random* random) {
  stored_[layer.name] = new_tensors(layer, random);
  const bool depthwise = layer.kind == LayerKind::conv && layer.groups > 1;
  KernelTransforms& transforms = transforms_[layer.name];
  if (!depthwise || layer.block < 0) return;
  const BlockSlot& slot = space_.slots()[static_cast<std::size_t>(layer.block)];
  if (slot.kernel_gene < 0) return;
  transforms =
      identity_transforms(space_.genes()[static_cast<std::size_t>(slot.kernel_gene)].choices);
}

void Supernet::collect() {
  parameters_.clear();
  statistics_.clear();
  for (const Layer& layer : full_plan_.layers) {
    visit_arrays(stored_.at(layer.name), [&](const char* array, at::Tensor& tensor) {
      if (!tensor.defined()) return;
      const bool statistic = is_statistic(array);
      if (!statistic) tensor.requires_grad_(true);
      (statistic ? statistics_ : parameters_).push_back({layer.name + "/" + array, tensor});
    });
    KernelTransforms& transforms = transforms_.at(layer.name);
    for (std::size_t i = 0; i < transforms.matrices.size(); ++i) {
      transforms.matrices[i].requires_grad_(true);
      parameters_.push_back(
          {text(layer.name, "/", transforms.sizes[i], "to", transforms.sizes[i + 1]),
           transforms.matrices[i]});
    }
  }
}

at::Tensor Supernet::forward(const at::Tensor& images,
                             const Architecture& architecture,
                             const ForwardOptions& options) const {
  const auto slice = [this](const Layer& layer, std::size_t) {
    return slice_layer(layer, stored_.at(layer.name), transforms_.at(layer.name));
  };
  return run_layers(plan_layers(space_, architecture), slice, images, options);
}

Subnet Supernet::extract(const Architecture& architecture) const {
  const at::NoGradGuard no_grad;
  LayerPlan plan = plan_layers(space_, architecture);
  std::vector<LayerTensors> layers;
  for (const Layer& layer : plan.layers) {
    LayerTensors own = slice_layer(layer, stored_.at(layer.name), transforms_.at(layer.name));
    visit_arrays(own, [](const char*, at::Tensor& tensor) {
      if (tensor.defined()) tensor = tensor.detach().clone(at::MemoryFormat::Contiguous);
    });
    layers.push_back(std::move(own));
  }
  return Subnet(architecture, std::move(plan), std::move(layers));
}

const LayerTensors& Supernet::stored(const std::string& layer) const {
  const auto found = stored_.find(layer);
  require(found != stored_.end(), "the supernet has no layer ", layer);
  return found->second;
}

const KernelTransforms& Supernet::transforms(const std::string& layer) const {
  const auto found = transforms_.find(layer);
  require(found != transforms_.end(), "the supernet has no layer ", layer);
  return found->second;
}

void Supernet::to(const std::string& device) {
  const at::NoGradGuard no_grad;
  const at::Device target(device);
  for (auto& [name, tensors] : stored_) {
    visit_arrays(tensors, [&](const char*, at::Tensor& tensor) {
      if (tensor.defined()) tensor = tensor.detach().to(target);
    });
  }
  for (auto& [name, transforms] : transforms_) {
    for (at::Tensor& matrix : transforms.matrices) matrix = matrix.detach().to(target);
  }
  collect();
}

Subnet random_subnet(const SearchSpace& space, const Architecture& architecture, Random random) {
  LayerPlan plan = plan_layers(space, architecture);
  std::vector<LayerTensors> layers;
  for (const Layer& layer : plan.layers) layers.push_back(new_tensors(layer, &random));
  return Subnet(architecture, std::move(plan), std::move(layers));
}

}  // namespace coppice
