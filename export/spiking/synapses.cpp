#include "export/spiking/synapses.hpp"

#include <numeric>

namespace coppice {
namespace {

// Which of the outer rows an inner row reaches: reach[inner][outer]. Maps are square and kernels
// too, so columns behave the same.
using Reach = std::vector<std::vector<bool>>;

Reach identity(int size) {
  const auto n = static_cast<std::size_t>(size);
  Reach reach(n, std::vector<bool>(n, false));
  for (std::size_t i = 0; i < n; ++i) reach[i][i] = true;
  return reach;
}

// One node further: row y of its input reaches row o of its output when |y - o stride| <= kernel/2.
Reach through(const Reach& reach, const SpikingNode& node) {
  const auto out = static_cast<std::size_t>(node.size);
  Reach result(reach.size(), std::vector<bool>(out, false));
  for (std::size_t from = 0; from < reach.size(); ++from) {
    for (std::size_t y = 0; y < reach[from].size(); ++y) {
      if (!reach[from][y]) continue;
      for (std::size_t o = 0; o < out; ++o) {
        const int distance = static_cast<int>(y) - static_cast<int>(o) * node.stride;
        const bool near = distance <= node.kernel / 2 && -distance <= node.kernel / 2;
        if (near || node.kind == SpikingKind::sum_pool) result[from][o] = true;
      }
    }
  }
  return result;
}

// What a spike has passed on its way to a node.
struct Path {
  Reach reach;
  bool dense = false;  // it has spread over all channels
  double area = 1;     // pixels that one weight's kernel covers, for the count of weights
};

class Walk {
 public:
  explicit Walk(const SpikingNetwork& network) : network_(network) {
    readers_.resize(network.nodes.size());
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
      for (const int input : network.nodes[i].inputs) {
        readers_[static_cast<std::size_t>(input)].push_back(static_cast<int>(i));
      }
    }
  }

  std::vector<Connection> run() {
    for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
      const SpikingNode& node = network_.nodes[i];
      if (node.kind != SpikingKind::neurons && node.kind != SpikingKind::input) continue;
      source_ = static_cast<int>(i);
      follow(static_cast<int>(i), {identity(node.size), false, 1});
    }
    return std::move(found_);
  }

 private:
  void follow(int from, const Path& path) {
    for (const int reader : readers_[static_cast<std::size_t>(from)]) {
      const SpikingNode& node = network_.nodes[static_cast<std::size_t>(reader)];
      if (node.kind == SpikingKind::neurons) {
        connect(reader, path);
        continue;
      }
      Path next{through(path.reach, node), path.dense, path.area};
      if (node.kind == SpikingKind::conv) {
        next.dense = path.dense || node.groups == 1;
        next.area *= node.kernel * node.kernel;
      }
      const bool last = reader + 1 == static_cast<int>(network_.nodes.size());
      last ? connect(reader, next) : follow(reader, next);
    }
  }

  void connect(int target, const Path& path) {
    const SpikingNode& source = network_.nodes[static_cast<std::size_t>(source_)];
    const double channels =
        path.dense ? network_.nodes[static_cast<std::size_t>(target)].channels : 1;
    std::vector<double> rows;
    for (const auto& reached : path.reach) {
      rows.push_back(std::accumulate(reached.begin(), reached.end(), 0.0));
    }
    Connection connection{source_, target, {}, 0, path.area * channels * source.channels};
    for (const double row : rows) {
      for (const double column : rows) connection.fan_out.push_back(row * column * channels);
    }
    const auto& fan_out = connection.fan_out;
    connection.synapses = source.channels * std::accumulate(fan_out.begin(), fan_out.end(), 0.0);
    found_.push_back(std::move(connection));
  }

  const SpikingNetwork& network_;
  std::vector<std::vector<int>> readers_;
  int source_ = 0;
  std::vector<Connection> found_;
};

}  // namespace

std::vector<Connection> connections(const SpikingNetwork& network) { return Walk(network).run(); }

double synaptic_operations(const Connection& connection,
                           const std::vector<double>& spikes_by_pixel) {
  return std::inner_product(
      spikes_by_pixel.begin(), spikes_by_pixel.end(), connection.fan_out.begin(), 0.0);
}

}  // namespace coppice
