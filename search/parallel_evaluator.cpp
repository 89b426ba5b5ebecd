#include "search/parallel_evaluator.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"
#include "supernet/base/parallel.hpp"

namespace coppice {
namespace {

class ParallelEvaluator final : public Evaluator {
 public:
  ParallelEvaluator(const Evaluator& inner, std::size_t block) : inner_(inner), block_(block) {}

  [[nodiscard]] const std::vector<std::string>& names() const override { return inner_.names(); }

  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    if (architectures.size() <= block_) return inner_.evaluate(architectures);
    const std::size_t width = names().size();
    std::vector<double> rows(architectures.size() * width);
    for_blocks(architectures.size(), block_, [&](std::size_t begin, std::size_t end) {
      const std::vector<Architecture> part(&architectures[begin],
                                           &architectures[begin] + (end - begin));
      const std::vector<double> values = inner_.evaluate(part);
      std::copy(values.begin(), values.end(), rows.data() + begin * width);
    });
    return rows;
  }

  [[nodiscard]] const BlockSums* block_sums(std::size_t quantity) const noexcept override {
    return inner_.block_sums(quantity);
  }

 private:
  const Evaluator& inner_;
  std::size_t block_;
};

}  // namespace

std::unique_ptr<Evaluator> parallel_evaluator(const Evaluator& inner, std::size_t block) {
  require_usage(block > 0, "evaluation block = 0, must be > 0");
  return std::make_unique<ParallelEvaluator>(inner, block);
}

}  // namespace coppice
