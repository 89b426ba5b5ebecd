// Measurements out of CSV files, as spreadsheets and data frames write them.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "predictors/interval90.hpp"
#include "predictors/measurements.hpp"
#include "supernet/base/csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

/// Where the needed columns stand.
struct Columns {
  std::vector<std::string> names;
  std::size_t target = 0;
  std::optional<std::size_t> line;                        ///< of `arch`
  std::vector<std::pair<std::string, std::size_t>> keys;  ///< of ks, e, d, r
};

std::optional<std::size_t> find_column(const Columns& columns, const std::string& name) {
  const auto found = std::find(columns.names.begin(), columns.names.end(), name);
  if (found == columns.names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.names.begin());
}

std::vector<std::string> keys_of(const SearchSpace& space) {
  return space.spec().family == Family::mobile ? std::vector<std::string>{"ks", "e", "d"}
                                               : std::vector<std::string>{"d", "e", "w"};
}

/// Where a column `arch` says it all.
Columns without_keys(Columns columns) {
  columns.keys.clear();
  return columns;
}

Columns find_columns(const std::vector<std::string>& names,
                     const std::string& path,
                     const SearchSpace& space,
                     const std::string& target) {
  Columns columns;
  columns.names = names;
  const auto target_column = find_column(columns, target);
  require(std::count(names.begin(), names.end(), target) <= 1,
          path,
          " has several columns ",
          target,
          "; keep one");
  require(target_column.has_value(),
          path,
          " has no column ",
          target,
          "; its columns are: ",
          joined(names));
  columns.target = *target_column;
  columns.line = find_column(columns, "arch");
  for (const std::string& key : keys_of(space)) {
    const auto column = find_column(columns, key);
    if (columns.line && !column) return without_keys(std::move(columns));
    require(column.has_value(),
            path,
            " has neither a column arch nor a column ",
            key,
            "; its columns are: ",
            joined(names));
    columns.keys.emplace_back(key, *column);
  }
  const auto r = find_column(columns, "r");
  if (columns.line && !r) return without_keys(std::move(columns));
  if (r) columns.keys.emplace_back("r", *r);
  return columns;
}

double finite_number(const std::string& field, const std::string& where, const std::string& name) {
  const auto first = field.find_first_not_of(" \t");
  const auto last = field.find_last_not_of(" \t");
  const std::string_view trimmed = first == std::string::npos
                                       ? std::string_view()
                                       : std::string_view(field).substr(first, last - first + 1);
  require(!trimmed.empty(), where, ": ", name, " is empty");
  double number = 0;
  const char* end = trimmed.data() + trimmed.size();
  const auto [stop, code] = std::from_chars(trimmed.data(), end, number);
  require(
      code == std::errc() && stop == end, where, ": ", name, " = '", field, "' is not a number");
  require(std::isfinite(number), where, ": ", name, " = '", field, "', must be a finite number");
  return number;
}

/// The JSON line of an architecture whose genes stand in columns: spaces become commas.
std::string line_of(const Columns& columns, const CsvRow& row, const std::string& where) {
  std::string line = "{";
  for (const auto& [key, column] : columns.keys) {
    const std::string& field = row.fields[column];
    std::string list;
    for (std::size_t at = 0; at < field.size();) {
      const std::size_t start = field.find_first_not_of(" \t", at);
      if (start == std::string::npos) break;
      at = std::min(field.find_first_of(" \t", start), field.size());
      const std::string number = field.substr(start, at - start);
      finite_number(number, where, key);
      list.append(list.empty() ? "" : ",").append(number);
    }
    line.append(line.size() > 1 ? ",\"" : "\"").append(key).append("\":[").append(list).append("]");
  }
  return line + "}";
}

/// What is wrong with an architecture here is wrong data, not wrong usage.
Architecture architecture_in(const SearchSpace& space,
                             const std::string& line,
                             const std::string& where) {
  try {
    return parse_architecture(space, line, where);
  } catch (const Error& error) {
    throw Error(error.what());
  }
}

Architecture architecture_of(const SearchSpace& space,
                             const Columns& columns,
                             const CsvRow& row,
                             const std::string& where) {
  if (!columns.line) return architecture_in(space, line_of(columns, row, where), where);
  Architecture named = architecture_in(space, row.fields[*columns.line], where + ": arch");
  if (columns.keys.empty()) return named;
  const Architecture again = architecture_in(space, line_of(columns, row, where), where);
  require(again == named,
          where,
          ": arch and the columns ",
          columns.keys.front().first,
          " ... name different networks; keep one of them");
  return named;
}

/// Accuracies are percentages, whoever measured them; times and energies are above 0.
double target_value(const std::string& field, const std::string& where, const std::string& target) {
  const double value = finite_number(field, where, target);
  require(!is_percentage(target) || (value >= 0 && value <= 100),
          where,
          ": ",
          target,
          " = ",
          field,
          ", must be 0 to 100 (percent)");
  require(!positive_by_nature(target) || value > 0,
          where,
          ": ",
          target,
          " = ",
          field,
          ", must be above 0");
  return value;
}

/// Shares of one are told from percent by what no set of networks is: below one percent all.
void require_percent(const MeasurementTable& table,
                     const std::string& path,
                     const std::string& target) {
  if (!is_percentage(target)) return;
  const bool shares =
      std::all_of(table.rows.begin(), table.rows.end(), [&](const Measurement& row) {
        return row.targets.at(target) <= 1;
      });
  require(!shares, path, ": no ", target, " is above 1; percent are needed, not shares: times 100");
}

std::string text_of(const std::filesystem::path& path) {
  std::string content = read_text_file(path);
  require(content.find('\0') == std::string::npos,
          path.string(),
          " is neither a measurement file of Coppice nor a CSV: it holds zero bytes");
  return content;
}

CsvRow header_of(CsvReader& reader, const std::filesystem::path& path) {
  auto header = reader.next();
  require(
      header.has_value(), path.string(), " is empty; a header line with column names is needed");
  return std::move(*header);
}

}  // namespace

std::vector<std::string> csv_columns(const std::filesystem::path& path) {
  CsvReader reader(text_of(path), path.string());
  return header_of(reader, path).fields;
}

MeasurementTable read_measurements_csv(const std::filesystem::path& path,
                                       const SearchSpace& space,
                                       const std::string& target) {
  CsvReader reader(text_of(path), path.string());
  const Columns columns =
      find_columns(header_of(reader, path).fields, path.string(), space, target);
  MeasurementTable table;
  table.space = space.name();
  while (const auto record = reader.next()) {
    const std::string where = reader.place(*record);
    require(record->fields.size() == columns.names.size(),
            where,
            " has ",
            record->fields.size(),
            " fields, the header has ",
            columns.names.size());
    Measurement row;
    row.architecture = architecture_of(space, columns, *record, where);
    row.targets[target] = target_value(record->fields[columns.target], where, target);
    table.rows.push_back(std::move(row));
  }
  require(!table.rows.empty(), path.string(), " has a header but no rows");
  require_percent(table, path.string(), target);
  return table;
}

}  // namespace coppice
