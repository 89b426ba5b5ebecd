#include "experiments/commands/quantities.hpp"

#include "predictors/device_profile.hpp"
#include "predictors/energy_model.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {
namespace {

enum class ProfileQuantity { energy_mj, co2e_g };

// Energy or carbon of one inference.
class ProfilePredictor final : public Predictor {
 public:
  ProfilePredictor(const SearchSpace& space,
                   DeviceProfile profile,
                   GridIntensity grid,
                   ProfileQuantity quantity)
      : space_(space), profile_(std::move(profile)), grid_(std::move(grid)), quantity_(quantity) {
    info_.target = quantity == ProfileQuantity::energy_mj ? "energy_mj" : "co2e_g";
    info_.space = space.name();
  }

  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> values;
    values.reserve(architectures.size());
    for (const Architecture& architecture : architectures) {
      const auto energy = predict_energy(plan_layers(space_, architecture), profile_, grid_);
      values.push_back(quantity_ == ProfileQuantity::energy_mj ? energy.energy_j.nominal * 1000
                                                               : energy.co2e_g.nominal);
    }
    return values;
  }

  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

 private:
  SearchSpace space_;
  DeviceProfile profile_;
  GridIntensity grid_;
  ProfileQuantity quantity_;
  PredictorInfo info_;
};

}  // namespace

SearchSpace space_of_predictor(const std::filesystem::path& path) {
  const Hdf5Reader file(path);
  const PredictorHeader header = read_predictor_header(file);
  if (file.has_attribute("/", "space_description")) {
    return SearchSpace(
        parse_space_spec(file.attribute<std::string>("/", "space_description"), path.string()));
  }
  try {
    SpaceParameters parameters;
    parameters.width_mult = header.width_mult;
    return builtin_space(header.info.space, parameters);
  } catch (const Error&) {
    throw Error(text(path.string(),
                     " is a predictor for the space ",
                     header.info.space,
                     ", which it does not describe; give the space's file with --space"),
                Failure::usage);
  }
}

std::vector<std::unique_ptr<Predictor>> profile_predictors(const SearchSpace& space,
                                                           const std::filesystem::path& profile,
                                                           const std::string& region) {
  DeviceProfile device = read_device_profile(profile);
  const GridTable table = GridTable::built_in();
  const GridIntensity grid = region.empty() ? grid_of(device, table) : table.find(region);
  std::vector<std::unique_ptr<Predictor>> predictors;
  for (const ProfileQuantity quantity : {ProfileQuantity::energy_mj, ProfileQuantity::co2e_g}) {
    predictors.push_back(std::make_unique<ProfilePredictor>(space, device, grid, quantity));
  }
  return predictors;
}

}  // namespace coppice
