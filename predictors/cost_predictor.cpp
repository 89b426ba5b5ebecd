#include "predictors/cost_predictor.hpp"

#include <utility>

#include "predictors/piece_costs.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Read = double (*)(const PieceCost&);

struct NamedCost {
  const char* name;
  Read read;
};

constexpr NamedCost kCosts[] = {
    {"macs", [](const PieceCost& cost) { return cost.macs(); }},
    {"params", [](const PieceCost& cost) { return cost.params; }},
    {"peak_activation_bytes", [](const PieceCost& cost) { return cost.peak_bytes; }}};

class CostPredictor final : public Predictor {
 public:
  CostPredictor(const SearchSpace& space, const NamedCost& cost)
      : costs_(space), read_(cost.read), info_{cost.name, false, space.name(), 0.0, {}} {}

  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> values;
    values.reserve(architectures.size());
    for (const Architecture& architecture : architectures) {
      values.push_back(read_(costs_.network(architecture)));
    }
    return values;
  }

  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

 private:
  PieceCosts costs_;
  Read read_;
  PredictorInfo info_;
};

}  // namespace

const std::vector<std::string>& cost_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const NamedCost& cost : kCosts) result.emplace_back(cost.name);
    return result;
  }();
  return names;
}

std::unique_ptr<Predictor> make_cost_predictor(const SearchSpace& space, const std::string& name) {
  for (const NamedCost& cost : kCosts) {
    if (name == cost.name) return std::make_unique<CostPredictor>(space, cost);
  }
  std::string known;
  for (const std::string& cost : cost_names()) known += (known.empty() ? "" : ", ") + cost;
  throw Error(text("cost '", name, "' is not known; there are ", known), Failure::usage);
}

}  // namespace coppice
