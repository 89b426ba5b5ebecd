#include "experiments/commands/measured_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "predictors/interval90.hpp"
#include "search/operators.hpp"
#include "search/start.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

/// Lets an evaluator outlive the search that was handed it.
class SharedEvaluator final : public Evaluator {
 public:
  explicit SharedEvaluator(std::shared_ptr<const Evaluator> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] const std::vector<std::string>& names() const override { return inner_->names(); }
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    return inner_->evaluate(architectures);
  }

 private:
  std::shared_ptr<const Evaluator> inner_;
};

/// What the file keeps beside the last front.
FrontPredictions predictions_of(const std::vector<Candidate>& front,
                                const std::vector<std::string>& names,
                                const MeasuredPart& part) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  FrontPredictions out;
  for (const Candidate& candidate : front) {
    const auto predicted = part.predicted.find(candidate.architecture);
    for (const std::string& name : names) {
      Estimate estimate{kNone, kNone, kNone};
      if (predicted != part.predicted.end()) {
        const auto found = predicted->second.find(name);
        if (found != predicted->second.end()) estimate = found->second;
      }
      out.value.push_back(estimate.nominal);
      out.low.push_back(estimate.low);
      out.high.push_back(estimate.high);
    }
  }
  return out;
}

}  // namespace

/// What search_guided asks: measures what is not known.
class MeasuringEvaluator final : public Evaluator {
 public:
  explicit MeasuringEvaluator(MeasuredSearch& search) : search_(search) {}

  [[nodiscard]] const std::vector<std::string>& names() const override { return search_.names(); }

  /// Not for several threads: searches ask from one.
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    return search_.evaluate(architectures);
  }

 private:
  MeasuredSearch& search_;
};

MeasuredSearch::MeasuredSearch(SearchProblem problem,
                               MeasuredNetworks& known,
                               SearchMeans means,
                               MeasuredSearchOptions options)
    : problem_(std::move(problem)),
      known_(known),
      means_(std::move(means)),
      options_(std::move(options)),
      random_(options_.description.seed),
      values_(measured_values(known, means_.assemble)) {}

void MeasuredSearch::require_same(const std::vector<Limit>& limits,
                                  const std::filesystem::path& log) const {
  static_cast<void>(file_of(limits, log).load());
}

void MeasuredSearch::prepare(const std::vector<Limit>& limits, const std::filesystem::path& log) {
  const std::size_t before = known().size();
  if (before >= kMeasuredBeforeFit) return;
  if (!log.empty()) {
    SearchState nothing;
    nothing.archive = Archive(problem_.objectives.size());
    file_of(limits, log).offer(nothing);
  }
  SeenSet seen;
  for (const Architecture& each : known()) seen.insert(fingerprint(each));
  const Operators operators(problem_.space, problem_.choices, {});
  all_ = static_cast<std::int64_t>(kMeasuredBeforeFit - before);
  done_ = 0;
  measure(start_population(
      problem_, operators, kMeasuredBeforeFit - before, random_.fork("measured start"), seen));
}

FoundNetworks MeasuredSearch::search(const std::vector<Limit>& limits,
                                     const std::filesystem::path& log) {
  check(limits);
  rounds_.clear();
  done_ = 0;
  all_ = guided().evaluations + guided().finalists;
  SearchLog file = file_of(limits, log);
  SearchState last;
  SearchContext context;
  context.random = random_.fork("search");
  context.interrupted = options_.interrupted;
  context.checkpoint = [&](const SearchState& state) {
    last = state;
    if (!log.empty()) file.offer(state);
  };
  const Guide guide{[this](const auto&) { return refit(); }, known()};
  GuidedSummary found =
      search_guided(problem_, MeasuringEvaluator(*this), guide, guided(), context);
  if (found.search.stopped_because == StopReason::interrupted) {
    throw Error("interrupted between two rounds", Failure::interrupted);
  }
  require_found(found.search);
  MeasuredPart part = measured_part(found.search, std::move(found.finalists));
  if (!log.empty()) file.conclude(last, {predictions_of(found.search.front, names(), part), {}});
  return {limits, std::move(found.search), {}, std::move(part)};
}

std::vector<FittedPredictor> MeasuredSearch::fits() const {
  return fit_targets(problem_.space, known_, options_.description.seed);
}

GuidedOptions MeasuredSearch::guided() const {
  GuidedOptions guided;
  guided.evaluations = options_.batch * options_.rounds;
  guided.start = 2;  // prepare() has measured enough
  guided.batch = options_.batch;
  guided.asked = options_.asked;
  guided.finalists = kFinalists;
  return guided;
}

SearchLog MeasuredSearch::file_of(const std::vector<Limit>& limits,
                                  const std::filesystem::path& log) const {
  SearchProblem problem = problem_;
  problem.limits = limits;
  SearchDescription description = options_.description;
  description.options = to_text(guided()) + " " + description.options;
  SearchLog file(log, problem, names(), description, *means_.clock);
  file.interval = Seconds(0);
  return file;
}

void MeasuredSearch::check(const std::vector<Limit>& limits) {
  problem_.limits = limits;
  const auto predictors = refit();
  const BoundSearches searches{random_.fork("bounds"), options_.asked, options_.interrupted};
  std::vector<Bound> bounds = find_bounds(problem_, *predictors, searches);
  widen(bounds);
  check_limits(problem_, *predictors, searches, bounds);
  problem_.ranges = ranges_of(bounds);
}

// What was measured is reachable, whatever is predicted.
void MeasuredSearch::widen(std::vector<Bound>& bounds) const {
  for (const Architecture& architecture : known()) {
    const std::vector<double> row = values_->evaluate({architecture});
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      if (row[i] < bounds[i].range.low) {
        bounds[i].range.low = row[i];
        bounds[i].at_low = architecture;
      }
      if (row[i] > bounds[i].range.high) {
        bounds[i].range.high = row[i];
        bounds[i].at_high = architecture;
      }
    }
  }
}

std::vector<double> MeasuredSearch::evaluate(const std::vector<Architecture>& architectures) {
  std::vector<Architecture> missing;
  for (const Architecture& architecture : architectures) {
    if (!known_.complete(architecture)) missing.push_back(architecture);
  }
  if (!missing.empty()) {
    const std::vector<double> predicted =
        latest_ ? latest_->evaluate(missing) : std::vector<double>();
    measure(missing);
    if (!predicted.empty()) rounds_.push_back(round_of(missing, predicted));
  }
  return values_->evaluate(architectures);
}

SearchRound MeasuredSearch::round_of(const std::vector<Architecture>& measured,
                                     const std::vector<double>& predicted) const {
  SearchRound round;
  round.networks = static_cast<std::int64_t>(measured.size());
  for (std::size_t i = 0; i < known_.targets().size(); ++i) {
    const std::string& target = known_.targets()[i].name;
    double sum = 0;
    for (std::size_t k = 0; k < measured.size(); ++k) {
      sum += predicted[k * names().size() + i] - *known_.value(measured[k], target);
    }
    round.bias.emplace_back(target, sum / static_cast<double>(measured.size()));
  }
  return round;
}

void MeasuredSearch::measure(const std::vector<Architecture>& missing) {
  const auto rows = means_.measure(missing, [this] {
    if (options_.progress) options_.progress(++done_, all_);
  });
  require(rows.size() == missing.size(),
          rows.size(),
          " networks were measured instead of ",
          missing.size());
  for (const Measurement& row : rows) known_.add(row);
  fresh_ = false;
}

std::unique_ptr<Evaluator> MeasuredSearch::refit() {
  if (!fresh_) latest_ = predicted_values(fits(), means_.assemble);
  fresh_ = true;
  return std::make_unique<SharedEvaluator>(latest_);
}

std::vector<Architecture> MeasuredSearch::known() const {
  std::vector<Architecture> complete;
  for (const Measurement& row : known_.table().rows) {
    const bool usable = known_.complete(row.architecture) &&
                        allows(problem_.space, problem_.choices, row.architecture);
    if (usable) complete.push_back(row.architecture);
  }
  return complete;
}

MeasuredPart MeasuredSearch::measured_part(const SearchSummary& summary,
                                           std::vector<Candidate> finalists) const {
  MeasuredPart part;
  part.finalists = std::move(finalists);
  part.rounds = rounds_;
  for (const auto& candidates : {part.finalists, summary.front}) {
    for (const Candidate& candidate : candidates) part.predicted[candidate.architecture] = {};
  }
  for (const FittedPredictor& fitted : fits()) {
    const FitSummary& summed = fitted.summary();
    part.targets.push_back(summed.target);
    for (const HeldOut& each : summed.held_out) {
      const auto place = part.predicted.find(each.architecture);
      if (place == part.predicted.end()) continue;
      place->second[summed.target] =
          interval90_around(summed.target, each.predicted, summed.interval90);
    }
  }
  return part;
}

void MeasuredSearch::require_found(const SearchSummary& summary) const {
  if (summary.best) return;
  require(summary.nearest.has_value() && !problem_.limits.empty(),
          "no measured network has finite values of the objectives");
  std::string values;
  for (const Limit& limit : problem_.limits) {
    const double value = summary.nearest->values[position_of(limit.name, names())];
    values += (values.empty() ? "" : ", ") + limit.name + " " + reachable_text(limit, value);
  }
  throw Error(text("no measured network is within ",
                   to_text(problem_.limits),
                   "; the nearest has ",
                   values,
                   "; measure more (--measure, --rounds) or ask for less"),
              Failure::unreachable);
}

}  // namespace coppice
