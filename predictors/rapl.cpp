#include "predictors/rapl.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kShortestInterval = 0.01;  // seconds

bool starts_with(const std::string& value, const std::string& prefix) {
  return value.compare(0, prefix.size(), prefix) == 0;
}

std::optional<std::uint64_t> read_number(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::uint64_t value = 0;
  if (in >> value) return value;
  return std::nullopt;
}

std::string read_word(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string word;
  in >> word;
  return word;
}

/// "intel-rapl:0" and "intel-rapl-mmio:0", not their parts "intel-rapl:0:1".
bool is_top_zone(const std::string& folder) {
  return starts_with(folder, "intel-rapl") && std::count(folder.begin(), folder.end(), ':') == 1;
}

}  // namespace

std::vector<RaplReader::Zone> RaplReader::find_zones(const std::filesystem::path& powercap) {
  std::vector<Zone> found;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(powercap, code)) {
    const std::string folder = entry.path().filename().string();
    if (!is_top_zone(folder)) continue;
    Zone zone;
    zone.name = read_word(entry.path() / "name");
    if (!starts_with(zone.name, "package")) continue;
    zone.counter = entry.path() / "energy_uj";
    zone.memory_mapped = starts_with(folder, "intel-rapl-mmio");
    zone.range = read_number(entry.path() / "max_energy_range_uj").value_or(0);
    found.push_back(zone);
  }
  // By name, memory-mapped first, so that unique keeps those.
  std::sort(found.begin(), found.end(), [](const Zone& a, const Zone& b) {
    return a.name != b.name ? a.name < b.name : a.memory_mapped > b.memory_mapped;
  });
  const auto same_name = [](const Zone& a, const Zone& b) { return a.name == b.name; };
  found.erase(std::unique(found.begin(), found.end(), same_name), found.end());
  return found;
}

std::string why_no_rapl(const std::filesystem::path& powercap) {
  std::error_code code;
  if (!std::filesystem::is_directory(powercap, code)) {
    return text("this machine offers no energy counters (no folder ",
                powercap.string(),
                "); virtual machines rarely do");
  }
  const auto zones = RaplReader::find_zones(powercap);
  if (zones.empty()) {
    return text("no package energy counter in ", powercap.string());
  }
  for (const auto& zone : zones) {
    errno = 0;
    if (read_number(zone.counter)) continue;
    const int reason = errno;
    std::string why = text("cannot read the energy counter ",
                           zone.counter.string(),
                           ": ",
                           reason != 0 ? std::strerror(reason) : "not a number");
    if (reason == EACCES || reason == EPERM) {
      why += text("; allow it until the next boot with: sudo chmod a+r ",
                  powercap.string(),
                  "/*/energy_uj");
    }
    return why;
  }
  return {};
}

std::string why_unreadable_rapl(const std::filesystem::path& powercap) {
  return RaplReader::find_zones(powercap).empty() ? "" : why_no_rapl(powercap);
}

RaplReader::RaplReader(const std::filesystem::path& powercap, const Clock& clock) : clock_(&clock) {
  const std::string reason = why_no_rapl(powercap);
  require(reason.empty(), reason);
  zones_ = find_zones(powercap);
  for (auto& zone : zones_) {
    zone.last = read_number(zone.counter).value_or(0);
    zone.read_at = clock.now();
  }
}

Joules RaplReader::read() {
  for (auto& zone : zones_) {
    const auto now = read_number(zone.counter);
    zone.lost = zone.lost || !now;
    if (!now) continue;
    const Seconds time = clock_->now();
    double step = 0;
    if (*now >= zone.last) {
      step = static_cast<double>(*now - zone.last);
    } else if (zone.range > zone.last) {
      step = static_cast<double>(zone.range - zone.last + *now);
    }  // else it wrapped at an unknown value: the interval is left out
    // Counters are updated every millisecond: a short interval may hold the energy of a longer one.
    const double seconds = std::max((time - zone.read_at).value(), kShortestInterval);
    if (step * 1e-6 <= kMostPackageWatts * seconds) {
      microjoules_ += step;
    } else {
      ++jumps_;
    }
    zone.last = *now;
    zone.read_at = time;
  }
  return Joules(microjoules_ * 1e-6);
}

std::string RaplReader::lost() const {
  std::string names;
  for (const auto& zone : zones_) {
    if (zone.lost) names += (names.empty() ? "" : ", ") + zone.name;
  }
  return names;
}

std::string RaplReader::zones() const {
  std::string names;
  for (const auto& zone : zones_) names += (names.empty() ? "" : ", ") + zone.name;
  return names;
}

}  // namespace coppice
