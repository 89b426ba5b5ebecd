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

/// The best `count` by prediction that were not measured yet; they join `seen`.
std::vector<Architecture> propose(const SearchProblem& problem,
                                  const Evaluator& predictors,
                                  std::int64_t asked,
                                  std::size_t count,
                                  SearchRun& run,
                                  const Random& stream) {
  const RecordingEvaluator recording(predictors, run.scoring());
  SearchContext context;
  context.random = stream;
  const Algorithm algorithm = make_algorithm({"", asked, std::nullopt}, problem.objectives.size());
  static_cast<void>(algorithm.search(problem, recording, context));
  SeenSet& seen = run.state().seen;
  std::vector<Candidate> unseen;
  for (Candidate& each : recording.asked()) {
    if (!seen.contains(fingerprint(each.architecture))) unseen.push_back(std::move(each));
  }
  std::vector<Architecture> proposed;
  for (const Candidate& each :
       select_best(std::move(unseen), count, run.scoring(), Niches(problem.space, 1.0))) {
    if (seen.insert(fingerprint(each.architecture))) proposed.push_back(each.architecture);
  }
  return proposed;
}

}  // namespace

void validate(const GuidedOptions& options) {
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
  require_usage(options.start >= 2, "start = ", options.start, ", must be at least 2");
  require_usage(options.batch >= 1, "batch = ", options.batch, ", must be at least 1");
  require_usage(options.asked >= 100, "asked = ", options.asked, ", must be at least 100");
}

std::string to_text(const GuidedOptions& options) {
  return text("start=", options.start, " batch=", options.batch, " asked=", options.asked);
}

SearchSummary search_guided(const SearchProblem& problem,
                            const Evaluator& measuring,
                            const Refit& refit,
                            const GuidedOptions& options,
                            const SearchContext& context) {
  validate(options);
  const Operators operators(problem.space, problem.choices, {});
  SearchRun run(problem, measuring, {options.evaluations, 0}, context);
  SearchState& state = run.state();
  const Breeder sample = [&operators](Random& random) { return operators.sample(random); };
  while (run.running()) {
    const Random stream = context.random.fork(run.generation());
    const bool first = run.generation() == 0;
    const auto wanted = static_cast<std::size_t>(first ? options.start : options.batch);
    const std::size_t count = std::min(wanted, run.left());
    std::vector<Architecture> fresh;
    if (first) {
      fresh = breed(count, stream, sample, sample, state.seen);
    } else {
      const auto predictors = refit(state.population);
      fresh = propose(problem, *predictors, options.asked, count, run, stream);
    }
    if (fresh.empty()) fresh = breed(count, stream, sample, sample, state.seen);
    fresh = run.or_unseen(std::move(fresh), count);
    if (fresh.empty()) break;
    std::vector<Candidate> measured = run.evaluate(std::move(fresh));
    std::move(measured.begin(), measured.end(), std::back_inserter(state.population));
    run.end_generation();
  }
  return run.finish();
}

}  // namespace coppice
