#include "supernet/space/ofa_net_config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "supernet/base/files.hpp"
#include "supernet/space/layer_plan.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

/// A net.config with the blocks of an architecture, as the reference spells them.
Json config_of(const SearchSpace& space, const Architecture& a, const std::string& name) {
  Json blocks = Json::array();
  const auto add = [&blocks](int in, int out, int kernel, int stride, double expand) {
    Json conv{{"in_channels", in},
              {"out_channels", out},
              {"kernel_size", kernel},
              {"stride", stride},
              {"expand_ratio", expand}};
    blocks.push_back(Json{{"mobile_inverted_conv", conv}});
  };
  const SpaceSpec& spec = space.spec();
  const auto width = [&spec](int base) { return make_divisible(base * spec.width_mult); };
  int channels = width(spec.first_width);
  add(width(spec.stem_width), channels, 3, 1, 1);
  for (const BlockSlot& slot : space.slots()) {
    if (!space.active(a, slot)) continue;
    const StageSpec& stage = spec.stages[static_cast<std::size_t>(slot.stage)];
    add(channels,
        width(stage.width),
        static_cast<int>(space.value(a, slot.kernel_gene)),
        slot.position == 0 ? stage.stride : 1,
        space.value(a, slot.expand_gene));
    channels = width(stage.width);
  }
  return {{"name", name}, {"blocks", blocks}};
}

void expect_round_trips(const std::string& name, const std::string& network) {
  SpaceParameters parameters;
  parameters.width_mult = 1.2;
  const SearchSpace space = builtin_space(name, parameters);
  Random random(1);
  for (int i = 0; i < 20; ++i) {
    const Architecture a = space.sample(random);
    const OfaNetConfig read = parse_ofa_net_config(
        config_of(space, a, network).dump(), "net.config", space.resolution(a), {});
    EXPECT_EQ(read.architecture, a);
    EXPECT_EQ(read.space, name);
    EXPECT_DOUBLE_EQ(read.width_mult, 1.2);
  }
}

TEST(OfaNetConfig, EveryNetworkIsRead) {
  expect_round_trips("ofa-mobilenetv3", "MobileNetV3");
  expect_round_trips("ofa-proxyless", "ProxylessNASNets");
}

TEST(OfaNetConfig, WithoutAResolutionTheLargestIsTaken) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const Json config = config_of(space, space.smallest(), "MobileNetV3");
  const auto read = parse_ofa_net_config(config.dump(), "net.config", {}, {});
  EXPECT_EQ(space.resolution(read.architecture), 224);
}

TEST(OfaNetConfig, WhatIsNoNetworkOfTheSpaceIsNamed) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const auto error = [](const Json& config, std::optional<double> width = {}) {
    return message_of(
        [&] { static_cast<void>(parse_ofa_net_config(config.dump(), "net.config", {}, width)); });
  };
  const Json good = config_of(space, space.smallest(), "MobileNetV3");
  EXPECT_EQ(error(Json::array()),
            "net.config is no net.config: a JSON object with a name and blocks is needed");
  Json config = good;
  config["name"] = "ResNets";
  EXPECT_EQ(error(config), "net.config: name = 'ResNets', must be MobileNetV3 or ProxylessNASNets");
  config = good;
  config["blocks"][3]["mobile_inverted_conv"].erase("stride");
  EXPECT_EQ(error(config).rfind("net.config: block 3 is no inverted residual block: ", 0), 0U);
  config = good;
  config["blocks"][3]["mobile_inverted_conv"]["kernel_size"] = 9;
  EXPECT_EQ(error(config), "net.config: ks[4] = 9, must be one of 3, 5, 7");
  config = good;
  config["blocks"][3]["mobile_inverted_conv"]["stride"] = 1;
  EXPECT_EQ(error(config),
            "net.config: stage 2 begins with stride 1, in the space ofa-mobilenetv3 with 2");
  config = good;
  const Json last = config["blocks"].back();
  for (int i = 0; i < 3; ++i) config["blocks"].push_back(last);
  EXPECT_EQ(error(config),
            "net.config: stage 5 has 5 blocks, the space ofa-mobilenetv3 has at most 4");
  EXPECT_EQ(error(good, 1.2),
            "net.config: the widths of its blocks are not those of ofa-mobilenetv3 at width 1.2");
}

TEST(OfaNetConfig, OfficialNetworksAreRead) {
  const char* folder = std::getenv("COPPICE_SHARED_DATA");
  if (folder == nullptr || !std::filesystem::exists(folder)) {
    GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA does not name the folder of reference files";
  }
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(folder) /
                                                               "ofa_specialized_configs")) {
    const std::string path = entry.path().string();
    if (path.find("net.config") == std::string::npos) continue;
    ++count;
    const Json json = Json::parse(read_text_file(path));
    const OfaNetConfig read = parse_ofa_net_config(json.dump(), path, {}, {});
    SpaceParameters parameters;
    parameters.width_mult = read.width_mult;
    const SearchSpace space = builtin_space(read.space, parameters);
    const Json written = config_of(space, read.architecture, "")["blocks"];
    ASSERT_EQ(written.size(), json["blocks"].size());
    for (std::size_t i = 1; i < written.size(); ++i) {
      for (const auto& [key, value] : written[i]["mobile_inverted_conv"].items()) {
        EXPECT_EQ(value, json["blocks"][i]["mobile_inverted_conv"][key]) << path << " block " << i;
      }
    }
  }
  EXPECT_EQ(count, 8);
}

TEST(OfaNetConfig, ResolutionsThatTheSpaceDoesNotOfferAreTaken) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const std::string config = config_of(space, space.smallest(), "MobileNetV3").dump();
  const OfaNetConfig read = parse_ofa_net_config(config, "net.config", 240, {});
  const SearchSpace own = builtin_space(read.space, read.parameters);
  EXPECT_EQ(own.resolution(read.architecture), 240);
  const OfaNetConfig usual = parse_ofa_net_config(config, "net.config", 192, {});
  EXPECT_TRUE(usual.parameters.resolutions.empty());
  EXPECT_EQ(space.resolution(usual.architecture), 192);
}

}  // namespace
}  // namespace coppice
