// `coppice describe`: how large a space is and what its networks cost.
#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/thread_limit.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/parallel.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/piece_costs.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

struct CostedNetwork {
  Architecture architecture;
  Cost cost;
};

struct Description {
  std::string networks;  // decimal
  CostedNetwork smallest;
  CostedNetwork largest;
  std::vector<Cost> given;
};

// Networks that a thread costs before it takes others.
constexpr std::size_t kBlock = 4096;

// Planned: for one or two networks the tables of PieceCosts cost more than they save.
CostedNetwork costed(const SearchSpace& space, const Architecture& architecture) {
  return {architecture, count_cost(plan_layers(space, architecture))};
}

Description describe_space(const SearchSpace& space, const std::filesystem::path& arch) {
  Description description{
      space.count(), costed(space, space.smallest()), costed(space, space.largest()), {}};
  if (arch.empty()) return description;
  const auto networks = parse_architectures(space, read_text_file(arch), arch.string());
  const PieceCosts costs(space);
  description.given.resize(networks.size());
  for_blocks(networks.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      description.given[i] = costs.network(networks[i]).cost();
    }
  });
  return description;
}

Json network_json(const SearchSpace& space, const CostedNetwork& network) {
  return {{"arch", Json::parse(to_text(space, network.architecture))},
          {"macs", network.cost.macs},
          {"params", network.cost.params},
          {"peak_activation_bytes", network.cost.peak_activation_bytes}};
}

std::string as_json(const SearchSpace& space, const Description& description, bool with_costs) {
  Json document{{"space", space.name()},
                {"architectures", description.networks},
                {"resolutions", space.spec().resolutions},
                {"smallest", network_json(space, description.smallest)},
                {"largest", network_json(space, description.largest)}};
  std::string head = document.dump();
  if (!with_costs) return head;
  // A million networks: written one by one, since a document of them all takes seconds.
  fmt::memory_buffer out;
  fmt::format_to(
      std::back_inserter(out), "{},\"costs\":[", std::string_view(head).substr(0, head.size() - 1));
  for (const Cost& cost : description.given) {
    if (&cost != &description.given.front()) out.push_back(',');
    fmt::format_to(std::back_inserter(out),
                   R"({{"macs":{},"params":{},"peak_activation_bytes":{}}})",
                   cost.macs,
                   cost.params,
                   cost.peak_activation_bytes);
  }
  fmt::format_to(std::back_inserter(out), "]}}");
  return fmt::to_string(out);
}

// "21758655492572485851" -> "21,758,655,492,572,485,851"
std::string grouped(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string row(const std::string& name, const Cost& cost) {
  return fmt::format("{:<10}{:>12.2f}{:>14.3f}{:>22.1f}\n",
                     name,
                     static_cast<double>(cost.macs) / 1e6,
                     static_cast<double>(cost.params) / 1e6,
                     static_cast<double>(cost.peak_activation_bytes) / 1024);
}

std::string as_table(const SearchSpace& space, const Description& description) {
  const SpaceSpec& spec = space.spec();
  std::string out = fmt::format(
      "space          {} ({}, width multiplier {:g})\n"
      "architectures  {} without resolutions\n"
      "resolutions    {} from {} to {} pixels\n"
      "input, output  {} channels, {} classes\n\n"
      "{:<10}{:>12}{:>14}{:>22}\n",
      spec.name,
      to_text(spec.family),
      spec.width_mult,
      grouped(description.networks),
      spec.resolutions.size(),
      spec.resolutions.front(),
      spec.resolutions.back(),
      spec.channels,
      spec.classes,
      "network",
      "MACs [M]",
      "params [M]",
      "activations [KiB]");
  out += row("smallest", description.smallest.cost) + row("largest", description.largest.cost);
  for (std::size_t i = 0; i < description.given.size(); ++i) {
    out += row(fmt::format("line {}", i + 1), description.given[i]);
  }
  return out;
}

}  // namespace

void run_describe(const DescribeCommand& command) {
  const ThreadLimit threads(command.common.threads);
  const SearchSpace space = make_space(command.space);
  const Description description = describe_space(space, command.arch);
  print_result(command.common.json ? as_json(space, description, !command.arch.empty())
                                   : as_table(space, description));
}

}  // namespace coppice
