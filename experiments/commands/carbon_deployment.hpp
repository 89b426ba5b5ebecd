// `coppice carbon deployment`: networks over all the inferences they will make.
#pragma once

#include "experiments/carbon_options.hpp"
#include "predictors/grid_intensity.hpp"

namespace coppice {

/// The region that is asked for, or the world, in the user's table or the built-in one.
[[nodiscard]] GridIntensity grid_of(const CarbonCommand& command);

/// Prints what each card's network costs to make and to run. Throws Error naming a card that does
/// not know its carbon, with the reason.
void run_deployment(const CarbonCommand& command);

}  // namespace coppice
