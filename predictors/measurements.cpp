#include "predictors/measurements.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/base/stored_format.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

constexpr StoredFormat kFormat{"coppice-measurements", "measurement file", 1};

std::set<std::string> target_names(const MeasurementTable& table) {
  std::set<std::string> names;
  for (const Measurement& row : table.rows) {
    for (const auto& [name, value] : row.targets) names.insert(name);
  }
  return names;
}

void write_rows(Hdf5Writer& file, const SearchSpace& space, const MeasurementTable& table) {
  std::vector<std::string> lines;
  std::vector<std::int64_t> ends;
  std::vector<double> samples;
  for (const Measurement& row : table.rows) {
    lines.push_back(to_text(space, row.architecture));
    samples.insert(samples.end(), row.latency_samples_ms.begin(), row.latency_samples_ms.end());
    ends.push_back(static_cast<std::int64_t>(samples.size()));
  }
  file.write("/architectures", lines);
  file.write("/latency_samples_ms/ends", ends);
  file.write("/latency_samples_ms/values", samples);
  file.group("/targets");
  for (const std::string& name : target_names(table)) {
    check_target_name(name);
    std::vector<double> values;
    for (const Measurement& row : table.rows) {
      const auto found = row.targets.find(name);
      const bool known = found != row.targets.end();
      require(!known || std::isfinite(found->second), "target ", name, " is not a finite number");
      values.push_back(known ? found->second : std::numeric_limits<double>::quiet_NaN());
    }
    file.write("/targets/" + name, values);
  }
}

void check_count(const Hdf5Reader& file,
                 const std::string& name,
                 std::size_t found,
                 std::size_t n) {
  require(found == n,
          file.path().string(),
          " is damaged: ",
          name,
          " has ",
          found,
          " values for ",
          n,
          " architectures");
}

void read_samples(const Hdf5Reader& file, MeasurementTable& table) {
  const auto ends = file.read<std::int64_t>("/latency_samples_ms/ends");
  const auto samples = file.read<double>("/latency_samples_ms/values");
  check_count(file, "/latency_samples_ms/ends", ends.size(), table.rows.size());
  std::int64_t start = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    require(ends[i] >= start && ends[i] <= static_cast<std::int64_t>(samples.size()),
            file.path().string(),
            " is damaged: /latency_samples_ms/ends does not ascend");
    table.rows[i].latency_samples_ms.assign(samples.begin() + start, samples.begin() + ends[i]);
    start = ends[i];
  }
}

void read_targets(const Hdf5Reader& file, MeasurementTable& table) {
  for (const std::string& name : file.names("/targets")) {
    const auto values = file.read<double>("/targets/" + name);
    check_count(file, "/targets/" + name, values.size(), table.rows.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isnan(values[i])) table.rows[i].targets[name] = values[i];
    }
  }
}

bool is_hdf5(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string start(8, '\0');
  in.read(start.data(), 8);
  return start == "\x89HDF\r\n\x1a\n";
}

std::string list_of(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list.empty() ? "none" : list;
}

}  // namespace

void check_target_name(const std::string& name) {
  const bool valid = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
  require_usage(valid, "target '", name, "': a name has letters, digits, '_', '-' and '.' only");
}

std::size_t merge_repeats(MeasurementTable& table) {
  std::unordered_map<Architecture, std::size_t, ArchitectureHash> places;
  std::vector<Measurement> merged;
  std::vector<std::map<std::string, double>> counts;
  for (Measurement& row : table.rows) {
    const auto [place, is_new] = places.emplace(row.architecture, merged.size());
    if (is_new) {
      counts.emplace_back();
      for (const auto& [name, value] : row.targets) counts.back()[name] = 1;
      merged.push_back(std::move(row));
      continue;
    }
    Measurement& kept = merged[place->second];
    for (const auto& [name, value] : row.targets) {
      kept.targets[name] += value;
      counts[place->second][name] += 1;
    }
    kept.latency_samples_ms.insert(kept.latency_samples_ms.end(),
                                   row.latency_samples_ms.begin(),
                                   row.latency_samples_ms.end());
  }
  for (std::size_t i = 0; i < merged.size(); ++i) {
    for (auto& [name, value] : merged[i].targets) value /= counts[i][name];
  }
  const std::size_t vanished = table.rows.size() - merged.size();
  table.rows = std::move(merged);
  return vanished;
}

double largest_disagreement(const MeasurementTable& table, const std::string& target) {
  std::unordered_map<Architecture, std::pair<double, double>, ArchitectureHash> seen;  // low, high
  double largest = 0;
  for (const Measurement& row : table.rows) {
    const auto found = row.targets.find(target);
    if (found == row.targets.end()) continue;
    const double value = found->second;
    auto& [low, high] = seen.emplace(row.architecture, std::pair(value, value)).first->second;
    low = std::min(low, value);
    high = std::max(high, value);
    largest = std::max(largest, high - low);
  }
  return largest;
}

void save_measurements(const std::filesystem::path& path,
                       const SearchSpace& space,
                       const MeasurementTable& table) {
  Hdf5Writer file(path);
  write_format(file, kFormat);
  file.attribute("/", "space", space.name());
  file.attribute("/", "width_mult", space.spec().width_mult);
  write_rows(file, space, table);
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const auto& [name, value] : table.conditions) {
    names.push_back(name);
    values.push_back(value);
  }
  file.write("/conditions/names", names);
  file.write("/conditions/values", values);
  file.publish();
}

namespace {

// What is wrong with it is wrong data, not wrong usage.
Architecture stored_architecture(const SearchSpace& space,
                                 const std::string& line,
                                 const std::string& where) {
  try {
    return parse_architecture(space, line, where);
  } catch (const Error& error) {
    throw Error(text(error.what(),
                     "; a space with other choices takes the options it was measured with "
                     "(--resolutions)"));
  }
}

}  // namespace

MeasurementTable load_measurements(const std::filesystem::path& path, const SearchSpace& space) {
  const Hdf5Reader file(path);
  check_format(file, kFormat);
  MeasurementTable table;
  table.space = file.attribute<std::string>("/", "space");
  require(table.space == space.name(),
          path.string(),
          " holds measurements of the space ",
          table.space,
          ", not of ",
          space.name());
  const auto width = file.attribute<double>("/", "width_mult");
  require(width == space.spec().width_mult,
          path.string(),
          " holds measurements at width ",
          width,
          ", not at ",
          space.spec().width_mult,
          "; give --width-mult ",
          width);
  const auto lines = file.read<std::string>("/architectures");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    table.rows.emplace_back();
    const std::string where = text(path.string(), " architecture ", i + 1);
    table.rows.back().architecture = stored_architecture(space, lines[i], where);
  }
  read_targets(file, table);
  read_samples(file, table);
  const auto names = file.read<std::string>("/conditions/names");
  const auto values = file.read<std::string>("/conditions/values");
  require(names.size() == values.size(), path.string(), " is damaged: /conditions do not pair");
  for (std::size_t i = 0; i < names.size(); ++i) table.conditions[names[i]] = values[i];
  return table;
}

MeasurementTable read_measurements(const std::filesystem::path& path,
                                   const SearchSpace& space,
                                   const std::string& target) {
  if (!is_hdf5(path)) return read_measurements_csv(path, space, target);
  MeasurementTable table = load_measurements(path, space);
  const std::set<std::string> names = target_names(table);
  require(names.count(target) == 1,
          path.string(),
          " has no target ",
          target,
          "; it has: ",
          list_of(names));
  return table;
}

bool holds_target(const std::filesystem::path& path, const std::string& target) {
  const std::vector<std::string> names =
      is_hdf5(path) ? Hdf5Reader(path).names("/targets") : csv_columns(path);
  return std::find(names.begin(), names.end(), target) != names.end();
}

}  // namespace coppice
