#include "predictors/energy_csv.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "supernet/base/csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// Up to "pue": codecarbon.output.EmissionsData (2.x), in its order; columns that mean nothing to
// a C++ program (python_version ...) stay so that readers find them, empty.
const std::vector<std::string> kColumns = {"timestamp",      "project_name",
                                           "run_id",         "experiment_id",
                                           "duration",       "emissions",
                                           "emissions_rate", "cpu_power",
                                           "gpu_power",      "ram_power",
                                           "cpu_energy",     "gpu_energy",
                                           "ram_energy",     "energy_consumed",
                                           "country_name",   "country_iso_code",
                                           "region",         "cloud_provider",
                                           "cloud_region",   "os",
                                           "python_version", "codecarbon_version",
                                           "cpu_count",      "cpu_model",
                                           "gpu_count",      "gpu_model",
                                           "longitude",      "latitude",
                                           "ram_total_size", "tracking_mode",
                                           "on_cloud",       "pue",
                                           "phase",          "method",
                                           "basis",          "energy_low",
                                           "energy_high",    "emissions_low",
                                           "emissions_high", "grid_g_per_kwh",
                                           "grid_year",      "grid_source"};

// Below this a power would be noise divided by nothing.
constexpr double kShortestForPower = 0.01;

constexpr double kGramsPerKilogram = 1000.0;

std::string number(double value) {
  std::ostringstream out;
  out.precision(12);
  out << value;
  return out.str();
}

std::string known(double value) { return value > 0 ? number(value) : ""; }

void put_component(std::map<std::string, std::string>& row,
                   const std::string& name,
                   const ComponentEnergy& component,
                   double pue,
                   Seconds duration) {
  const double joules = component.energy.value() * pue;
  const bool long_enough = duration.value() >= kShortestForPower;
  row[name + "_energy"] = number(joules / kJoulesPerKilowattHour);
  row[name + "_power"] = number(long_enough ? joules / duration.value() : 0);
}

void put_identity(std::map<std::string, std::string>& row, const RunIdentity& identity) {
  row["timestamp"] = identity.timestamp;
  row["project_name"] = identity.project_name;
  row["run_id"] = identity.run_id;
  row["experiment_id"] = identity.experiment_id;
  row["os"] = identity.os;
  row["cpu_model"] = identity.cpu_model;
  row["cpu_count"] = known(identity.cpu_count);
  row["ram_total_size"] = known(identity.ram_total_gb);
  row["tracking_mode"] = identity.tracking_mode;
  row["on_cloud"] = "N";
}

void put_record(std::map<std::string, std::string>& row, const PhaseRecord& record, double pue) {
  const double kilograms = record.co2e_g.nominal / kGramsPerKilogram;
  const double seconds = record.duration.value();
  row["duration"] = number(seconds);
  row["emissions"] = number(kilograms);
  row["emissions_rate"] = number(seconds >= kShortestForPower ? kilograms / seconds : 0);
  put_component(row, "cpu", record.energy.cpu, pue, record.duration);
  put_component(row, "gpu", record.energy.gpu, pue, record.duration);
  put_component(row, "ram", record.energy.ram, pue, record.duration);
  row["energy_consumed"] = number(record.energy_j.nominal / kJoulesPerKilowattHour);
  row["phase"] = record.phase;
  row["method"] = method_text(record.energy);
  row["basis"] = basis_text(record.energy);
  row["energy_low"] = number(record.energy_j.low / kJoulesPerKilowattHour);
  row["energy_high"] = number(record.energy_j.high / kJoulesPerKilowattHour);
  row["emissions_low"] = number(record.co2e_g.low / kGramsPerKilogram);
  row["emissions_high"] = number(record.co2e_g.high / kGramsPerKilogram);
}

std::string first_line(const std::string& content) { return content.substr(0, content.find('\n')); }

void require_our_columns(const std::filesystem::path& path, const std::string& content) {
  require(first_line(content) == csv_line(kColumns),
          path.string(),
          " line 1: its columns are not those of this program's energy.csv; move the file away");
}

// No field of ours holds a line break.
void drop_last_line(std::string& content) {
  content.pop_back();
  content.resize(content.rfind('\n') + 1);
}

}  // namespace

void append_energy_csv(const std::filesystem::path& path,
                       const std::vector<PhaseRecord>& records,
                       const GridIntensity& grid,
                       double pue,
                       const RunIdentity& identity,
                       std::size_t replaced) {
  std::string content = csv_line(kColumns) + '\n';
  if (std::filesystem::exists(path)) {
    content = read_text_file(path);
    require_our_columns(path, content);
    if (content.back() != '\n') content += '\n';
  }
  for (std::size_t i = 0; i < replaced; ++i) drop_last_line(content);
  for (const auto& record : records) {
    std::map<std::string, std::string> row;
    put_identity(row, identity);
    put_record(row, record, pue);
    row["country_name"] = grid.name;
    row["country_iso_code"] = grid.iso3;
    row["pue"] = number(pue);
    row["grid_g_per_kwh"] = number(grid.grams_per_kwh);
    row["grid_year"] = number(grid.year);
    row["grid_source"] = grid.source;
    std::vector<std::string> fields;
    fields.reserve(kColumns.size());
    for (const auto& column : kColumns) fields.push_back(row[column]);
    content += csv_line(fields) + '\n';
  }
  write_text_file(path, content);
}

bool copy_energy_csv(const std::vector<std::filesystem::path>& from,
                     const std::vector<std::string>& phases,
                     const std::filesystem::path& to) {
  const auto phase_column = static_cast<std::size_t>(
      std::find(kColumns.begin(), kColumns.end(), "phase") - kColumns.begin());
  std::string rows;
  for (const auto& path : from) {
    if (!std::filesystem::exists(path)) continue;
    const std::string content = read_text_file(path);
    require_our_columns(path, content);
    CsvReader reader(content, path.string());
    while (const auto row = reader.next()) {
      const bool asked =
          row->fields.size() == kColumns.size() &&
          std::find(phases.begin(), phases.end(), row->fields[phase_column]) != phases.end();
      if (asked) rows += csv_line(row->fields) + '\n';
    }
  }
  if (!rows.empty()) write_text_file(to, csv_line(kColumns) + '\n' + rows);
  return !rows.empty();
}

std::vector<EnergyRow> read_energy_csv(const std::filesystem::path& path) {
  const std::string content = read_text_file(path);
  require_our_columns(path, content);
  CsvReader reader(content, path.string());
  require_header(reader, csv_line(kColumns));
  std::vector<EnergyRow> rows;
  while (const auto record = reader.next()) {
    const std::string where = reader.place(*record);
    const auto& fields = record->fields;
    require(fields.size() == kColumns.size(),
            where,
            ": ",
            fields.size(),
            " fields, ",
            kColumns.size(),
            " are needed");
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < fields.size(); ++i) row[kColumns[i]] = fields[i];
    const auto value = [&](const char* column) { return csv_number(row[column], where); };
    const Estimate kwh{value("energy_low"), value("energy_consumed"), value("energy_high")};
    const Estimate kg{value("emissions_low"), value("emissions"), value("emissions_high")};
    rows.push_back({row["timestamp"],
                    row["phase"],
                    Seconds(value("duration")),
                    kwh * kJoulesPerKilowattHour,
                    kg * kGramsPerKilogram,
                    row["method"],
                    row["basis"],
                    value("pue"),
                    row["cpu_model"],
                    {row["country_iso_code"],
                     row["country_name"],
                     value("grid_g_per_kwh"),
                     static_cast<int>(value("grid_year")),
                     row["grid_source"]}});
    require(rows.back().pue >= 1, where, ": pue = ", rows.back().pue, ", must be >= 1");
  }
  return rows;
}

void append_once(std::string& list, const std::string& entry) {
  if (entry.empty() || ("; " + list + "; ").find("; " + entry + "; ") != std::string::npos) return;
  list += (list.empty() ? "" : "; ") + entry;
}

}  // namespace coppice
