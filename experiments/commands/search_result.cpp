#include "experiments/commands/search_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "experiments/commands/measured_result.hpp"
#include "experiments/commands/quantities.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRowsShown = 20;

Json network_json(const SearchSpace& space,
                  const std::vector<std::string>& names,
                  const Candidate& candidate,
                  const std::optional<MeasuredPart>& measured) {
  Json network{{"arch", Json::parse(to_text(space, candidate.architecture))}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double value = candidate.values[i];
    network[names[i]] =
        is_count(names[i], value) ? Json(static_cast<std::int64_t>(value)) : Json(value);
  }
  if (measured) network["predicted"] = predicted_json(*measured, candidate);
  return network;
}

Json found_json(const SearchSpace& space,
                const std::vector<std::string>& names,
                const FoundNetworks& found) {
  const SearchSummary& summary = found.summary;
  Json limits = Json::array();
  for (const Limit& limit : found.limits) limits.push_back(to_text(limit));
  Json front = Json::array();
  for (const Candidate& candidate : summary.front) {
    front.push_back(network_json(space, names, candidate, found.measured));
  }
  if (!found.unreachable.empty()) {
    return {{"limits", std::move(limits)}, {"best", nullptr}, {"unreachable", found.unreachable}};
  }
  Json json{{"limits", std::move(limits)},
            {"best", network_json(space, names, *summary.best, found.measured)},
            {"front", std::move(front)},
            {"hypervolume", summary.hypervolume},
            {"stopped_because", to_text(summary.stopped_because)},
            {"evaluations", summary.evaluations}};
  if (!found.measured) return json;
  json["measured"] = found.measured->targets;
  json["finalists"] = Json::array();
  for (const Candidate& candidate : found.measured->finalists) {
    json["finalists"].push_back(network_json(space, names, candidate, found.measured));
  }
  json["rounds"] = rounds_json(found.measured->rounds);
  return json;
}

// How far predictions may be off; of what is computed exactly there is nothing to say.
std::string intervals_text(const SearchResult& result) {
  const bool measured = std::any_of(result.found.begin(),
                                    result.found.end(),
                                    [](const auto& found) { return found.measured.has_value(); });
  if (measured) return {};
  std::string list;
  bool fitted = false;
  for (const PredictorInfo& info : result.predicted_by) {
    if (info.interval90 == 0) continue;
    fitted = fitted || info.interval90 > 0;
    list += (list.empty() ? "" : ", ") + info.target;
    list += info.interval90 < 0 ? " (error not known)" : fmt::format(" +- {:.2g}", info.interval90);
  }
  if (list.empty()) return {};
  return "predicted, 90 % interval: " + list +
         (fitted
              ? "; the best of many predictions is too good on average, --measure tells by how much"
              : "") +
         "\n";
}

std::int64_t total_evaluations(const SearchResult& result) {
  std::int64_t total = 0;
  for (const FoundNetworks& found : result.found) total += found.summary.evaluations;
  return total;
}

bool is_best(const SearchSummary& summary, std::size_t place) {
  return summary.front[place].architecture == summary.best->architecture;
}

// Places in the front: an even choice of a long one, with both ends and the best.
std::set<std::size_t> rows_shown(const SearchSummary& summary) {
  const std::size_t size = summary.front.size();
  const std::size_t count = std::min(size, kRowsShown);
  std::set<std::size_t> shown;
  for (std::size_t i = 0; i < count; ++i) {
    shown.insert(count < 2 ? 0 : i * (size - 1) / (count - 1));
  }
  for (std::size_t place = 0; place < size; ++place) {
    if (is_best(summary, place)) shown.insert(place);
  }
  return shown;
}

// "160, 176, 192, 208, 224", or "128 to 224 in steps of 4" where that is shorter.
std::string resolutions_text(const std::vector<int>& resolutions) {
  const std::size_t count = resolutions.size();
  const int step = count < 2 ? 0 : resolutions[1] - resolutions[0];
  bool even = count > 5;
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    even = even && (i == 0 || resolutions[i] - resolutions[i - 1] == step);
    list += (i == 0 ? "" : ", ") + std::to_string(resolutions[i]);
  }
  return even
             ? fmt::format("{} to {} in steps of {}", resolutions.front(), resolutions.back(), step)
             : list;
}

std::string table_of(const SearchSpace& space,
                     const SearchResult& result,
                     const FoundNetworks& found) {
  std::string out;
  for (const Limit& limit : found.limits) {
    out += (out.empty() ? "limits: " : ", ") + to_text(limit);
  }
  if (!out.empty()) out += '\n';
  if (!found.unreachable.empty()) return out + "none: " + found.unreachable + "\n";
  if (found.measured) return out + measured_table(space, result, found);
  for (const std::string& name : result.names) out += fmt::format("{:>22}", name);
  out += '\n';
  const auto& front = found.summary.front;
  const std::set<std::size_t> shown = rows_shown(found.summary);
  for (const std::size_t place : shown) {
    for (std::size_t k = 0; k < result.names.size(); ++k) {
      out += fmt::format("{:>22}", value_text(result.names[k], front[place].values[k]));
    }
    out += front.size() > 1 && is_best(found.summary, place) ? "  <- best\n" : "\n";
  }
  if (shown.size() < front.size()) {
    out += fmt::format(
        "{} of the front's {} networks; --json and --out have all\n", shown.size(), front.size());
  }
  return out + "best: " + to_text(space, found.summary.best->architecture) + "\n" +
         found.summary.brief() + "\n";
}

}  // namespace

std::string as_json(const SearchSpace& space, const SearchResult& result, bool several) {
  Json document{{"space", space.name()},
                {"objectives", result.objectives},
                {"resolutions", result.resolutions}};
  if (several) {
    document["best"] = Json::array();
    document["scenarios"] = Json::array();
    for (const FoundNetworks& found : result.found) {
      document["scenarios"].push_back(found_json(space, result.names, found));
      document["best"].push_back(document["scenarios"].back()["best"]);
    }
    document["evaluations"] = total_evaluations(result);
  } else {
    document.update(found_json(space, result.names, result.found.front()));
  }
  Json conditions = Json::object();
  Json intervals = Json::object();
  for (const PredictorInfo& info : result.predicted_by) {
    if (!info.conditions.empty()) conditions[info.target] = info.conditions;
    intervals[info.target] = info.interval90 < 0 ? Json(nullptr) : Json(info.interval90);
  }
  document["conditions"] = std::move(conditions);
  document["interval90"] = std::move(intervals);
  const double seconds = result.duration.value();
  document["run"] = {
      {"seconds", seconds},
      {"evaluations_per_second",
       seconds > 0 ? static_cast<double>(total_evaluations(result)) / seconds : 0.0}};
  for (const auto& [name, value] : result.spent) document["run"][name] = value;
  return document.dump();
}

std::string as_table(const SearchSpace& space, const SearchResult& result) {
  std::string out = fmt::format(
      "space {}, resolutions {} pixels\n", space.name(), resolutions_text(result.resolutions));
  for (const PredictorInfo& info : result.predicted_by) out += conditions_line(info);
  for (const FoundNetworks& found : result.found) out += "\n" + table_of(space, result, found);
  return out + intervals_text(result);
}

}  // namespace coppice
