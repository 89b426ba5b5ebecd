#include "export/spiking/spikeable.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

LayerPlan largest_of(const std::string& name) {
  const SearchSpace space(parse_space_spec(builtin_space_text(name), name));
  return plan_layers(space, space.largest());
}

std::string failure_of(const std::string& name) {
  try {
    require_spikeable(largest_of(name));
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

constexpr const char* kAdvice =
    "; train a space of ReLU without squeeze-excite (small-relu), or let coppice spike --replace "
    "put ReLU and "
    "fixed gates in their place and --finetune-epochs repair them";

TEST(Spikeable, SpacesOfReluAreConvertedAsTheyAre) {
  EXPECT_EQ(failure_of("small-relu"), "none");
  EXPECT_EQ(failure_of("ofa-proxyless"), "none");
}

TEST(Spikeable, OthersAreRefusedByName) {
  EXPECT_EQ(failure_of("small"),
            "the network cannot spike: stem: h_swish is no rate of spikes (and 20 more layers)" +
                std::string(kAdvice));
  EXPECT_EQ(unspikeable_layers(largest_of("ofa-resnet50")).front(),
            "stem.pool: max-pool takes a maximum over spike trains");
  const auto layers = unspikeable_layers(largest_of("small"));
  EXPECT_EQ(layers.at(3), "blocks.4.squeeze_excite: squeeze-excite multiplies two values");
}

}  // namespace
}  // namespace coppice
