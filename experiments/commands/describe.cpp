// `coppice describe`: how large a space is and what its networks cost.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "supernet/base/files.hpp"
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
  std::vector<CostedNetwork> given;
};

// Planned: for one or two networks the tables of PieceCosts cost more than they save.
CostedNetwork costed(const SearchSpace& space, const Architecture& architecture) {
  return {architecture, count_cost(plan_layers(space, architecture))};
}

Description describe_space(const SearchSpace& space, const std::filesystem::path& arch) {
  Description description{
      space.count(), costed(space, space.smallest()), costed(space, space.largest()), {}};
  if (arch.empty()) return description;
  const PieceCosts costs(space);
  for (const auto& a : parse_architectures(space, read_text_file(arch), arch.string())) {
    description.given.push_back({a, costs.network(a).cost()});
  }
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
  if (with_costs) {
    document["costs"] = Json::array();
    for (const auto& network : description.given) {
      document["costs"].push_back({{"macs", network.cost.macs},
                                   {"params", network.cost.params},
                                   {"peak_activation_bytes", network.cost.peak_activation_bytes}});
    }
  }
  return document.dump();
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
    out += row(fmt::format("line {}", i + 1), description.given[i].cost);
  }
  return out;
}

}  // namespace

void run_describe(const DescribeCommand& command) {
  const SearchSpace space = make_space(command.space);
  const Description description = describe_space(space, command.arch);
  print_result(command.common.json ? as_json(space, description, !command.arch.empty())
                                   : as_table(space, description));
}

}  // namespace coppice
