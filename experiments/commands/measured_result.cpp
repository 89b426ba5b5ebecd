#include "experiments/commands/measured_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/commands/quantities.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRowsShown = 20;
constexpr std::size_t kNumberWidth = 12;
constexpr std::size_t kIntervalWidth = 20;

const Estimate* predicted_of(const MeasuredPart& measured,
                             const Candidate& candidate,
                             const std::string& name) {
  const auto network = measured.predicted.find(candidate.architecture);
  if (network == measured.predicted.end()) return nullptr;
  const auto found = network->second.find(name);
  return found == network->second.end() ? nullptr : &found->second;
}

bool is_measured(const MeasuredPart& measured, const std::string& name) {
  const auto& targets = measured.targets;
  return std::find(targets.begin(), targets.end(), name) != targets.end();
}

// An even choice of a long front, with both ends.
std::vector<Candidate> some_of(const std::vector<Candidate>& front) {
  const std::size_t shown = std::min(front.size(), kRowsShown);
  std::vector<Candidate> chosen;
  for (std::size_t i = 0; i < shown; ++i) {
    chosen.push_back(front[shown < 2 ? 0 : i * (front.size() - 1) / (shown - 1)]);
  }
  return chosen;
}

// The finalists behind the best.
std::vector<Candidate> ranked(const FoundNetworks& found) {
  std::vector<Candidate> rows{*found.summary.best};
  for (const Candidate& each : found.measured->finalists) {
    if (!(each.architecture == rows.front().architecture)) rows.push_back(each);
  }
  return rows;
}

std::string header(const SearchResult& result, const MeasuredPart& measured) {
  std::string first;
  std::string second;
  for (const std::string& name : result.names) {
    if (!is_measured(measured, name)) {
      first += fmt::format("{:>22}", name);
      second += fmt::format("{:>22}", "");
      continue;
    }
    first += fmt::format("{:>{}}", name, 2 * kNumberWidth + kIntervalWidth);
    second += fmt::format("{:>{}}{:>{}}{:>{}}",
                          "predicted",
                          kNumberWidth,
                          "90 % interval",
                          kIntervalWidth,
                          "measured",
                          kNumberWidth);
  }
  second.erase(second.find_last_not_of(' ') + 1);
  return first + "\n" + second + "\n";
}

std::string row_of(const SearchResult& result,
                   const MeasuredPart& measured,
                   const Candidate& candidate) {
  std::string row;
  for (std::size_t i = 0; i < result.names.size(); ++i) {
    const std::string& name = result.names[i];
    const double value = candidate.values[i];
    if (!is_measured(measured, name)) {
      row += fmt::format("{:>22}", value_text(name, value));
      continue;
    }
    const Estimate* predicted = predicted_of(measured, candidate, name);
    const std::string interval =
        predicted == nullptr ? "-"
                             : fmt::format("{:.4g} to {:.4g}", predicted->low, predicted->high);
    row += fmt::format("{:>{}}{:>{}}{:>{}}",
                       predicted == nullptr ? "-" : fmt::format("{:.4g}", predicted->nominal),
                       kNumberWidth,
                       interval,
                       kIntervalWidth,
                       fmt::format("{:.4g}", value),
                       kNumberWidth);
  }
  return row + (candidate.feasible() ? "\n" : "  beyond a limit\n");
}

// "accuracy: +1.21, +0.35, +0.04"
std::string bias_text(const MeasuredPart& measured) {
  std::string out;
  for (std::size_t i = 0; i < measured.targets.size(); ++i) {
    out += (i == 0 ? "" : "; ") + measured.targets[i] + ":";
    for (const SearchRound& round : measured.rounds) {
      out += fmt::format(
          "{}{:+.3g}", &round == &measured.rounds.front() ? " " : ", ", round.bias[i].second);
    }
  }
  return out;
}

}  // namespace

nlohmann::ordered_json predicted_json(const MeasuredPart& measured, const Candidate& candidate) {
  Json json = Json::object();
  for (const std::string& target : measured.targets) {
    const Estimate* predicted = predicted_of(measured, candidate, target);
    if (predicted == nullptr) continue;
    json[target] = {
        {"value", predicted->nominal}, {"low", predicted->low}, {"high", predicted->high}};
  }
  return json;
}

nlohmann::ordered_json rounds_json(const std::vector<SearchRound>& rounds) {
  Json json = Json::array();
  for (const SearchRound& round : rounds) {
    Json bias = Json::object();
    for (const auto& [target, value] : round.bias) bias[target] = value;
    json.push_back({{"networks", round.networks}, {"bias", std::move(bias)}});
  }
  return json;
}

std::string measured_table(const SearchSpace& space,
                           const SearchResult& result,
                           const FoundNetworks& found) {
  const bool single = result.objectives.size() == 1;
  std::string out = header(result, *found.measured);
  for (const Candidate& candidate : single ? ranked(found) : some_of(found.summary.front)) {
    out += row_of(result, *found.measured, candidate);
  }
  if (!found.measured->rounds.empty()) {
    out += "predicted - measured, mean of each round: " + bias_text(*found.measured) + "\n";
  }
  return out + "best: " + to_text(space, found.summary.best->architecture) + "\n" +
         found.summary.brief() + "\n";
}

std::string value_text(const std::string& name, double value) {
  return is_count(name, value) ? std::to_string(static_cast<std::int64_t>(value))
                               : fmt::format("{:.6g}", value);
}

}  // namespace coppice
