// A network of integrate-and-fire neurons as plain data, with one rule for all of them.
//
// A neuron starts at potential 1/2. In each timestep its potential grows by its input; at 1 or
// above it sends one spike and the potential falls by 1 (soft reset: what is above the threshold
// is kept). Between neurons lie linear nodes only. The image is the same constant input in every
// timestep (direct coding); the last node adds up to the logits.
//
// All weights and biases are multiples of a power of two, so few that every sum a simulation forms
// is exact in floating point: spike counts depend neither on the order of additions nor on the
// batch, the threads or the machine.
#pragma once

#include <string>
#include <vector>

namespace coppice {

enum class SpikingKind {
  input,  ///< the image
  conv,   ///< convolution with bias, padded by kernel / 2; a fully connected layer is one on 1 x 1
  sum_pool,  ///< sum over height and width
  neurons    ///< one integrate-and-fire neuron a value of its input
};

/// Values are square maps [channels, size, size].
struct SpikingNode {
  SpikingKind kind = SpikingKind::input;
  std::string name;
  std::vector<int> inputs;    ///< nodes before this one; their values are added
  int channels = 0;           ///< of what leaves the node
  int size = 0;               ///< height and width of what leaves it, in pixels
  int in_channels = 0;        ///< conv
  int kernel = 1;             ///< conv
  int stride = 1;             ///< conv
  int groups = 1;             ///< conv: 1, or in_channels = channels
  std::vector<float> weight;  ///< conv: [channels, in_channels / groups, kernel, kernel]
  std::vector<float> bias;    ///< conv: [channels]
};

struct SpikingNetwork {
  std::vector<SpikingNode> nodes;  ///< in execution order: the input first, the logits last
};

/// What a neuron starts with, in thresholds: half of one makes rounding of rates unbiased (Bu et
/// al., "Optimal ANN-SNN conversion", ICLR 2022).
constexpr double kStartPotential = 0.5;
/// Images are rounded to multiples of 2^-12 before they enter: finer than their 8-bit pixels.
constexpr int kInputBits = 12;
/// Weights and biases are rounded to multiples of 2^-16 thresholds, coarser where the sum of a
/// neuron's weights asks for it.
constexpr int kWeightBits = 16;

/// Throws Error naming the node when the nodes do not fit together.
void check_spiking_network(const SpikingNetwork& network);

/// The largest number of timesteps whose sums are all exact, for images whose values do not exceed
/// `largest_input`; 0 when some weight is no multiple of 2^-kWeightBits.
[[nodiscard]] long exact_timesteps(const SpikingNetwork& network, double largest_input);

/// Indices of the nodes that are neurons, in order.
[[nodiscard]] std::vector<int> neuron_nodes(const SpikingNetwork& network);

}  // namespace coppice
