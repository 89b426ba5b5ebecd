#include "supernet/space/ofa_net_config.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

/// One inverted residual block of the file.
struct Block {
  int in_channels = 0;
  int out_channels = 0;
  int kernel = 0;
  int stride = 0;
  double expand = 0;
};

Block block_of(const Json& json, const std::string& where) {
  try {
    const char* key = json.contains("mobile_inverted_conv") ? "mobile_inverted_conv" : "conv";
    const Json& conv = json.at(key);
    return {conv.at("in_channels").get<int>(),
            conv.at("out_channels").get<int>(),
            conv.at("kernel_size").get<int>(),
            conv.at("stride").get<int>(),
            conv.at("expand_ratio").get<double>()};
  } catch (const Json::exception& error) {
    throw Error(text(where, " is no inverted residual block: ", error.what()));
  }
}

std::string space_of(const std::string& network, const std::string& origin) {
  if (network == "MobileNetV3") return "ofa-mobilenetv3";
  require(network == "ProxylessNASNets",
          origin,
          ": name = '",
          network,
          "', must be MobileNetV3 or ProxylessNASNets");
  return "ofa-proxyless";
}

int stage_width(const SpaceSpec& spec, double width_mult, std::size_t stage) {
  return make_divisible(spec.stages[stage].width * width_mult);
}

/// How many of the blocks, from `first` on, belong to a stage: those that put out its width and,
/// but for the first, take it in.
std::size_t blocks_of_stage(const std::vector<Block>& blocks, std::size_t first, int width) {
  std::size_t count = 0;
  while (first + count < blocks.size() && blocks[first + count].out_channels == width &&
         (count == 0 || blocks[first + count].in_channels == width)) {
    ++count;
  }
  return count;
}

/// Whether the stages' widths are those of the blocks, one after the other.
bool fits(const SpaceSpec& spec, double width_mult, const std::vector<Block>& blocks) {
  std::size_t at = 1;
  for (std::size_t stage = 0; stage < spec.stages.size(); ++stage) {
    const std::size_t count = blocks_of_stage(blocks, at, stage_width(spec, width_mult, stage));
    if (count == 0) return false;
    at += count;
  }
  return at == blocks.size();
}

/// The asked width, the space's own, or the first in steps of 0.05 that fits.
double fitting_width(const SpaceSpec& spec,
                     const std::vector<Block>& blocks,
                     std::optional<double> asked,
                     const std::string& origin) {
  const double first = asked.value_or(spec.width_mult);
  if (fits(spec, first, blocks)) return first;
  constexpr int kSteps = 20;  // to 1
  for (int step = 1; !asked && step <= 4 * kSteps; ++step) {
    const double width = static_cast<double>(step) / kSteps;
    if (fits(spec, width, blocks)) return width;
  }
  throw Error(text(origin,
                   ": the widths of its blocks are not those of ",
                   spec.name,
                   asked ? text(" at width ", *asked) : " at any width"));
}

/// The text form of the blocks; parsing it checks every value against the space.
Json genes_of(const SearchSpace& space,
              const std::vector<Block>& blocks,
              const std::string& origin) {
  Json kernels = Json::array();
  Json expands = Json::array();
  Json depths = Json::array();
  std::size_t at = 1;
  for (std::size_t stage = 0; stage < space.spec().stages.size(); ++stage) {
    const StageSpec& spec = space.spec().stages[stage];
    const std::size_t count =
        blocks_of_stage(blocks, at, stage_width(space.spec(), space.spec().width_mult, stage));
    const auto most = static_cast<std::size_t>(spec.depths.back());
    require(count <= most,
            origin,
            ": stage ",
            stage + 1,
            " has ",
            count,
            " blocks, the space ",
            space.name(),
            " has at most ",
            most);
    require(blocks[at].stride == spec.stride,
            origin,
            ": stage ",
            stage + 1,
            " begins with stride ",
            blocks[at].stride,
            ", in the space ",
            space.name(),
            " with ",
            spec.stride);
    depths.push_back(count);
    for (std::size_t i = 0; i < most; ++i) {
      const bool there = i < count;
      kernels.push_back(there ? blocks[at + i].kernel : spec.kernels.front());
      expands.push_back(there ? blocks[at + i].expand : spec.expands.front());
    }
    at += count;
  }
  return Json{{"ks", kernels}, {"e", expands}, {"d", depths}};
}

}  // namespace

OfaNetConfig parse_ofa_net_config(const std::string& content,
                                  const std::string& origin,
                                  std::optional<int> resolution,
                                  std::optional<double> width_mult) {
  const Json json = Json::parse(content, nullptr, false);
  const bool network = json.is_object() && json.contains("name") && json["name"].is_string() &&
                       json.contains("blocks") && json["blocks"].is_array();
  require(network, origin, " is no net.config: a JSON object with a name and blocks is needed");
  OfaNetConfig config;
  config.space = space_of(json["name"].get<std::string>(), origin);
  std::vector<Block> blocks;
  for (const Json& block : json["blocks"]) {
    blocks.push_back(block_of(block, text(origin, ": block ", blocks.size())));
  }
  const SearchSpace named = builtin_space(config.space);
  config.width_mult = fitting_width(named.spec(), blocks, width_mult, origin);
  config.parameters.width_mult = config.width_mult;
  const std::vector<int>& offered = named.spec().resolutions;
  if (resolution && std::find(offered.begin(), offered.end(), *resolution) == offered.end()) {
    config.parameters.resolutions = {*resolution};
  }
  const SearchSpace space = builtin_space(config.space, config.parameters);
  Json genes = genes_of(space, blocks, origin);
  if (resolution) genes["r"] = {*resolution};
  config.architecture = parse_architecture(space, genes.dump(), origin);
  return config;
}

}  // namespace coppice
