#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "supernet/space/search_space.hpp"
#include "supernet/space/space_spec.hpp"

namespace coppice {
namespace {

// The built-in file with one piece of text replaced.
std::string edited(const std::string& from, const std::string& to) {
  std::string ini = builtin_space_text("small");
  const auto at = ini.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return ini.replace(at, from.size(), to);
}

std::string failure_of(const std::string& ini, const SpaceParameters& parameters = {}) {
  try {
    static_cast<void>(parse_space_spec(ini, "my.ini", parameters));
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
    return error.what();
  }
  return "no error";
}

TEST(SpaceFile, EveryBuiltinReadsBackFromWhatItWrites) {
  for (const std::string& name : builtin_space_names()) {
    const SpaceSpec spec = builtin_space(name).spec();
    const std::string text = space_spec_text(spec);
    EXPECT_EQ(space_spec_text(parse_space_spec(text, "again")), text) << name;
  }
}

TEST(SpaceFile, ParametersOverrideTheFile) {
  SpaceParameters parameters;
  parameters.width_mult = 1.2;
  parameters.classes = 7;
  parameters.channels = 1;
  parameters.resolutions = {160, 192};
  const SpaceSpec spec = builtin_space("ofa-mobilenetv3", parameters).spec();
  EXPECT_EQ(spec.width_mult, 1.2);
  EXPECT_EQ(spec.classes, 7);
  EXPECT_EQ(spec.channels, 1);
  EXPECT_EQ(spec.resolutions, (std::vector<int>{160, 192}));
}

TEST(SpaceFile, RangesExpand) {
  EXPECT_EQ(builtin_space("ofa-mobilenetv3").spec().resolutions.size(), 25U);
}

TEST(SpaceFile, UnknownKeysNameTheNearest) {
  EXPECT_EQ(failure_of(edited("dropout", "dropuot")),
            "my.ini: unknown key dropuot; the nearest known one is dropout");
  EXPECT_EQ(failure_of(edited("[head]", "[heads]")),
            "my.ini: the key head.feature_mix_width is missing");
}

TEST(SpaceFile, BadValuesNameKeyAndRange) {
  EXPECT_EQ(failure_of(edited("kernels = 3 5 7", "kernels = 3 4")),
            "my.ini: stage1.kernels = 4, kernels must be odd");
  EXPECT_EQ(failure_of(edited("kernels = 3 5 7", "kernels = 5 3")),
            "my.ini: stage1.kernels must ascend, but 3 follows 5");
  EXPECT_EQ(failure_of(edited("depths = 1 2 3", "depths =")),
            "my.ini: stage1.depths is empty, must list at least one value");
  EXPECT_EQ(failure_of(edited("activation = h_swish", "activation = gelu")),
            "my.ini: stem.activation: 'gelu' must be none, relu, relu6 or h_swish");
  EXPECT_EQ(failure_of(edited("width = 16", "width = many")),
            "my.ini: stem.width: 'many' is not a number");
  EXPECT_EQ(failure_of(edited("squeeze_excite = no", "squeeze_excite = false")),
            "my.ini: stage1.squeeze_excite: 'false' must be yes or no");
  EXPECT_EQ(failure_of(edited("family = mobile", "family = transformer")),
            "my.ini: family = transformer, must be mobile or resnet");
}

TEST(SpaceFile, ValuesThatAreAllowedOneByOneMayNotOverflowTogether) {
  SpaceSpec spec = builtin_space("small").spec();
  EXPECT_NO_THROW(SearchSpace{spec});
  const auto refused = [](const SpaceSpec& wide) -> std::string {
    try {
      static_cast<void>(SearchSpace(wide));
    } catch (const Error& error) {
      EXPECT_EQ(error.failure(), Failure::usage);
      return error.what();
    }
    return "no error";
  };
  for (StageSpec& stage : spec.stages) {
    stage.width = 65536;
    stage.kernels = {31};
    stage.expands = {64};
  }
  spec.resolutions = {4096};
  const std::string message = refused(spec);
  EXPECT_EQ(message.find("the largest network of the space small has macs = "), 0U) << message;
  EXPECT_NE(message.find(", must be below 9.0072e+15 to be counted exactly; lower widths, "
                         "expansions, kernels, depths or resolutions"),
            std::string::npos)
      << message;
  SpaceSpec resnet = builtin_space("ofa-resnet50").spec();
  resnet.width_mults = {16};
  for (StageSpec& stage : resnet.stages) stage.width = 65536;
  EXPECT_EQ(refused(resnet).find("the largest network of the space ofa-resnet50 has macs"), 0U);
}

TEST(SpaceFile, ParametersOutOfRangeAreRefused) {
  SpaceParameters parameters;
  parameters.classes = 1;
  EXPECT_EQ(failure_of(builtin_space_text("small"), parameters),
            "my.ini: classes = 1, must be between 2 and 1000000");
  parameters = {};
  parameters.width_mult = 1.5;
  EXPECT_EQ(failure_of(builtin_space_text("ofa-resnet50"), parameters),
            "width_mult: the widths of the space ofa-resnet50 are elastic (width_mults); it takes "
            "no multiplier");
}

TEST(SpaceFile, AnUnknownNameListsTheKnownOnes) {
  try {
    static_cast<void>(builtin_space("ofa-mobilenet"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "space = ofa-mobilenet, must be a space file or one of ofa-mobilenetv3, "
                 "ofa-proxyless, ofa-resnet50, small, small-relu");
  }
}

}  // namespace
}  // namespace coppice
