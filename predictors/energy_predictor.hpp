// Energy and carbon of one inference behind the interface of a predictor, so that a search can use
// them as objectives and limits like any other.
#pragma once

#include <memory>

#include "predictors/device_profile.hpp"
#include "predictors/grid_intensity.hpp"
#include "predictors/predictor.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

enum class InferenceQuantity {
  energy_mj,  ///< millijoules at the wall
  co2e_g      ///< operational grams, with PUE and grid
};

/// Predicts what predict_energy() computes for one image in 32-bit floating point, to be minimised,
/// its error not known. `latency` predicts latency_ms on the profile's device for the same space;
/// it is borrowed and must outlive the predictor, and the resolutions that it was made for become
/// those of this one. Without it (null), and where it predicts no positive time, latency is the
/// roofline's. Asking throws Error naming profile and field when the profile lacks a number.
[[nodiscard]] std::unique_ptr<Predictor> make_energy_predictor(const SearchSpace& space,
                                                               InferenceQuantity quantity,
                                                               const DeviceProfile& profile,
                                                               const GridIntensity& grid,
                                                               const Predictor* latency = nullptr);

}  // namespace coppice
