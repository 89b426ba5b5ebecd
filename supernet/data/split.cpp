#include "supernet/data/split.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/random.hpp"

namespace coppice {
namespace {

class Subset final : public Dataset {
 public:
  Subset(std::shared_ptr<const Dataset> dataset, std::vector<std::size_t> indices)
      : dataset_(std::move(dataset)), indices_(std::move(indices)) {}
  [[nodiscard]] std::size_t size() const override { return indices_.size(); }
  [[nodiscard]] Sample get(std::size_t index) const override {
    return dataset_->get(indices_.at(index));
  }
  [[nodiscard]] int label(std::size_t index) const override {
    return dataset_->label(indices_.at(index));
  }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::vector<std::size_t> indices_;
};

}  // namespace

std::shared_ptr<const Dataset> subset(std::shared_ptr<const Dataset> dataset,
                                      std::vector<std::size_t> indices) {
  for (const std::size_t index : indices) {
    require(index < dataset->size(),
            "sample ",
            index,
            " of a dataset, must be < ",
            dataset->size(),
            " (its size)");
  }
  return std::make_shared<Subset>(std::move(dataset), std::move(indices));
}

HeldOut hold_out(const std::shared_ptr<const Dataset>& dataset,
                 std::size_t count,
                 std::uint64_t seed,
                 std::size_t all) {
  require_usage(dataset->size() >= 2,
                "one training image cannot be split into a part to train on and one to measure on");
  require_usage(count > 0 && count < dataset->size(),
                "--held-out = ",
                count,
                ", must be > 0 and < ",
                dataset->size(),
                ", the number of training images that are used");
  std::vector<std::size_t> order(all);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random = Random(seed).fork("hold-out");
  random.shuffle(order);
  const auto unused = [&](std::size_t index) { return index >= dataset->size(); };
  order.erase(std::remove_if(order.begin(), order.end(), unused), order.end());
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(count);
  std::sort(order.begin(), middle);
  std::sort(middle, order.end());
  return {subset(dataset, {middle, order.end()}), subset(dataset, {order.begin(), middle})};
}

}  // namespace coppice
