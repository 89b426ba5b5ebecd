// Everything a search or a prediction can ask about a network: predictors from files, and energy
// and carbon from a device profile.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "experiments/space_options.hpp"
#include "predictors/predictor.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// The space that predictions are asked for. Where --space names one: that, with the width that the
/// predictors record unless the user named another. Else the space that the first predictor that
/// describes its space was made for, or that of the first one, by its name and resolutions.
/// Throws Error naming the path when one is no predictor; Error(usage) when two record different
/// widths, when none describes a space of the user's own, or when parameters of the space are given
/// without --space.
[[nodiscard]] SearchSpace space_of(const SpaceOptions& space,
                                   const std::vector<std::filesystem::path>& predictors);

/// energy_mj and co2e_g of one inference by the device profile, with the latency that `latency`
/// (borrowed) predicts for the device, or a roofline's where it is null. An empty region means the
/// profile's. Throws Error naming path and field.
[[nodiscard]] std::vector<std::unique_ptr<Predictor>> profile_predictors(
    const SearchSpace& space,
    const std::filesystem::path& profile,
    const std::string& region,
    const Predictor* latency);

/// Throws Error(usage) naming both files when two of them predict the same target: which is meant?
/// `infos`: one a file.
void require_distinct_targets(const std::vector<PredictorInfo>& infos,
                              const std::vector<std::filesystem::path>& files);

/// Warns where two predictors were measured on different devices, which no network runs on at once;
/// accuracies belong to no device.
void warn_of_devices(const std::vector<PredictorInfo>& infos, bool quiet);

/// Warns where the latency was measured on another device than the profile's, which takes its power
/// for that long. `latency` may be null.
void warn_of_profile(const std::filesystem::path& profile, const Predictor* latency, bool quiet);

/// "latency_ms measured with device ..., threads 1\n"; empty where that is not known.
[[nodiscard]] std::string conditions_line(const PredictorInfo& info);

/// Whether a value of the quantity `name` is one of whole things: macs, params, bytes.
[[nodiscard]] bool is_count(const std::string& name, double value);

}  // namespace coppice
