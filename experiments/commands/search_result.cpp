#include "experiments/commands/search_result.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

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

std::int64_t total_evaluations(const SearchResult& result) {
  std::int64_t total = 0;
  for (const FoundNetworks& found : result.found) total += found.summary.evaluations;
  return total;
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
  // An even choice of a long front, with both ends.
  const std::size_t shown = std::min(front.size(), kRowsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t place = shown < 2 ? 0 : i * (front.size() - 1) / (shown - 1);
    for (std::size_t k = 0; k < result.names.size(); ++k) {
      out += fmt::format("{:>22}", value_text(result.names[k], front[place].values[k]));
    }
    out += '\n';
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
  for (const PredictorInfo& info : result.predicted_by) conditions[info.target] = info.conditions;
  document["conditions"] = std::move(conditions);
  const double seconds = result.duration.value();
  document["run"] = {
      {"seconds", seconds},
      {"evaluations_per_second",
       seconds > 0 ? static_cast<double>(total_evaluations(result)) / seconds : 0.0}};
  for (const auto& [name, value] : result.spent) document["run"][name] = value;
  return document.dump();
}

std::string as_table(const SearchSpace& space, const SearchResult& result) {
  std::string out = fmt::format("space {}, resolutions {} to {} pixels\n",
                                space.name(),
                                result.resolutions.front(),
                                result.resolutions.back());
  for (const PredictorInfo& info : result.predicted_by) out += conditions_line(info);
  for (const FoundNetworks& found : result.found) out += "\n" + table_of(space, result, found);
  return out;
}

}  // namespace coppice
