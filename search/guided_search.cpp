#include "search/guided_search.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "search/algorithm.hpp"
#include "search/breeding.hpp"
#include "search/operators.hpp"
#include "search/search_run.hpp"
#include "search/selection.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

/// Keeps everything that was asked, with the answers.
class RecordingEvaluator final : public Evaluator {
 public:
  RecordingEvaluator(const Evaluator& inner, const Scoring& scoring)
      : inner_(inner), scoring_(scoring) {}

  [[nodiscard]] const std::vector<std::string>& names() const override { return inner_.names(); }

  /// Not for several threads: searches ask from one.
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> rows = inner_.evaluate(architectures);
    const std::size_t width = names().size();
    for (std::size_t i = 0; i < architectures.size(); ++i) {
      const double* row = rows.data() + i * width;
      asked_.push_back({architectures[i], {row, row + width}, scoring_.violation(row)});
    }
    return rows;
  }

  [[nodiscard]] std::vector<Candidate>& asked() const { return asked_; }

 private:
  const Evaluator& inner_;
  const Scoring& scoring_;
  mutable std::vector<Candidate> asked_;
};

/// One search, round by round.
class GuidedSearch {
 public:
  GuidedSearch(const SearchProblem& problem,
               const Evaluator& measuring,
               const Guide& guide,
               const GuidedOptions& options,
               const SearchContext& context)
      : problem_(problem),
        guide_(guide),
        options_(options),
        context_(context),
        run_(problem, measuring, {options.evaluations, 0}, context) {}

  GuidedSummary search() {
    if (!context_.resume) begin();
    while (run_.running()) {
      const std::size_t count = std::min(wanted(), run_.left());
      std::vector<Architecture> fresh = run_.or_unseen(next(count), count);
      if (fresh.empty()) break;
      measure(std::move(fresh));
    }
    GuidedSummary found;
    const bool ended = run_.state().reason != StopReason::interrupted;
    if (ended && options_.finalists > 0) found.finalists = measure_finalists();
    found.search = run_.finish();
    return found;
  }

 private:
  void begin() {
    SearchState& state = run_.state();
    for (const Architecture& known : guide_.known) state.seen.insert(fingerprint(known));
    state.population = run_.look_up(guide_.known);
    if (context_.checkpoint) context_.checkpoint(state);
  }

  [[nodiscard]] bool starting() {
    return run_.state().population.size() < static_cast<std::size_t>(options_.start);
  }

  /// Of the next round.
  [[nodiscard]] std::size_t wanted() {
    if (!starting()) return static_cast<std::size_t>(options_.batch);
    return static_cast<std::size_t>(options_.start) - run_.state().population.size();
  }

  /// What to measure next; they join the seen ones.
  std::vector<Architecture> next(std::size_t count) {
    std::vector<Architecture> fresh;
    if (!starting()) fresh = propose(count);
    return fresh.empty() ? first(count) : fresh;
  }

  std::vector<Architecture> first(std::size_t count) {
    SeenSet& seen = run_.state().seen;
    std::vector<Architecture> fresh;
    for (const Architecture& architecture : problem_.start) {
      const bool room = fresh.size() < count;
      if (room && seen.insert(fingerprint(architecture))) fresh.push_back(architecture);
    }
    const Operators operators(problem_.space, problem_.choices, {});
    const Breeder sample = [&operators](Random& random) { return operators.sample(random); };
    std::vector<Architecture> others =
        breed(count - fresh.size(), stream(run_.generation()), sample, sample, seen);
    std::move(others.begin(), others.end(), std::back_inserter(fresh));
    return fresh;
  }

  /// The best `count` by prediction that were not measured yet.
  std::vector<Architecture> propose(std::size_t count) {
    std::vector<Candidate> unseen;
    SeenSet& seen = run_.state().seen;
    const auto& population = run_.state().population;
    for (Candidate& each : predicted(population, run_.generation())) {
      if (!seen.contains(fingerprint(each.architecture))) unseen.push_back(std::move(each));
    }
    std::vector<Architecture> proposed;
    for (const Candidate& each : best_of(std::move(unseen), count)) {
      if (seen.insert(fingerprint(each.architecture))) proposed.push_back(each.architecture);
    }
    return proposed;
  }

  [[nodiscard]] Random stream(std::uint64_t generation) const {
    return context_.random.fork(generation);
  }

  /// All that a search looks at whose predictors are fitted to `measured`.
  [[nodiscard]] std::vector<Candidate> predicted(const std::vector<Candidate>& measured,
                                                 std::uint64_t generation) const {
    const auto predictors = guide_.refit(measured);
    const RecordingEvaluator recording(*predictors, run_.scoring());
    SearchContext context;
    context.random = stream(generation);
    const Algorithm algorithm =
        make_algorithm({"", options_.asked, std::nullopt}, problem_.objectives.size());
    static_cast<void>(algorithm.search(problem_, recording, context));
    return std::move(recording.asked());
  }

  [[nodiscard]] std::vector<Candidate> best_of(std::vector<Candidate> candidates,
                                               std::size_t count) const {
    return select_best(std::move(candidates), count, run_.scoring(), Niches(problem_.space, 1.0));
  }

  void measure(std::vector<Architecture> fresh) {
    std::vector<Candidate> measured = run_.evaluate(std::move(fresh));
    auto& population = run_.state().population;
    std::move(measured.begin(), measured.end(), std::back_inserter(population));
    run_.end_generation();
  }

  /// What a fit before the finalists sees: a finished search that goes on has measured them.
  [[nodiscard]] std::vector<Candidate> predicted_at_the_end() {
    std::vector<Candidate> measured = run_.state().population;
    std::uint64_t generation = run_.generation();
    const auto& history = run_.state().history;
    const std::int64_t beyond =
        history.empty() ? 0 : history.back().evaluations - options_.evaluations;
    if (beyond > 0) {
      measured.resize(measured.size() - static_cast<std::size_t>(beyond));
      --generation;
    }
    return predicted(measured, generation);
  }

  std::vector<Candidate> measure_finalists() {
    std::vector<Candidate> best =
        best_of(leaders(predicted_at_the_end()), static_cast<std::size_t>(options_.finalists));
    SeenSet& seen = run_.state().seen;
    std::vector<Architecture> fresh;
    for (const Candidate& each : best) {
      if (seen.insert(fingerprint(each.architecture))) fresh.push_back(each.architecture);
    }
    if (!fresh.empty()) measure(std::move(fresh));
    for (Candidate& each : best) each = measured(each.architecture);
    return best;
  }

  /// For several objectives the front of all, else all.
  [[nodiscard]] std::vector<Candidate> leaders(std::vector<Candidate> candidates) const {
    const Scoring& scoring = run_.scoring();
    if (scoring.objectives() == 1) return candidates;
    Points points{scoring.objectives(), {}};
    std::vector<double> violations;
    for (const Candidate& each : candidates) {
      scoring.append(each.values.data(), points);
      violations.push_back(each.violation);
    }
    std::vector<Candidate> leading;
    const auto ranked = fronts(points, violations);
    if (ranked.empty()) return leading;
    for (const std::size_t i : ranked.front()) leading.push_back(std::move(candidates[i]));
    return leading;
  }

  [[nodiscard]] Candidate measured(const Architecture& architecture) {
    const auto& population = run_.state().population;
    return *std::find_if(population.begin(), population.end(), [&](const Candidate& each) {
      return each.architecture == architecture;
    });
  }

  const SearchProblem& problem_;
  const Guide& guide_;
  const GuidedOptions& options_;
  const SearchContext& context_;
  SearchRun run_;
};

}  // namespace

void validate(const GuidedOptions& options) {
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
  require_usage(options.start >= 2, "start = ", options.start, ", must be at least 2");
  require_usage(options.batch >= 1, "batch = ", options.batch, ", must be at least 1");
  require_usage(options.asked >= 100, "asked = ", options.asked, ", must be at least 100");
  require_usage(options.finalists >= 0 && options.finalists <= 1000,
                "finalists = ",
                options.finalists,
                ", must be 0 to 1000");
}

std::string to_text(const GuidedOptions& options) {
  return text("start=",
              options.start,
              " batch=",
              options.batch,
              " asked=",
              options.asked,
              " finalists=",
              options.finalists);
}

GuidedSummary search_guided(const SearchProblem& problem,
                            const Evaluator& measuring,
                            const Guide& guide,
                            const GuidedOptions& options,
                            const SearchContext& context) {
  validate(options);
  return GuidedSearch(problem, measuring, guide, options, context).search();
}

}  // namespace coppice
