#include "experiments/commands/draft_search.hpp"

#include <utility>

#include "experiments/output.hpp"
#include "search/parallel_evaluator.hpp"
#include "search/predictor_evaluator.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// One of these parts is searched exactly.
constexpr std::int64_t kParts = 5;
constexpr std::int64_t kFewest = 1000;  // evaluations, or nothing is worth drafting
constexpr std::size_t kMostStarts = 100;

Algorithm algorithm_with(const SearchCommand& command, std::optional<std::int64_t> evaluations) {
  return make_algorithm({command.algorithm, evaluations, command.population},
                        command.objectives.size());
}

}  // namespace

DraftSearch::DraftSearch(const SearchCommand& command,
                         const SearchSpace& space,
                         const std::vector<std::unique_ptr<Predictor>>& predictors,
                         const std::vector<std::string>& costs)
    : command_(command), whole_(algorithm_with(command, command.evaluations)) {
  if (command.precision != "bf16") return;
  require_usage(whole_.name == "local" || whole_.name == "nsga2",
                "--precision = bf16, is for the algorithms local and nsga2, not for ",
                whole_.name);
  require_usage(whole_.evaluations >= kFewest,
                "--precision = bf16, needs --evaluations = ",
                kFewest,
                " or more");
  const std::int64_t population = command.population.value_or(0);
  require_usage(whole_.evaluations / kParts >= population,
                "--precision = bf16, leaves a fifth of --evaluations = ",
                whole_.evaluations,
                " for fp32, and that must be at least --population = ",
                population);
  std::vector<const Predictor*> asked;
  for (const auto& predictor : predictors) {
    auto rough = predictor->rough();
    asked.push_back(rough ? rough.get() : predictor.get());
    if (rough) rough_.push_back(std::move(rough));
  }
  if (!helps()) {
    print_warning(
        "--precision = bf16 changes nothing: this processor has no products of bfloat16, or no "
        "predictor is a network",
        command.common.quiet);
    return;
  }
  serial_ = predictor_evaluator(space, asked, costs);
  parallel_ = parallel_evaluator(*serial_);
}

SearchCommand DraftSearch::rest() const {
  SearchCommand rest = command_;
  if (helps()) rest.evaluations = whole_.evaluations / kParts;
  return rest;
}

std::vector<Architecture> DraftSearch::networks(const SearchProblem& problem,
                                                const std::function<bool()>& interrupted) const {
  const Algorithm most = algorithm_with(command_, whole_.evaluations - whole_.evaluations / kParts);
  std::vector<Architecture> found;
  SearchContext context;
  context.random = Random(command_.common.seed).fork("draft");
  context.interrupted = interrupted;
  context.checkpoint = [&found](const SearchState& state) {
    if (state.reason == StopReason::running) return;
    for (const Candidate& candidate : state.population) {
      if (found.size() < kMostStarts) found.push_back(candidate.architecture);
    }
  };
  static_cast<void>(most.search(problem, *parallel_, context));
  return found;
}

}  // namespace coppice
