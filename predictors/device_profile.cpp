#include "predictors/device_profile.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// Keeps the order of keys, so that a profile is written as people read it.
using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "coppice-device-profile/1";
constexpr double kAny = std::numeric_limits<double>::infinity();

struct NumberField {
  const char* path;
  std::optional<double> DeviceProfile::*value;
  double low;  // allowed: low <= value <= high, and value > 0 where `positive`
  double high;
  bool positive;
};

using P = DeviceProfile;
constexpr NumberField kNumbers[] = {
    {"compute.peak_ops.fp32", &P::fp32_ops_per_s, 0, kAny, true},
    {"compute.peak_ops.fp16", &P::fp16_ops_per_s, 0, kAny, true},
    {"compute.peak_ops.int8", &P::int8_ops_per_s, 0, kAny, true},
    {"compute.efficiency.conv", &P::conv_efficiency, 0, 1, true},
    {"compute.efficiency.dwconv", &P::dwconv_efficiency, 0, 1, true},
    {"compute.efficiency.fc", &P::fc_efficiency, 0, 1, true},
    {"compute.launch_us", &P::launch_us, 0, kAny, false},
    {"memory.dram_bw_Bps", &P::dram_bytes_per_s, 0, kAny, true},
    {"memory.llc_bytes", &P::cache_bytes, 0, kAny, false},
    {"power.idle_W", &P::idle_watts, 0, kAny, false},
    {"power.static_W", &P::static_watts, 0, kAny, false},
    {"power.max_W", &P::max_watts, 0, kAny, true},
    {"power.platform_W", &P::platform_watts, 0, kAny, false},
    {"power.psu_factor", &P::psu_factor, 1, 3, true},
    {"energy.mac_pJ.fp32", &P::fp32_mac_pj, 0, kAny, false},
    {"energy.mac_pJ.fp16", &P::fp16_mac_pj, 0, kAny, false},
    {"energy.mac_pJ.int8", &P::int8_mac_pj, 0, kAny, false},
    {"energy.dram_pJ_per_B", &P::dram_pj_per_byte, 0, kAny, false},
    {"energy.sram_pJ_per_B", &P::sram_pj_per_byte, 0, kAny, false},
    {"facility.pue", &P::pue, 1, 3, true},
    {"facility.intensity_g_per_kWh", &P::grams_per_kwh, 0, kAny, true},
    {"facility.intensity_year", &P::grams_per_kwh_year, 1990, 2100, true},
    {"embodied.kgCO2e", &P::embodied_kg, 0, kAny, false},
    {"embodied.lifetime_h", &P::lifetime_hours, 0, kAny, true},
    {"embodied.utilisation", &P::utilisation, 0, 1, true},
    {"embodied.share", &P::embodied_share, 0, 1, true},
    {"calibration.n", &P::calibration_subnets, 0, kAny, false},
    {"calibration.mape", &P::calibration_mape, 0, kAny, false},
    {"calibration.rho", &P::calibration_rho, -1, 1, false},
    {"calibration.latency_n", &P::latency_subnets, 0, kAny, false},
    {"calibration.latency_mape", &P::latency_mape, 0, kAny, false},
    {"calibration.latency_rho", &P::latency_rho, -1, 1, false},
};

struct TextField {
  const char* path;
  std::string DeviceProfile::*value;
};
constexpr TextField kTexts[] = {
    {"id", &P::id},
    {"name", &P::name},
    {"class", &P::device_class},
    {"facility.grid", &P::grid},
    {"calibration.method", &P::calibration_method},
    {"calibration.meter", &P::calibration_meter},
    {"calibration.date", &P::calibration_date},
};

const std::vector<std::string> kClasses = {
    "phone", "mcu", "sbc", "laptop", "server-cpu", "server-gpu"};

Json::json_pointer pointer(const std::string& path) {
  std::string slashes = "/" + path;
  std::replace(slashes.begin(), slashes.end(), '.', '/');
  return Json::json_pointer(slashes);
}

std::string joined(const std::vector<std::string>& values) {
  std::string all;
  for (const auto& value : values) all += (all.empty() ? "" : ", ") + value;
  return all;
}

/// "power" covers "power.static_W"; a calibration explains itself.
bool covers(const Provenance& entry, const std::string& path) {
  return path == entry.field || path.compare(0, entry.field.size() + 1, entry.field + ".") == 0;
}

void check_number(const DeviceProfile& profile,
                  const NumberField& field,
                  const std::string& where) {
  const auto& value = profile.*field.value;
  if (!value) return;
  const bool in_range = std::isfinite(*value) && *value >= field.low && *value <= field.high &&
                        (!field.positive || *value > 0);
  std::string allowed = field.positive && field.low == 0 ? "> 0" : text(">= ", field.low);
  if (field.high < kAny) allowed += text(" and <= ", field.high);
  require(in_range, where, ": ", field.path, " = ", *value, ", must be ", allowed);
  const std::string path = field.path;
  if (path.rfind("calibration.", 0) == 0) return;
  const bool explained = std::any_of(profile.provenance.begin(),
                                     profile.provenance.end(),
                                     [&](const Provenance& p) { return covers(p, path); });
  require(explained,
          where,
          ": ",
          path,
          " has no provenance; add {\"field\": \"",
          path,
          "\", \"source\": ..., \"confidence\": ...}, with the source \"assumption\" if it is one");
}

void check_provenance(const Provenance& entry, const std::string& where) {
  require(!entry.field.empty() && !entry.source.empty(),
          where,
          ": an entry of provenance needs a field and a source");
  const bool known =
      entry.confidence == "high" || entry.confidence == "medium" || entry.confidence == "low";
  require(known,
          where,
          ": confidence of '",
          entry.field,
          "' is '",
          entry.confidence,
          "', must be high, medium or low");
}

/// `where` begins every message: the profile's file, or its id.
void check_profile(const DeviceProfile& profile, const std::string& where) {
  require(!profile.id.empty(), where, ": a device profile needs an id");
  require(std::find(kClasses.begin(), kClasses.end(), profile.device_class) != kClasses.end(),
          where,
          ": class = '",
          profile.device_class,
          "', must be one of ",
          joined(kClasses));
  for (const auto& entry : profile.provenance) check_provenance(entry, where);
  for (const auto& field : kNumbers) check_number(profile, field, where);
  require(profile.static_watts.value_or(kAny) >= profile.idle_watts.value_or(0),
          where,
          ": power.static_W must be >= power.idle_W, which it includes");
  require(profile.max_watts.value_or(kAny) >= profile.static_watts.value_or(0),
          where,
          ": power.max_W must be >= power.static_W");
  require(profile.calibration_method == "none" || profile.calibration_method == "nnls",
          where,
          ": calibration.method = '",
          profile.calibration_method,
          "', must be none or nnls");
  require(profile.factor_low > 0 && profile.factor_low <= 1 && profile.factor_high >= 1 &&
              std::isfinite(profile.factor_high),
          where,
          ": uncertainty needs 0 < factor_low <= 1 <= factor_high");
}

/// Takes the value out of `json` so that what remains at the end is unknown.
template <class Take>
void take(Json& json, const std::string& path, const Take& use) {
  const auto where = pointer(path);
  if (!json.contains(where)) return;
  use(json[where]);
  const auto last = path.rfind('.');
  Json& parent = last == std::string::npos ? json : json[pointer(path.substr(0, last))];
  parent.erase(path.substr(last == std::string::npos ? 0 : last + 1));
}

Provenance parse_provenance_entry(const Json& entry, const std::string& origin) {
  require(entry.is_object(), origin, ": provenance must be a list of objects");
  const std::pair<const char*, std::string Provenance::*> keys[] = {
      {"field", &Provenance::field},
      {"source", &Provenance::source},
      {"url", &Provenance::url},
      {"confidence", &Provenance::confidence}};
  Provenance parsed;
  for (const auto& [key, value] : entry.items()) {
    const std::string name = key;
    const auto* found = std::find_if(
        std::begin(keys), std::end(keys), [&](const auto& known) { return name == known.first; });
    require(found != std::end(keys),
            origin,
            ": provenance: unknown key '",
            name,
            "', must be field, source, url or confidence");
    require(value.is_string(), origin, ": provenance: '", name, "' must be text");
    parsed.*found->second = value.get<std::string>();
  }
  return parsed;
}

void parse_provenance(Json& json, DeviceProfile& profile, const std::string& origin) {
  take(json, "provenance", [&](const Json& entries) {
    require(entries.is_array(), origin, ": provenance must be a list");
    for (const auto& entry : entries) {
      profile.provenance.push_back(parse_provenance_entry(entry, origin));
    }
  });
}

void parse_numbers(Json& json, DeviceProfile& profile, const std::string& origin) {
  const auto take_number = [&](const std::string& path, const auto& store) {
    take(json, path, [&](const Json& value) {
      if (value.is_null()) return;
      require(value.is_number(), origin, ": ", path, " must be a number or null");
      store(value.get<double>());
    });
  };
  for (const auto& field : kNumbers) {
    take_number(field.path, [&](double value) { profile.*field.value = value; });
  }
  take_number("uncertainty.factor_low", [&](double value) { profile.factor_low = value; });
  take_number("uncertainty.factor_high", [&](double value) { profile.factor_high = value; });
}

void parse_texts(Json& json, DeviceProfile& profile, const std::string& origin) {
  for (const auto& field : kTexts) {
    take(json, field.path, [&](const Json& value) {
      require(value.is_string(), origin, ": ", field.path, " must be text");
      profile.*field.value = value.get<std::string>();
    });
  }
}

/// The first key that nobody took, as a path below `prefix`; empty when all were known.
std::string leftover(const Json& json, const std::string& prefix) {
  if (!json.is_object()) return prefix;
  for (const auto& [key, value] : json.items()) {
    std::string path = prefix;
    if (!path.empty()) path += '.';
    path += key;
    std::string found = leftover(value, path);
    if (!found.empty()) return found;
  }
  return {};
}

Json parse_json(const std::string& content, const std::string& origin) {
  try {
    return Json::parse(content);
  } catch (const Json::parse_error& error) {
    throw Error(text(origin, " is not valid JSON (at byte ", error.byte, ")"));
  }
}

}  // namespace

void set_provenance(DeviceProfile& profile, const Provenance& entry) {
  auto& entries = profile.provenance;
  const auto is_same = [&entry](const Provenance& p) { return p.field == entry.field; };
  entries.erase(std::remove_if(entries.begin(), entries.end(), is_same), entries.end());
  entries.insert(entries.begin(), entry);
  const auto has_own = [&entries](const std::string& path) {
    return std::any_of(
        entries.begin(), entries.end(), [&path](const Provenance& p) { return p.field == path; });
  };
  const auto superfluous = [&](const Provenance& group) {
    bool covers_any = false;
    for (const NumberField& field : kNumbers) {
      if (!covers(group, field.path)) continue;
      if (group.field == field.path || ((profile.*field.value) && !has_own(field.path))) {
        return false;
      }
      covers_any = true;
    }
    return covers_any;
  };
  std::vector<Provenance> kept;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(kept), [&](const auto& p) {
    return !superfluous(p);
  });
  entries = std::move(kept);
}

void validate(const DeviceProfile& profile) {
  check_profile(profile, "profile '" + profile.id + "'");
}

DeviceProfile parse_device_profile(const std::string& json, const std::string& origin) {
  Json document = parse_json(json, origin);
  require(document.is_object(), origin, ": a device profile is a JSON object");
  const std::string schema = document.value("schema", Json()).dump();
  require(schema == Json(kSchema).dump(),
          origin,
          ": schema is ",
          schema,
          ", this program reads \"",
          kSchema,
          "\"");
  document.erase("schema");

  DeviceProfile profile;
  parse_numbers(document, profile, origin);
  parse_texts(document, profile, origin);
  parse_provenance(document, profile, origin);
  const std::string unknown = leftover(document, "");
  require(unknown.empty(),
          origin,
          ": unknown key '",
          unknown,
          "'; predictors/README.md lists the known ones");
  check_profile(profile, origin);
  return profile;
}

DeviceProfile read_device_profile(const std::filesystem::path& path) {
  return parse_device_profile(read_text_file(path), path.string());
}

std::string to_json(const DeviceProfile& profile) {
  Json json = Json::object();
  json["schema"] = kSchema;
  for (const char* first : {"id", "name", "class"}) json[first] = "";
  for (const auto& field : kNumbers) {
    const auto& value = profile.*field.value;
    json[pointer(field.path)] = value ? Json(*value) : Json();
  }
  for (const auto& field : kTexts) json[pointer(field.path)] = profile.*field.value;
  json["provenance"] = Json::array();
  for (const auto& entry : profile.provenance) {
    json["provenance"].push_back({{"field", entry.field},
                                  {"source", entry.source},
                                  {"url", entry.url},
                                  {"confidence", entry.confidence}});
  }
  json["uncertainty"] = {{"factor_low", profile.factor_low}, {"factor_high", profile.factor_high}};
  return json.dump(2) + "\n";
}

void write_device_profile(const std::filesystem::path& path, const DeviceProfile& profile) {
  validate(profile);
  write_text_file(path, to_json(profile));
}

GridIntensity grid_of(const DeviceProfile& profile, const GridTable& table) {
  const std::string origin = "device profile '" + profile.id + "'";
  if (profile.grams_per_kwh) {
    return {profile.grid,
            profile.grid,
            *profile.grams_per_kwh,
            static_cast<int>(profile.grams_per_kwh_year.value_or(0)),
            origin};
  }
  try {
    return table.find(profile.grid);
  } catch (const Error& error) {
    throw Error(text(origin, ": facility.grid: ", error.what()));
  }
}

std::string confidence_class(const DeviceProfile& profile) {
  const auto known = [](const std::string& value) { return value.empty() ? "unknown" : value; };
  if (profile.calibration_method == "none") {
    std::string result =
        text("uncalibrated (x", profile.factor_low, " to x", profile.factor_high, ")");
    if (profile.latency_subnets) {
      result += text(", latency calibrated on ", *profile.latency_subnets, " networks");
    }
    if (profile.latency_mape) result += text(" (error ", *profile.latency_mape, " %)");
    return result;
  }
  std::string result = text("calibrated on ",
                            profile.calibration_subnets.value_or(0),
                            " subnets (",
                            known(profile.calibration_meter),
                            ", ",
                            known(profile.calibration_date));
  if (profile.calibration_mape) result += text(", error ", *profile.calibration_mape, " %");
  return result + ")";
}

}  // namespace coppice
