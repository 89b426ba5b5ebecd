#include "predictors/energy_csv.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <sstream>

#include "supernet/base/csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

std::vector<std::string> words_of(const char* list) {
  std::istringstream in(list);
  return {std::istream_iterator<std::string>(in), {}};
}

// Up to "wue": codecarbon.output_methods.EmissionsData (3.x), in its order; columns that mean
// nothing to this program (python_version ...) stay so that readers find them, empty.
const std::vector<std::string> kColumns = words_of(
    "timestamp project_name run_id experiment_id duration emissions emissions_rate "
    "cpu_utilization_percent ram_utilization_percent ram_used_gb cpu_power gpu_power ram_power "
    "cpu_energy gpu_energy ram_energy energy_consumed water_consumed country_name "
    "country_iso_code region cloud_provider cloud_region os python_version codecarbon_version "
    "cpu_count cpu_model gpu_count gpu_model longitude latitude ram_total_size tracking_mode "
    "on_cloud pue wue "
    "phase method basis energy_low energy_high emissions_low emissions_high grid_g_per_kwh "
    "grid_year grid_source grid_code grid_name");

// What files of earlier builds lack.
const std::vector<std::string> kAddedLater = words_of(
    "cpu_utilization_percent ram_utilization_percent ram_used_gb water_consumed wue grid_code "
    "grid_name");

using Row = std::map<std::string, std::string>;  // by column

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

void put_component(Row& row,
                   const std::string& name,
                   const ComponentEnergy& component,
                   double pue,
                   Seconds duration) {
  const double joules = component.energy.value() * pue;
  const bool long_enough = duration.value() >= kShortestForPower;
  row[name + "_energy"] = number(joules / kJoulesPerKilowattHour);
  row[name + "_power"] = number(long_enough ? joules / duration.value() : 0);
}

// "2 x NVIDIA H200", as CodeCarbon writes it.
std::string gpu_models(const std::vector<std::string>& gpus) {
  std::map<std::string, int> counts;
  for (const std::string& gpu : gpus) ++counts[gpu];
  std::string models;
  for (const auto& [name, count] : counts) {
    models += text(models.empty() ? "" : ", ", count, " x ", name);
  }
  return models;
}

void put_identity(Row& row, const RunIdentity& identity) {
  row["timestamp"] = identity.timestamp;
  row["project_name"] = identity.project_name;
  row["run_id"] = identity.run_id;
  row["experiment_id"] = identity.experiment_id;
  row["os"] = identity.os;
  row["cpu_model"] = identity.cpu_model;
  row["cpu_count"] = known(identity.cpu_count);
  row["ram_total_size"] = known(identity.ram_total_gb);
  row["gpu_count"] = known(static_cast<double>(identity.gpus.size()));
  row["gpu_model"] = gpu_models(identity.gpus);
  row["tracking_mode"] = identity.tracking_mode;
}

// A state's and a cloud's row stand under their country, as CodeCarbon has them.
void put_grid(Row& row, const GridIntensity& grid) {
  const bool state = grid.iso3.rfind("US-", 0) == 0;
  row["country_name"] = state ? "United States" : grid.name;
  row["country_iso_code"] = state ? "USA" : grid.iso3;
  if (state) row["region"] = grid.name;
  const auto colon = grid.cloud.find(':');
  row["on_cloud"] = grid.cloud.empty() ? "N" : "Y";
  if (colon != std::string::npos) {
    row["cloud_provider"] = grid.cloud.substr(0, colon);
    row["cloud_region"] = grid.cloud.substr(colon + 1);
  }
  row["grid_g_per_kwh"] = number(grid.grams_per_kwh);
  row["grid_year"] = number(grid.year);
  row["grid_source"] = grid.source;
  row["grid_code"] = grid.iso3;
  row["grid_name"] = grid.name;
}

// Earlier builds had the grid's own code and name in the country's columns.
GridIntensity grid_of(Row& row, double grams_per_kwh, int year) {
  const bool apart = !row["grid_code"].empty();
  GridIntensity grid{apart ? row["grid_code"] : row["country_iso_code"],
                     apart ? row["grid_name"] : row["country_name"],
                     grams_per_kwh,
                     year,
                     row["grid_source"]};
  if (row["on_cloud"] == "Y") grid.cloud = row["cloud_provider"] + ":" + row["cloud_region"];
  return grid;
}

// Who worked: the GPUs where they used energy, beside the processor.
std::string device_of(Row& row, double gpu_kwh) {
  if (gpu_kwh <= 0 || row["gpu_model"].empty()) return row["cpu_model"];
  return row["cpu_model"] + ", " + row["gpu_model"];
}

// Of the processors that the process may use, 100: all of them, all the time.
std::string utilization_percent(const PhaseRecord& record, int cpu_count) {
  if (cpu_count < 1 || record.duration.value() < kShortestForPower) return "";
  return number(100 * record.cpu_time.value() / (record.duration.value() * cpu_count));
}

void put_record(Row& row, const PhaseRecord& record, double pue) {
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

std::string line_of(Row& row) {
  std::vector<std::string> fields;
  fields.reserve(kColumns.size());
  for (const auto& column : kColumns) fields.push_back(row[column]);
  return csv_line(fields) + '\n';
}

std::vector<std::string> earlier_columns() {
  std::vector<std::string> columns;
  for (const std::string& column : kColumns) {
    const bool later =
        std::find(kAddedLater.begin(), kAddedLater.end(), column) != kAddedLater.end();
    if (!later) columns.push_back(column);
  }
  return columns;
}

void require_fields(const CsvReader& reader, const CsvRow& row, std::size_t needed) {
  require(row.fields.size() == needed,
          reader.place(row),
          ": ",
          row.fields.size(),
          " fields, ",
          needed,
          " are needed");
}

// Rows of an earlier build under today's columns, what it did not know empty.
std::string with_all_columns(const std::string& content, const std::filesystem::path& path) {
  CsvReader reader(content, path.string());
  const auto header = reader.next();
  require(header && header->fields == earlier_columns(),
          path.string(),
          " line 1: its columns are not those of this program's energy.csv; move the file away");
  std::string result = csv_line(kColumns) + '\n';
  while (const auto record = reader.next()) {
    require_fields(reader, *record, header->fields.size());
    Row row;
    for (std::size_t i = 0; i < record->fields.size(); ++i) {
      row[header->fields[i]] = record->fields[i];
    }
    result += line_of(row);
  }
  return result;
}

// The file's text, with today's columns.
std::string content_of(const std::filesystem::path& path) {
  std::string content = read_text_file(path);
  if (content.substr(0, content.find('\n')) == csv_line(kColumns)) return content;
  return with_all_columns(content, path);
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
    content = content_of(path);
    if (content.back() != '\n') content += '\n';
  }
  for (std::size_t i = 0; i < replaced; ++i) drop_last_line(content);
  for (const auto& record : records) {
    Row row;
    put_identity(row, identity);
    put_record(row, record, pue);
    put_grid(row, grid);
    row["cpu_utilization_percent"] = utilization_percent(record, identity.cpu_count);
    row["pue"] = number(pue);
    content += line_of(row);
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
    CsvReader reader(content_of(path), path.string());
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
  CsvReader reader(content_of(path), path.string());
  require_header(reader, csv_line(kColumns));
  std::vector<EnergyRow> rows;
  while (const auto record = reader.next()) {
    const std::string where = reader.place(*record);
    require_fields(reader, *record, kColumns.size());
    Row row;
    for (std::size_t i = 0; i < kColumns.size(); ++i) row[kColumns[i]] = record->fields[i];
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
                    device_of(row, value("gpu_energy")),
                    grid_of(row, value("grid_g_per_kwh"), static_cast<int>(value("grid_year")))});
    require(rows.back().pue >= 1, where, ": pue = ", rows.back().pue, ", must be >= 1");
  }
  return rows;
}

void append_once(std::string& list, const std::string& entry) {
  if (entry.empty() || ("; " + list + "; ").find("; " + entry + "; ") != std::string::npos) return;
  list += (list.empty() ? "" : "; ") + entry;
}

}  // namespace coppice
