// Grams of CO2 equivalent per kWh of electricity, by country and state, with year and source.
//
// The built-in table is predictors/data/grid_intensity.csv (Our World in Data, Ember, Energy
// Institute, Green Algorithms; CC BY 4.0). Yearly averages of production, location-based:
// certificates and offsets do not count. A cloud's region (predictors/data/cloud_regions.csv) is
// charged the grid of the place where it stands.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace coppice {

struct GridIntensity {
  std::string iso3;  ///< "DEU", "US-CA"; "WLD" is the world's average
  std::string name;  ///< "Germany"
  double grams_per_kwh = 0;
  int year = 0;
  std::string source;
  std::string cloud = {};  ///< "gcp:europe-west1" where a cloud's region was asked for
};

/// "472.94 g CO2e/kWh (World, 2024, Ember yearly electricity data)"
[[nodiscard]] std::string describe(const GridIntensity& grid);

/// Used when the user names no region.
constexpr const char* kDefaultRegion = "WLD";

class GridTable {
 public:
  /// The table in the program.
  [[nodiscard]] static GridTable built_in();

  /// Reads CSV text with the columns iso3,name,gCO2e_per_kWh,year,source; lines that start with #
  /// are comments; a field that holds a comma stands in double quotes. Rows whose value is not
  /// above 0 are left out: such zeros are rounding or gaps. `origin` names the text in errors.
  [[nodiscard]] static GridTable from_csv(const std::string& csv, const std::string& origin);

  /// from_csv of a file of the user's own.
  [[nodiscard]] static GridTable read(const std::filesystem::path& path);

  /// The row of an ISO 3166 code ("DEU", "US-CA") or a name, or of the place of a cloud's region
  /// ("gcp:europe-west1", "aws:...", "azure:..."), whatever the case. Throws a usage Error that
  /// names the nearest known region, and one for a name that two places bear ("Georgia").
  [[nodiscard]] GridIntensity find(const std::string& region) const;

  [[nodiscard]] const std::vector<GridIntensity>& rows() const& noexcept { return rows_; }
  [[nodiscard]] const std::vector<GridIntensity>& rows() const&& = delete;  // would dangle

 private:
  [[nodiscard]] GridIntensity find_cloud(const std::string& code) const;

  std::vector<GridIntensity> rows_;
};

}  // namespace coppice
