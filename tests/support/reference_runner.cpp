#include "tests/support/reference_runner.hpp"

#include <algorithm>
#include <cmath>

namespace coppice {
namespace {

using Values = std::vector<double>;

// One image inside the network: channels x size x size.
struct Image {
  int channels = 0;
  int size = 0;
  Values values;

  Image(int c, int s) : channels(c), size(s), values(static_cast<std::size_t>(c * s * s)) {}
  double& at(int c, int y, int x) {
    return values[static_cast<std::size_t>((c * size + y) * size + x)];
  }
  [[nodiscard]] double at(int c, int y, int x) const {
    return values[static_cast<std::size_t>((c * size + y) * size + x)];
  }
  [[nodiscard]] bool has(int y, int x) const { return y >= 0 && x >= 0 && y < size && x < size; }
};

double element(const PlainTensor& tensor, int index) {
  return tensor.values[static_cast<std::size_t>(index)];
}

double h_sigmoid(double x) { return std::clamp(x + 3, 0.0, 6.0) / 6; }

double activate(Activation activation, double x) {
  if (activation == Activation::relu) return std::max(x, 0.0);
  if (activation == Activation::relu6) return std::clamp(x, 0.0, 6.0);
  if (activation == Activation::h_swish) return x * h_sigmoid(x);
  return x;
}

Image conv(const Layer& layer, const PlainLayer& arrays, double eps, const Image& in) {
  Image out(layer.out_channels, layer.out_size);
  const int group_in = layer.in_channels / layer.groups;
  const int group_out = layer.out_channels / layer.groups;
  const int k = layer.kernel;
  for (int o = 0; o < layer.out_channels; ++o) {
    for (int y = 0; y < out.size; ++y) {
      for (int x = 0; x < out.size; ++x) {
        double sum = arrays.bias.values.empty() ? 0 : element(arrays.bias, o);
        for (int i = 0; i < group_in; ++i) {
          for (int ky = 0; ky < k; ++ky) {
            for (int kx = 0; kx < k; ++kx) {
              const int sy = y * layer.stride + ky - k / 2;
              const int sx = x * layer.stride + kx - k / 2;
              if (!in.has(sy, sx)) continue;
              sum += in.at(o / group_out * group_in + i, sy, sx) *
                     element(arrays.weight, ((o * group_in + i) * k + ky) * k + kx);
            }
          }
        }
        if (layer.batch_norm) {
          sum = (sum - element(arrays.norm_mean, o)) /
                    std::sqrt(element(arrays.norm_variance, o) + eps) *
                    element(arrays.norm_weight, o) +
                element(arrays.norm_bias, o);
        }
        out.at(o, y, x) = sum;
      }
    }
  }
  return out;
}

double mean(const Image& in, int channel) {
  double sum = 0;
  for (int y = 0; y < in.size; ++y) {
    for (int x = 0; x < in.size; ++x) sum += in.at(channel, y, x);
  }
  return sum / (in.size * in.size);
}

Values dense(const PlainTensor& weight, const PlainTensor& bias, const Values& in) {
  Values out(bias.values.begin(), bias.values.end());
  for (std::size_t o = 0; o < out.size(); ++o) {
    for (std::size_t i = 0; i < in.size(); ++i) out[o] += weight.values[o * in.size() + i] * in[i];
  }
  return out;
}

Values means(const Image& in) {
  Values out;
  for (int c = 0; c < in.channels; ++c) out.push_back(mean(in, c));
  return out;
}

Image squeeze_excite(const PlainLayer& arrays, const Image& in) {
  Values hidden = dense(arrays.reduce_weight, arrays.reduce_bias, means(in));
  for (double& value : hidden) value = std::max(value, 0.0);
  const Values gate = dense(arrays.expand_weight, arrays.expand_bias, hidden);
  Image out = in;
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    out.values[i] *= h_sigmoid(gate[i / static_cast<std::size_t>(in.size * in.size)]);
  }
  return out;
}

Image pool(const Layer& layer, const Image& in) {
  const bool largest = layer.kind == LayerKind::max_pool;
  const int padding = largest ? layer.kernel / 2 : 0;
  Image out(in.channels, layer.out_size);
  for (int c = 0; c < in.channels; ++c) {
    for (int y = 0; y < out.size; ++y) {
      for (int x = 0; x < out.size; ++x) {
        Values window;
        for (int ky = 0; ky < layer.kernel; ++ky) {
          for (int kx = 0; kx < layer.kernel; ++kx) {
            const int sy = y * layer.stride + ky - padding;
            const int sx = x * layer.stride + kx - padding;
            if (in.has(sy, sx)) window.push_back(in.at(c, sy, sx));
          }
        }
        double sum = 0;
        for (const double value : window) sum += value;
        out.at(c, y, x) = largest ? *std::max_element(window.begin(), window.end())
                                  : sum / static_cast<double>(window.size());
      }
    }
  }
  return out;
}

Image global_pool(const Image& in) {
  Image out(in.channels, 1);
  out.values = means(in);
  return out;
}

Image add(const Image& a, const Image& b) {
  Image out = a;
  for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] += b.values[i];
  return out;
}

Image linear(const Layer& layer, const PlainLayer& arrays, const Image& in) {
  Image out(layer.out_channels, 1);
  out.values = dense(arrays.weight, arrays.bias, in.values);
  return out;
}

Values run_one(const PlainNetwork& network, const Image& input) {
  std::vector<Image> done;
  const auto value = [&](int producer) -> const Image& {
    return producer == kNetworkInput ? input : done[static_cast<std::size_t>(producer)];
  };
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.plan.layers[i];
    const PlainLayer& arrays = network.layers[i];
    const Image& in = value(layer.input);
    Image out = in;
    if (layer.kind == LayerKind::conv) out = conv(layer, arrays, network.plan.batch_norm_eps, in);
    if (layer.kind == LayerKind::squeeze_excite) out = squeeze_excite(arrays, in);
    if (layer.kind == LayerKind::add) out = add(in, value(layer.shortcut));
    if (layer.kind == LayerKind::max_pool || layer.kind == LayerKind::avg_pool) {
      out = pool(layer, in);
    }
    if (layer.kind == LayerKind::global_pool) out = global_pool(in);
    if (layer.kind == LayerKind::linear) out = linear(layer, arrays, in);
    for (double& x : out.values) x = activate(layer.activation, x);
    done.push_back(std::move(out));
  }
  return done.back().values;
}

PlainTensor random_tensor(std::vector<std::int64_t> shape, double scale, Random& random) {
  PlainTensor tensor{std::move(shape), {}};
  std::int64_t count = 1;
  for (const std::int64_t size : tensor.shape) count *= size;
  for (std::int64_t i = 0; i < count; ++i) {
    tensor.values.push_back(static_cast<float>(scale * random.normal()));
  }
  return tensor;
}

PlainTensor positive_tensor(std::int64_t size, Random& random) {
  PlainTensor tensor{{size}, {}};
  for (std::int64_t i = 0; i < size; ++i) {
    tensor.values.push_back(static_cast<float>(0.5 + random.uniform()));
  }
  return tensor;
}

}  // namespace

PlainNetwork random_network(const LayerPlan& plan, Random random) {
  PlainNetwork network{plan, std::vector<PlainLayer>(plan.layers.size())};
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    PlainLayer& arrays = network.layers[i];
    const std::int64_t in = layer.in_channels;
    const std::int64_t out = layer.out_channels;
    const std::int64_t hidden = layer.hidden_channels;
    const auto fan = [](std::int64_t inputs) {
      return std::sqrt(1.5 / static_cast<double>(inputs));
    };
    if (layer.kind == LayerKind::conv) {
      const std::int64_t depth = in / layer.groups;
      const std::vector<std::int64_t> shape{out, depth, layer.kernel, layer.kernel};
      arrays.weight = random_tensor(shape, fan(depth * layer.kernel * layer.kernel), random);
    }
    if (layer.kind == LayerKind::conv && layer.batch_norm) {
      arrays.norm_weight = positive_tensor(out, random);
      arrays.norm_bias = random_tensor({out}, 0.3, random);
      arrays.norm_mean = random_tensor({out}, 0.3, random);
      arrays.norm_variance = positive_tensor(out, random);
    }
    if (layer.kind == LayerKind::squeeze_excite) {
      arrays.reduce_weight = random_tensor({hidden, in, 1, 1}, fan(in), random);
      arrays.reduce_bias = random_tensor({hidden}, 0.3, random);
      arrays.expand_weight = random_tensor({in, hidden, 1, 1}, 2 * fan(hidden), random);
      arrays.expand_bias = random_tensor({in}, 1, random);
    }
    if (layer.kind == LayerKind::linear) {
      arrays.weight = random_tensor({out, in}, fan(in), random);
      arrays.bias = random_tensor({out}, 0.3, random);
    }
  }
  return network;
}

std::vector<float> random_images(const LayerPlan& plan, int count, Random random) {
  const int values = count * plan.input_channels * plan.resolution * plan.resolution;
  std::vector<float> images;
  for (int i = 0; i < values; ++i) images.push_back(static_cast<float>(random.normal()));
  return images;
}

std::vector<double> reference_logits(const PlainNetwork& network,
                                     const std::vector<float>& images,
                                     int count) {
  Values logits;
  const auto step = static_cast<std::ptrdiff_t>(images.size()) / count;
  for (int i = 0; i < count; ++i) {
    Image input(network.plan.input_channels, network.plan.resolution);
    std::copy(images.begin() + i * step, images.begin() + (i + 1) * step, input.values.begin());
    const Values one = run_one(network, input);
    logits.insert(logits.end(), one.begin(), one.end());
  }
  return logits;
}

}  // namespace coppice
