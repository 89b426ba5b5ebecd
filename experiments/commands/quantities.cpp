#include "experiments/commands/quantities.hpp"

#include <algorithm>
#include <cmath>

#include "predictors/energy_predictor.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {

SearchSpace space_of_predictors(const std::vector<std::filesystem::path>& predictors) {
  for (const auto& path : predictors) {
    const Hdf5Reader file(path);
    static_cast<void>(read_predictor_header(file));
    if (!file.has_attribute("/", "space_description")) continue;
    return SearchSpace(
        parse_space_spec(file.attribute<std::string>("/", "space_description"), path.string()));
  }
  const PredictorHeader header = read_predictor_header(Hdf5Reader(predictors.front()));
  try {
    SpaceParameters parameters;
    parameters.width_mult = header.width_mult;
    parameters.resolutions = header.info.resolutions;
    return builtin_space(header.info.space, parameters);
  } catch (const Error&) {
    throw Error(text(predictors.front().string(),
                     " is a predictor for the space ",
                     header.info.space,
                     ", which it does not describe; give the space's file with --space"),
                Failure::usage);
  }
}

SpaceOptions at_width_of(const std::vector<std::filesystem::path>& predictors, SpaceOptions space) {
  if (space.width_mult) return space;
  std::filesystem::path first;
  for (const auto& path : predictors) {
    const std::optional<double> width = read_predictor_header(Hdf5Reader(path)).width_mult;
    if (!width) continue;
    require_usage(!space.width_mult || *space.width_mult == *width,
                  first.string(),
                  " is a predictor for networks of width ",
                  space.width_mult.value_or(0),
                  ", ",
                  path.string(),
                  " for those of width ",
                  *width,
                  "; they cannot be used together");
    space.width_mult = width;
    first = path;
  }
  return space;
}

std::vector<std::unique_ptr<Predictor>> profile_predictors(const SearchSpace& space,
                                                           const std::filesystem::path& profile,
                                                           const std::string& region,
                                                           const Predictor* latency) {
  const DeviceProfile device = read_device_profile(profile);
  const GridTable table = GridTable::built_in();
  const GridIntensity grid = region.empty() ? grid_of(device, table) : table.find(region);
  std::vector<std::unique_ptr<Predictor>> predictors;
  for (const auto quantity : {InferenceQuantity::energy_mj, InferenceQuantity::co2e_g}) {
    predictors.push_back(make_energy_predictor(space, quantity, device, grid, latency));
  }
  return predictors;
}

bool is_count(const std::string& name, double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const auto& costs = cost_names();
  const bool cost = std::find(costs.begin(), costs.end(), name) != costs.end();
  return cost && std::abs(value) < kExact && value == std::floor(value);
}

}  // namespace coppice
