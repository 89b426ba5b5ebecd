#include "experiments/commands/assemble.hpp"

#include <utility>

#include "experiments/commands/quantities.hpp"
#include "search/parallel_evaluator.hpp"
#include "search/predictor_evaluator.hpp"

namespace coppice {
namespace {

class Assembled final : public Evaluator {
 public:
  Assembled(const SearchSpace& space,
            std::vector<std::unique_ptr<Predictor>> own,
            const std::vector<const Predictor*>& order,
            const std::vector<std::string>& costs)
      : own_(std::move(own)),
        serial_(predictor_evaluator(space, order, costs)),
        parallel_(parallel_evaluator(*serial_)) {}

  [[nodiscard]] const std::vector<std::string>& names() const override { return serial_->names(); }
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    return parallel_->evaluate(architectures);
  }

 private:
  std::vector<std::unique_ptr<Predictor>> own_;
  std::unique_ptr<Evaluator> serial_;
  std::unique_ptr<Evaluator> parallel_;
};

}  // namespace

Assemble assemble_with(const SearchCommand& command,
                       const SearchSpace& space,
                       const GivenPredictors& others,
                       std::vector<std::string> costs) {
  return [&command, &space, &others, costs = std::move(costs)](
             std::vector<std::unique_ptr<Predictor>> own) {
    std::vector<const Predictor*> order;
    for (const auto& each : own) order.push_back(each.get());
    for (const auto& each : others.predictors) order.push_back(each.get());
    if (!command.profile.empty()) {
      const Predictor* latency = predictor_of("latency_ms", own);
      if (latency == nullptr) latency = predictor_of("latency_ms", others.predictors);
      for (auto& each : profile_predictors(space, command.profile, command.region, latency)) {
        order.push_back(each.get());
        own.push_back(std::move(each));
      }
    }
    return std::make_unique<Assembled>(space, std::move(own), order, costs);
  };
}

}  // namespace coppice
