#include "predictors/grid_intensity.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <tuple>
#include <utility>

#include "supernet/base/csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/nearest.hpp"

namespace coppice {

std::string_view grid_intensity_csv();  // both embedded by the build
std::string_view cloud_regions_csv();

namespace {

constexpr const char* kHeader = "iso3,name,gCO2e_per_kWh,year,source";

std::string lower(std::string value) {
  for (char& c : value) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return value;
}

struct CloudRegion {
  std::string code;   // "gcp:europe-west1"
  std::string where;  // "BEL"
  std::string place;  // "St. Ghislain"
};

std::vector<CloudRegion> cloud_regions() {
  std::vector<CloudRegion> regions;
  CsvReader reader(std::string(cloud_regions_csv()), "the cloud regions", /*comments=*/true);
  while (auto row = reader.next()) {
    auto& fields = row->fields;
    if (fields.size() == 3) regions.push_back({fields[0], fields[1], fields[2]});
  }
  return regions;
}

GridIntensity parse_row(const std::vector<std::string>& fields, const std::string& where) {
  require(fields.size() == 5, where, ": ", fields.size(), " fields, 5 are needed (", kHeader, ")");
  require(!fields[0].empty() && !fields[1].empty(), where, ": iso3 and name must not be empty");
  GridIntensity row;
  row.iso3 = fields[0];
  row.name = fields[1];
  row.grams_per_kwh = fields[2].empty() ? 0 : csv_number(fields[2], where);
  row.year = static_cast<int>(csv_number(fields[3], where));
  row.source = fields[4];
  return row;
}

}  // namespace

std::string describe(const GridIntensity& grid) {
  return text(
      grid.grams_per_kwh, " g CO2e/kWh (", grid.name, ", ", grid.year, ", ", grid.source, ")");
}

GridTable GridTable::built_in() {
  return from_csv(std::string(grid_intensity_csv()), "the built-in grid table");
}

GridTable GridTable::read(const std::filesystem::path& path) {
  return from_csv(read_text_file(path), path.string());
}

GridTable GridTable::from_csv(const std::string& csv, const std::string& origin) {
  GridTable table;
  CsvReader reader(csv, origin, /*comments=*/true);
  require_header(reader, kHeader);
  while (const auto row = reader.next()) {
    GridIntensity region = parse_row(row->fields, reader.place(*row));
    if (region.grams_per_kwh > 0) table.rows_.push_back(std::move(region));
  }
  require(!table.rows_.empty(), origin, ": no region with a value above 0");
  return table;
}

GridIntensity GridTable::find_cloud(const std::string& code) const {
  const auto regions = cloud_regions();
  const auto found = std::find_if(
      regions.begin(), regions.end(), [&code](const CloudRegion& r) { return r.code == code; });
  if (found != regions.end()) {
    GridIntensity grid = find(found->where);
    grid.name = found->place + " (" + found->code + "), grid of " + grid.name;
    grid.cloud = found->code;
    return grid;
  }
  std::vector<std::string> codes;
  for (const CloudRegion& r : regions) codes.push_back(r.code);
  const auto nearest = std::min_element(codes.begin(), codes.end(), [&](auto& a, auto& b) {
    return edit_distance(code, a) < edit_distance(code, b);
  });
  throw Error(text("cloud region '",
                   code,
                   "' is not in the table; the nearest known one is ",
                   *nearest,
                   "; or give the country or the state (US-CA) where it stands"),
              Failure::usage);
}

GridIntensity GridTable::find(const std::string& region) const {
  std::string wanted = lower(region);
  if (wanted == "uk") wanted = "gbr";  // what people write
  if (wanted == "eu") wanted = "euu";
  if (wanted.find(':') != std::string::npos) return find_cloud(wanted);
  const auto lower_names = [](const GridIntensity& row) {
    return std::pair(lower(row.iso3), lower(row.name));
  };
  // Short words are meant as codes; among equally near ones that which begins alike wins, so
  // that "US" leads to USA and not to AUS. A part of a name is nearer than any other spelling:
  // "Korea" leads to South Korea and not to Jordan.
  const auto distance = [&](const GridIntensity& row) {
    const auto [iso3, name] = lower_names(row);
    const bool code = wanted.size() <= 3;
    const std::string& known = code ? iso3 : name;
    return std::tuple(!code && known.find(wanted) == std::string::npos,
                      edit_distance(wanted, known),
                      known.compare(0, wanted.size(), wanted) != 0);
  };
  std::vector<const GridIntensity*> called;
  for (const auto& row : rows_) {
    const auto [iso3, name] = lower_names(row);
    if (wanted == iso3) return row;
    const bool without_addition =
        wanted == name.substr(0, name.find(" ("));  // "Georgia (US state)"
    if (wanted == name || without_addition) called.push_back(&row);
  }
  if (called.size() > 1) {
    throw Error(text("region '",
                     region,
                     "' is the name of two places; give ",
                     called.front()->iso3,
                     " or ",
                     called.back()->iso3),
                Failure::usage);
  }
  if (!called.empty()) return *called.front();
  const auto nearest =
      std::min_element(rows_.begin(), rows_.end(), [&](const auto& a, const auto& b) {
        return distance(a) < distance(b);
      });
  throw Error(
      text("region '",
           region,
           "' is not in the grid table; the nearest known one is ",
           nearest->iso3,
           " (",
           nearest->name,
           "); use a three-letter ISO 3166 code, a country's name, a state like US-CA, a cloud "
           "region like gcp:europe-west1, or ",
           kDefaultRegion,
           " for the world"),
      Failure::usage);
}

}  // namespace coppice
