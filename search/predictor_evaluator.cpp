#include "search/predictor_evaluator.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "search/cost_sums.hpp"
#include "search/objective.hpp"
#include "supernet/base/error.hpp"
#include "supernet/space/piece_costs.hpp"

namespace coppice {
namespace {

class PredictorEvaluator final : public Evaluator {
 public:
  PredictorEvaluator(const SearchSpace& space, std::vector<const Predictor*> predictors)
      : space_(space), predictors_(std::move(predictors)) {
    for (const Predictor* predictor : predictors_) {
      const PredictorInfo& info = predictor->info();
      require_usage(info.space == space_.name(),
                    "the predictor of ",
                    info.target,
                    " was made for the space ",
                    info.space,
                    ", but the search is in ",
                    space_.name());
      add_name(info.target);
    }
  }

  void add_cost(const std::string& name) {
    costs_.push_back(position_of(name, cost_names()));
    if (!pieces_) pieces_.emplace(space_);
    cost_sums_.push_back(cost_sums(space_, *pieces_, name));
    add_name(name);
  }

  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }

  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    const std::size_t width = names_.size();
    std::vector<double> rows(architectures.size() * width);
    for (std::size_t column = 0; column < predictors_.size(); ++column) {
      const std::vector<double> values = predictors_[column]->predict(architectures);
      require(values.size() == architectures.size(),
              "the predictor of ",
              names_[column],
              " gave ",
              values.size(),
              " values for ",
              architectures.size(),
              " architectures");
      for (std::size_t i = 0; i < values.size(); ++i) rows[i * width + column] = values[i];
    }
    if (costs_.empty()) return rows;
    for (std::size_t i = 0; i < architectures.size(); ++i) {
      add_costs(architectures[i], &rows[i * width + predictors_.size()]);
    }
    return rows;
  }

  [[nodiscard]] const BlockSums* block_sums(std::size_t quantity) const noexcept override {
    if (quantity < predictors_.size()) return predictors_[quantity]->block_sums();
    const auto& sums = cost_sums_[quantity - predictors_.size()];
    return sums ? &*sums : nullptr;
  }

 private:
  void add_name(const std::string& name) {
    const bool fresh = std::find(names_.begin(), names_.end(), name) == names_.end();
    require_usage(fresh, "'", name, "' is given twice; name one predictor for each target");
    names_.push_back(name);
  }

  void add_costs(const Architecture& architecture, double* row) const {
    const PieceCost cost = pieces_->network(architecture);
    const double counts[] = {cost.macs(), cost.params, cost.peak_bytes};
    for (std::size_t i = 0; i < costs_.size(); ++i) row[i] = counts[costs_[i]];
  }

  SearchSpace space_;
  std::vector<const Predictor*> predictors_;
  std::vector<std::size_t> costs_;                   ///< places in cost_names()
  std::optional<PieceCosts> pieces_;                 ///< when there are costs
  std::vector<std::optional<BlockSums>> cost_sums_;  ///< one a cost
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Evaluator> predictor_evaluator(const SearchSpace& space,
                                               const std::vector<const Predictor*>& predictors,
                                               const std::vector<std::string>& costs) {
  auto evaluator = std::make_unique<PredictorEvaluator>(space, predictors);
  for (const std::string& cost : costs) evaluator->add_cost(cost);
  return evaluator;
}

}  // namespace coppice
