// ResNet50-D as Once-For-All builds it: deep stem, bottlenecks, average-pooled shortcuts.
#include <cmath>
#include <string>

#include "supernet/base/error.hpp"
#include "supernet/space/plan_builder.hpp"

namespace coppice {
namespace {

constexpr Activation kRelu = Activation::relu;

PlanValue deep_stem(
    PlanBuilder& builder, const SpaceSpec& spec, int middle, int out_channels, bool keep_unit) {
  PlanValue value = builder.conv(
      builder.network_input(), "stem.0", {middle, 3, spec.stem_stride, 1, true, kRelu});
  if (keep_unit) {
    const PlanValue shortcut = value;
    value = builder.conv(value, "stem.1", {middle, 3, 1, 1, true, kRelu});
    value = builder.add(value, shortcut, "stem.1.add", Activation::none);
  }
  value = builder.conv(value, "stem.2", {out_channels, 3, 1, 1, true, kRelu});
  return builder.pool(value, LayerKind::max_pool, "stem.pool", 3, 2);
}

// The "D" shortcut: average pooling carries the stride, then a 1x1 convolution.
PlanValue projected_shortcut(
    PlanBuilder& builder, PlanValue input, const std::string& name, int out_channels, int stride) {
  if (stride > 1) {
    input = builder.pool(input, LayerKind::avg_pool, name + ".pool", stride, stride);
  }
  return builder.conv(input, name + ".downsample", {out_channels});
}

PlanValue bottleneck(PlanBuilder& builder,
                     PlanValue input,
                     const std::string& name,
                     const ConvShape& middle,
                     int out_channels,
                     bool project) {
  PlanValue value =
      builder.conv(input, name + ".conv1", {middle.out_channels, 1, 1, 1, true, kRelu});
  value = builder.conv(value, name + ".conv2", middle);
  value = builder.conv(value, name + ".conv3", {out_channels});
  const PlanValue shortcut =
      project ? projected_shortcut(builder, input, name, out_channels, middle.stride) : input;
  return builder.add(value, shortcut, name + ".add", kRelu);
}

}  // namespace

LayerPlan plan_resnet(const SearchSpace& space, const Architecture& architecture) {
  const SpaceSpec& spec = space.spec();
  const auto width = [&](int base, int place) {
    const auto index = space.value(architecture, space.first_width_gene() + place);
    return make_divisible(base * spec.width_mults[static_cast<std::size_t>(index)]);
  };
  const auto half = [&](int place) {
    const auto index = space.value(architecture, space.first_width_gene() + place);
    const double mult = spec.width_mults[static_cast<std::size_t>(index)];
    const int halved = make_divisible(spec.stem_width * mult) / 2;
    return make_divisible(halved);
  };
  PlanBuilder builder(spec, space.resolution(architecture));
  PlanValue value =
      deep_stem(builder, spec, half(0), width(spec.stem_width, 1), space.stem_unit(architecture));

  for (std::size_t i = 0; i < space.slots().size(); ++i) {
    const BlockSlot& slot = space.slots()[i];
    if (!space.active(architecture, slot)) continue;
    const StageSpec& stage = spec.stages[static_cast<std::size_t>(slot.stage)];
    const int out_channels = width(stage.width, slot.stage + 2);
    const double expand = space.value(architecture, slot.expand_gene);
    const bool first = slot.position == 0;
    const ConvShape middle{make_divisible(std::round(out_channels * expand)),
                           stage.kernels.front(),
                           first ? stage.stride : 1,
                           1,
                           true,
                           kRelu};
    builder.enter_block(static_cast<int>(i));
    value = bottleneck(builder, value, text("blocks.", i), middle, out_channels, first);
  }
  builder.enter_block(-1);
  value = builder.pool(value, LayerKind::global_pool, "pool", value.size, value.size);
  builder.linear(value, "classifier", spec.classes);
  return builder.take();
}

}  // namespace coppice
