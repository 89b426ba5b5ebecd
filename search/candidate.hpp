// One evaluated network of a search.
#pragma once

#include <vector>

#include "supernet/space/architecture.hpp"

namespace coppice {

struct Candidate {
  Architecture architecture;
  std::vector<double> values;  ///< one a quantity, in the order of Evaluator::names()
  /// 0 where every limit holds, else the sum of the excesses, each in parts of its quantity's
  /// range over the space.
  double violation = 0;

  [[nodiscard]] bool feasible() const noexcept { return violation == 0; }
};

}  // namespace coppice
