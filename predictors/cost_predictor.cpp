#include "predictors/cost_predictor.hpp"

#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/space/piece_costs.hpp"

namespace coppice {
namespace {

using Read = double (*)(const PieceCost&);

// In the order of cost_names().
constexpr Read kReaders[] = {[](const PieceCost& cost) { return cost.macs(); },
                             [](const PieceCost& cost) { return cost.params; },
                             [](const PieceCost& cost) { return cost.peak_bytes; }};

class CostPredictor final : public Predictor {
 public:
  CostPredictor(const SearchSpace& space, const std::string& name, Read read)
      : costs_(space), read_(read), info_{name, false, space.name(), 0.0, {}} {}

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

std::unique_ptr<Predictor> make_cost_predictor(const SearchSpace& space, const std::string& name) {
  const std::vector<std::string>& names = cost_names();
  std::string known;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name == names[i]) return std::make_unique<CostPredictor>(space, name, kReaders[i]);
    known += (known.empty() ? "" : ", ") + names[i];
  }
  throw Error(text("cost '", name, "' is not known; there are ", known), Failure::usage);
}

}  // namespace coppice
