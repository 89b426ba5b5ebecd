#include "experiments/commands/quantities.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/output.hpp"
#include "predictors/conditions.hpp"
#include "predictors/energy_predictor.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {

namespace {

// The width that the predictors of the space record: tables are those of one width. One of another
// space has nothing to say; it is refused where it is loaded.
std::optional<double> width_of(const std::vector<std::filesystem::path>& predictors,
                               const std::string& space) {
  std::optional<double> common;
  std::filesystem::path first;
  for (const auto& path : predictors) {
    const PredictorHeader header = read_predictor_header(Hdf5Reader(path));
    const std::optional<double> width = header.width_mult;
    if (!width || header.info.space != space) continue;
    require_usage(!common || *common == *width,
                  first.string(),
                  " is a predictor for networks of width ",
                  common.value_or(0),
                  ", ",
                  path.string(),
                  " for those of width ",
                  *width,
                  "; they cannot be used together");
    common = width;
    first = path;
  }
  return common;
}

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
    parameters.width_mult = width_of(predictors, header.info.space);
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

}  // namespace

SearchSpace space_of(const SpaceOptions& space,
                     const std::vector<std::filesystem::path>& predictors) {
  if (space.space.empty()) {
    const char* given = space.width_mult             ? "--width-mult"
                        : space.classes              ? "--classes"
                        : space.channels             ? "--channels"
                        : !space.resolutions.empty() ? "--resolutions"
                                                     : nullptr;
    require_usage(given == nullptr,
                  given == nullptr ? "" : given,
                  " needs --space: without it the space is the predictors' own");
    return space_of_predictors(predictors);
  }
  SpaceOptions asked = space;
  if (!asked.width_mult) asked.width_mult = width_of(predictors, make_space(space).name());
  return make_space(asked);
}

std::vector<std::unique_ptr<Predictor>> profile_predictors(const SearchSpace& space,
                                                           const std::filesystem::path& profile,
                                                           const std::string& region,
                                                           const Predictor* latency) {
  const DeviceProfile device = read_device_profile(profile);
  const GridTable table = GridTable::built_in();
  const GridIntensity grid = region.empty()
                                 ? grid_of(device, table)
                                 : for_option("--region", [&] { return table.find(region); });
  std::vector<std::unique_ptr<Predictor>> predictors;
  for (const auto quantity : {InferenceQuantity::energy_mj, InferenceQuantity::co2e_g}) {
    predictors.push_back(make_energy_predictor(space, quantity, device, grid, latency));
  }
  return predictors;
}

void require_distinct_targets(const std::vector<PredictorInfo>& infos,
                              const std::vector<std::filesystem::path>& files) {
  for (std::size_t i = 0; i < infos.size() && i < files.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      require_usage(infos[i].target != infos[k].target,
                    "--predictor ",
                    files[k].string(),
                    " and ",
                    files[i].string(),
                    " both predict ",
                    infos[i].target,
                    "; give one of them, or one a name of its own: NAME=FILE");
    }
  }
}

void warn_of_devices(const std::vector<PredictorInfo>& infos, bool quiet) {
  const PredictorInfo* first = nullptr;
  for (const PredictorInfo& info : infos) {
    const auto device = info.conditions.find("device");
    if (device == info.conditions.end()) continue;
    if (first == nullptr) first = &info;
    const std::string& other = first->conditions.at("device");
    if (device->second == other) continue;
    print_warning(
        text(info.target, " was measured on ", device->second, ", ", first->target, " on ", other),
        quiet);
  }
}

void warn_of_profile(const std::filesystem::path& profile, const Predictor* latency, bool quiet) {
  if (profile.empty() || latency == nullptr) return;
  const auto& conditions = latency->info().conditions;
  const auto measured = conditions.find("device");
  const bool known = measured != conditions.end();
  const DeviceProfile device = read_device_profile(profile);
  if (known && (measured->second == device.name || measured->second == device.id)) return;
  print_warning(text(latency->info().target,
                     known ? " was measured on " + measured->second
                           : std::string(" does not say on what it was measured"),
                     ", the profile is of ",
                     device.name,
                     "; energy is only right if they are the same"),
                quiet);
}

std::string conditions_line(const PredictorInfo& info) {
  const std::string conditions = to_text(info.conditions);
  if (conditions.empty()) return "";
  const bool modelled = info.conditions.count("modelled for") > 0;
  return info.target + (modelled ? ": " : " measured with ") + conditions + "\n";
}

bool is_count(const std::string& name, double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const auto& costs = cost_names();
  const bool cost = std::find(costs.begin(), costs.end(), name) != costs.end();
  return cost && std::abs(value) < kExact && value == std::floor(value);
}

}  // namespace coppice
