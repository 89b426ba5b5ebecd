// Inverted residual networks: MobileNetV3 and ProxylessNAS as Once-For-All builds them.
#include <cmath>
#include <string>

#include "supernet/base/error.hpp"
#include "supernet/space/plan_builder.hpp"

namespace coppice {
namespace {

struct BlockShape {
  int out_channels = 0;
  int kernel = 3;
  int stride = 1;
  double expand = 1;
  bool shortcut = true;  ///< where stride and widths allow it
};

// Expand (1x1) -> depthwise -> squeeze-excite -> project (1x1, linear) -> shortcut.
// Without expansion (the first block) the depthwise convolution works on the input itself.
PlanValue inverted_residual(PlanBuilder& builder,
                            PlanValue input,
                            const std::string& name,
                            const BlockShape& block,
                            const StageSpec& stage) {
  PlanValue value = input;
  if (block.expand != 1) {
    const int middle = make_divisible(std::round(input.channels * block.expand));
    value = builder.conv(value, name + ".expand", {middle, 1, 1, 1, true, stage.activation});
  }
  value = builder.conv(
      value,
      name + ".depthwise",
      {value.channels, block.kernel, block.stride, value.channels, true, stage.activation});
  if (stage.squeeze_excite) value = builder.squeeze_excite(value, name + ".squeeze_excite");
  value = builder.conv(value, name + ".project", {block.out_channels});
  if (block.shortcut && block.stride == 1 && input.channels == block.out_channels) {
    value = builder.add(value, input, name + ".add", Activation::none);
  }
  return value;
}

PlanValue head(PlanBuilder& builder, PlanValue value, const SpaceSpec& spec) {
  const auto width = [&spec](int base) { return make_divisible(base * spec.width_mult); };
  const Activation activation = spec.head_activation;
  if (spec.final_expand_width > 0) {
    value = builder.conv(
        value, "final_expand", {width(spec.final_expand_width), 1, 1, 1, true, activation});
  }
  const bool after = spec.feature_mix_after_pool;
  const ConvShape mix{width(spec.feature_mix_width), 1, 1, 1, !after, activation};
  if (!after) value = builder.conv(value, "feature_mix", mix);
  value = builder.pool(value, LayerKind::global_pool, "pool", value.size, value.size);
  if (after) value = builder.conv(value, "feature_mix", mix);
  return builder.linear(value, "classifier", spec.classes);
}

}  // namespace

LayerPlan plan_mobile(const SearchSpace& space, const Architecture& architecture) {
  const SpaceSpec& spec = space.spec();
  const auto width = [&spec](int base) { return make_divisible(base * spec.width_mult); };
  PlanBuilder builder(spec, space.resolution(architecture));
  PlanValue value =
      builder.conv(builder.network_input(),
                   "stem",
                   {width(spec.stem_width), 3, spec.stem_stride, 1, true, spec.stem_activation});

  StageSpec first;
  first.activation = spec.first_activation;
  value = inverted_residual(
      builder, value, "blocks.0", {width(spec.first_width), 3, 1, 1, spec.first_shortcut}, first);

  for (std::size_t i = 0; i < space.slots().size(); ++i) {
    const BlockSlot& slot = space.slots()[i];
    if (!space.active(architecture, slot)) continue;
    const StageSpec& stage = spec.stages[static_cast<std::size_t>(slot.stage)];
    BlockShape block;
    block.out_channels = width(stage.width);
    block.kernel = static_cast<int>(space.value(architecture, slot.kernel_gene));
    block.stride = slot.position == 0 ? stage.stride : 1;
    block.expand = space.value(architecture, slot.expand_gene);
    builder.enter_block(static_cast<int>(i));
    value = inverted_residual(builder, value, text("blocks.", i + 1), block, stage);
  }
  builder.enter_block(-1);
  head(builder, value, spec);
  return builder.take();
}

}  // namespace coppice
