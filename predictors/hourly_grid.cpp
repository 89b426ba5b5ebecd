#include "predictors/hourly_grid.hpp"

#include <algorithm>
#include <cctype>

#include "supernet/base/csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

constexpr const char* kHeader = "time,gCO2e_per_kWh";
constexpr const char* kForm = "0000-00-00T00:00";  // 0: a digit

bool has_form(const std::string& text) {
  const std::string form = kForm;
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

bool is_time(const std::string& text) {
  if (!has_form(text)) return false;
  const auto part = [&text](std::size_t from) { return std::stoi(text.substr(from, 2)); };
  const int month = part(5);
  const int day = part(8);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && part(11) < 24 && part(14) < 60;
}

std::string day_of(const std::string& time) { return time.substr(0, 10); }

GridHour parse_hour(const std::vector<std::string>& fields, const std::string& where) {
  require(fields.size() == 2, where, ": ", fields.size(), " fields, 2 are needed (", kHeader, ")");
  require(is_time(fields[0]), where, ": time '", fields[0], "', must be like 2026-11-24T03:00");
  GridHour hour{fields[0], csv_number(fields[1], where)};
  require(hour.grams_per_kwh > 0, where, ": ", fields[1], " g/kWh, must be > 0");
  return hour;
}

}  // namespace

std::vector<GridHour> read_hourly_grid(const std::filesystem::path& path) {
  CsvReader reader(read_text_file(path), path.string(), /*comments=*/true);
  require_header(reader, kHeader);
  std::vector<GridHour> hours;
  while (const auto row = reader.next()) {
    const std::string where = reader.place(*row);
    GridHour hour = parse_hour(row->fields, where);
    require(hours.empty() || hours.back().time < hour.time,
            where,
            ": ",
            hour.time,
            " is not later than the row before");
    hours.push_back(std::move(hour));
  }
  require(!hours.empty(), path.string(), ": no hour in it");
  return hours;
}

GridHour hour_at(const std::vector<GridHour>& hours, const std::string& when) {
  const std::string midnight = when + "T00:00";
  const std::string time = is_time(midnight) ? midnight : when;
  require_usage(is_time(time), "--when = ", when, ", must be like 2026-11-24T03:00 or 2026-11-24");
  // Times of this form sort as text.
  const auto after = std::upper_bound(
      hours.begin(), hours.end(), time, [](const std::string& t, const GridHour& hour) {
        return t < hour.time;
      });
  require_usage(after != hours.begin() && day_of(time) <= day_of(hours.back().time),
                "--when = ",
                when,
                ", must be from ",
                hours.front().time,
                " to the end of ",
                day_of(hours.back().time),
                ", which the hourly file covers");
  const GridHour& hour = *(after - 1);
  require_usage(day_of(hour.time) == day_of(time),
                "--when = ",
                when,
                ", of which the hourly file has no hour: the one before is ",
                hour.time);
  return hour;
}

GridHour cleanest_hour(const std::vector<GridHour>& hours) {
  return *std::min_element(hours.begin(), hours.end(), [](const GridHour& a, const GridHour& b) {
    return a.grams_per_kwh < b.grams_per_kwh;
  });
}

}  // namespace coppice
