#include "export/spiking/simulate.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/round.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/elastic/fast_ops.hpp"

namespace coppice {
namespace {

// Values lie in memory as [N, height, width, channels].
at::Tensor as_images(const at::Tensor& x) { return x.permute({0, 3, 1, 2}); }
at::Tensor from_images(const at::Tensor& x) { return x.permute({0, 2, 3, 1}).contiguous(); }

at::Tensor tensor_of(const std::vector<float>& values, at::IntArrayRef shape, at::ScalarType type) {
  at::Tensor tensor = at::empty(shape, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor.to(type);
}

// The neurons of one node during a simulation.
struct Neurons {
  at::Tensor potential;  // double
  at::Tensor spikes;     // float: 0 or 1 in this timestep
  at::Tensor counts;     // float: spikes so far
};

// Potentials grow by the input; at 1 a neuron spikes and falls by 1. One pass over memory.
template <class T>
void integrate(const at::Tensor& input, Neurons& neurons) {
  const T* x = input.data_ptr<T>();
  auto* potential = neurons.potential.data_ptr<double>();
  auto* spikes = neurons.spikes.data_ptr<float>();
  auto* counts = neurons.counts.data_ptr<float>();
  at::parallel_for(0, input.numel(), 16384, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const double v = potential[i] + double{x[i]};
      const float spike = v >= 1.0 ? 1.0F : 0.0F;
      potential[i] = v - double{spike};
      spikes[i] = spike;
      counts[i] += spike;
    }
  });
}

std::vector<double> by_pixel(const at::Tensor& counts) {
  const at::Tensor sums =
      counts.sum(at::IntArrayRef{0, 3}, /*keepdim=*/false, at::kDouble).flatten();
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + sums.numel()};
}

}  // namespace

// One batch of images on its way through time.
struct SpikingSimulator::Run {
  std::vector<at::Tensor> sums;    // of the logits after 0, 1, 2 ... timesteps
  std::vector<at::Tensor> values;  // of each node, in the last timestep
  std::vector<Neurons> neurons;    // of each node that has some
  [[nodiscard]] int timesteps() const { return static_cast<int>(sums.size()) - 1; }
};

SpikingSimulator::SpikingSimulator(SpikingNetwork network) : network_(std::move(network)) {
  check_spiking_network(network_);
  for (const SpikingNode& node : network_.nodes) {
    bool constant = node.kind != SpikingKind::neurons;
    for (const int input : node.inputs) {
      constant = constant && constant_[static_cast<std::size_t>(input)];
    }
    constant_.push_back(constant);
    weight_.emplace_back();
    bias_.emplace_back();
    if (node.kind != SpikingKind::conv) continue;
    const SpikingNode& source = network_.nodes[static_cast<std::size_t>(node.inputs.front())];
    const bool spikes = node.inputs.size() == 1 && source.kind == SpikingKind::neurons;
    // Convolutions of several pixels over many channels go to libtorch's, exact in double only: in
    // float it may transform (Winograd).
    const bool plain = node.kernel == 1 || node.groups > 1;
    const auto type = spikes && plain ? at::kFloat : at::kDouble;
    weight_.back() =
        tensor_of(node.weight,
                  {node.channels, node.in_channels / node.groups, node.kernel, node.kernel},
                  type);
    bias_.back() = tensor_of(node.bias, {node.channels}, type);
  }
}

at::Tensor SpikingSimulator::input_of(const SpikingNode& node, const Run& run) const {
  at::Tensor sum = run.values[static_cast<std::size_t>(node.inputs.front())];
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    sum = sum.to(at::kDouble) + run.values[static_cast<std::size_t>(node.inputs[i])];
  }
  return sum;
}

at::Tensor SpikingSimulator::convolved(std::size_t index, const at::Tensor& x) const {
  const SpikingNode& node = network_.nodes[index];
  const at::Tensor& weight = weight_[index];
  const at::Tensor& bias = bias_[index];
  const at::Tensor in = x.to(weight.scalar_type());
  if (node.kernel == 1 && node.stride == 1 && node.groups > 1) {
    return in * weight.flatten() + bias;
  }
  if (node.kernel == 1 && node.stride == 1) {
    const at::Tensor rows = in.reshape({-1, node.in_channels});
    return at::addmm(bias, rows, weight.flatten(1).t())
        .view({x.size(0), node.size, node.size, node.channels});
  }
  if (node.groups > 1) return from_images(depthwise_conv(as_images(in), weight, bias, node.stride));
  const int padding = node.kernel / 2;
  return from_images(at::conv2d(as_images(in),
                                weight,
                                bias,
                                {node.stride, node.stride},
                                {padding, padding},
                                {1, 1},
                                node.groups));
}

void SpikingSimulator::check(const at::Tensor& images, const std::vector<int>& timesteps) const {
  const SpikingNode& input = network_.nodes.front();
  require(images.dim() == 4 && images.size(1) == input.channels && images.size(2) == input.size &&
              images.size(3) == input.size,
          "images of shape ",
          images.sizes(),
          ", the spiking network needs [N, ",
          input.channels,
          ", ",
          input.size,
          ", ",
          input.size,
          "]");
  require(!timesteps.empty() && timesteps.front() >= 1 &&
              std::adjacent_find(timesteps.begin(), timesteps.end(), std::greater_equal<>()) ==
                  timesteps.end(),
          "timesteps must ascend and be at least 1");
  const double largest = std::ceil(at::abs(images).max().item<double>());
  const long exact = exact_timesteps(network_, largest);
  require(timesteps.back() <= exact,
          timesteps.back(),
          " timesteps cannot be simulated exactly, at most ",
          exact,
          " for this network",
          exact == 0 ? ": its weights are no multiples of 2^-16" : "");
}

SpikingSimulator::Run SpikingSimulator::begin(const at::Tensor& images) const {
  const std::int64_t count = images.size(0);
  const double steps = std::ldexp(1.0, kInputBits);
  Run run;
  run.values.resize(network_.nodes.size());
  run.neurons.resize(network_.nodes.size());
  run.values[0] = at::round(from_images(images).to(at::kDouble) * steps) / steps;
  run.sums = {at::zeros({count, network_.nodes.back().channels}, at::kDouble)};
  for (const int i : neuron_nodes(network_)) {
    const SpikingNode& node = network_.nodes[static_cast<std::size_t>(i)];
    const std::vector<std::int64_t> shape{count, node.size, node.size, node.channels};
    run.neurons[static_cast<std::size_t>(i)] = {at::full(shape, kStartPotential, at::kDouble),
                                                at::zeros(shape, at::kFloat),
                                                at::zeros(shape, at::kFloat)};
  }
  return run;
}

void SpikingSimulator::advance(Run& run) const {
  for (std::size_t i = 1; i < network_.nodes.size(); ++i) {
    if (constant_[i] && run.timesteps() > 0) continue;
    const SpikingNode& node = network_.nodes[i];
    const at::Tensor x = input_of(node, run);
    if (node.kind == SpikingKind::conv) {
      run.values[i] = convolved(i, x);
    } else if (node.kind == SpikingKind::sum_pool) {
      run.values[i] = x.sum(at::IntArrayRef{1, 2}, /*keepdim=*/true);
    } else {
      const bool from_spikes = x.scalar_type() == at::kFloat;
      from_spikes ? integrate<float>(x, run.neurons[i]) : integrate<double>(x, run.neurons[i]);
      run.values[i] = run.neurons[i].spikes;
    }
  }
  run.sums.push_back(run.sums.back() + run.values.back().flatten(1));
}

SpikingState SpikingSimulator::state_of(const Run& run) const {
  const int timesteps = run.timesteps();
  const int unread = unread_timesteps(timesteps);
  const at::Tensor sum = run.sums.back() - run.sums[static_cast<std::size_t>(unread)];
  SpikingState state{timesteps, sum / (timesteps - unread), {}};
  for (const int i : neuron_nodes(network_)) {
    state.spikes.push_back(by_pixel(run.neurons[static_cast<std::size_t>(i)].counts));
  }
  return state;
}

SimulationResult SpikingSimulator::run(const at::Tensor& images,
                                       const std::vector<int>& timesteps) const {
  const at::NoGradGuard no_grad;
  check(images, timesteps);
  Run run = begin(images);
  SimulationResult result;
  for (const int wanted : timesteps) {
    while (run.timesteps() < wanted) {
      if (interruption_requested()) {
        throw Error("interrupted while simulating; the same command starts over",
                    Failure::interrupted);
      }
      advance(run);
    }
    result.states.push_back(state_of(run));
  }
  for (const int i : neuron_nodes(network_)) {
    result.counts.push_back(as_images(run.neurons[static_cast<std::size_t>(i)].counts));
  }
  return result;
}

NirCheck nir_check(const SpikingSimulator& simulator, const at::Tensor& images, int timesteps) {
  const SimulationResult result = simulator.run(images, {timesteps});
  NirCheck check;
  check.images = static_cast<int>(images.size(0));
  check.timesteps = timesteps;
  const at::Tensor inputs = images.contiguous();
  check.inputs.assign(inputs.data_ptr<float>(), inputs.data_ptr<float>() + inputs.numel());
  const at::Tensor logits = result.states.front().logits.contiguous();
  check.logits.assign(logits.data_ptr<double>(), logits.data_ptr<double>() + logits.numel());
  for (const at::Tensor& counts : result.counts) {
    const at::Tensor sums = counts.flatten(1).sum(1, /*keepdim=*/false, at::kDouble);
    for (std::int64_t i = 0; i < sums.numel(); ++i) {
      check.spikes.push_back(static_cast<std::int64_t>(sums.data_ptr<double>()[i]));
    }
  }
  return check;
}

bool passes_check(const NirNetwork& read) {
  const NirCheck& expected = *read.check;
  const SpikingNode& input = read.network.nodes.front();
  at::Tensor images =
      at::empty({expected.images, input.channels, input.size, input.size}, at::kFloat);
  require(images.numel() == static_cast<std::int64_t>(expected.inputs.size()),
          "the stored images do not fit the network");
  std::copy(expected.inputs.begin(), expected.inputs.end(), images.data_ptr<float>());
  const NirCheck found = nir_check(SpikingSimulator(read.network), images, expected.timesteps);
  return found.spikes == expected.spikes && found.logits == expected.logits;
}

}  // namespace coppice
