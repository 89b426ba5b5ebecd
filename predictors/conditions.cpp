#include "predictors/conditions.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "predictors/fit.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr std::array kOfTimings = {"device", "runtime", "threads", "batch"};
constexpr std::array kOfAccuracies = {"images", "split", "supernet_sha256"};
constexpr const char* kRuntimeOf = "runtime of ";
constexpr std::size_t kShownOfHash = 12;

template <std::size_t count>
bool among(const std::array<const char*, count>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string value_of(const Conditions& conditions, const std::string& name) {
  const auto found = conditions.find(name);
  return found == conditions.end() ? "not recorded" : found->second;
}

}  // namespace

Conditions conditions_of(const Conditions& table, const std::string& target) {
  const bool accuracy = maximize_by_default(target);
  Conditions own;
  for (const auto& [name, value] : table) {
    if (name.rfind(kRuntimeOf, 0) == 0) continue;
    if (accuracy ? among(kOfTimings, name) : among(kOfAccuracies, name)) continue;
    own[name] = value;
  }
  const auto runtime = table.find(kRuntimeOf + target);
  if (runtime != table.end()) own["runtime"] = runtime->second;
  return own;
}

std::string difference(const Conditions& here, const Conditions& there) {
  std::set<std::string> names;
  for (const auto& [name, value] : here) names.insert(name);
  for (const auto& [name, value] : there) names.insert(name);
  for (const std::string& name : names) {
    const std::string one = value_of(here, name);
    const std::string other = value_of(there, name);
    if (one != other) return text(name, " = ", one, " here, ", other, " there");
  }
  return "";
}

std::string to_text(const Conditions& conditions) {
  std::string words;
  for (const auto& [name, value] : conditions) {
    const bool hash = name == "supernet_sha256" && value.size() > kShownOfHash;
    words += (words.empty() ? "" : ", ") + name + " " +
             (hash ? value.substr(0, kShownOfHash) + "..." : value);
  }
  return words;
}

}  // namespace coppice
