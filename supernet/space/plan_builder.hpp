// Appends layers to a plan and keeps track of channels and sizes; used by the plans of the two
// families only.
#pragma once

#include <string>

#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// What leaves a layer (or enters the network).
struct PlanValue {
  int producer = kNetworkInput;
  int channels = 0;
  int size = 0;
};

struct ConvShape {
  int out_channels = 0;
  int kernel = 1;
  int stride = 1;
  int groups = 1;
  bool batch_norm = true;
  Activation activation = Activation::none;
};

class PlanBuilder {
 public:
  PlanBuilder(const SpaceSpec& spec, int resolution);

  [[nodiscard]] PlanValue network_input() const;

  PlanValue conv(PlanValue input, const std::string& name, const ConvShape& shape);
  PlanValue squeeze_excite(PlanValue input, const std::string& name);
  PlanValue add(PlanValue input,
                PlanValue shortcut,
                const std::string& name,
                Activation activation);
  PlanValue pool(PlanValue input, LayerKind kind, const std::string& name, int kernel, int stride);
  PlanValue linear(PlanValue input, const std::string& name, int out_channels);

  /// Layers appended from now on belong to this block slot (-1: to none).
  void enter_block(int slot) { block_ = slot; }

  [[nodiscard]] LayerPlan take() { return std::move(plan_); }

 private:
  Layer& append(LayerKind kind, PlanValue input, const std::string& name);
  [[nodiscard]] PlanValue last() const;

  LayerPlan plan_;
  int block_ = -1;
};

[[nodiscard]] LayerPlan plan_mobile(const SearchSpace& space, const Architecture& architecture);
[[nodiscard]] LayerPlan plan_resnet(const SearchSpace& space, const Architecture& architecture);

}  // namespace coppice
