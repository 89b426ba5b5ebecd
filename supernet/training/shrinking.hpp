// Progressive shrinking: which choices are open in which phase (Cai et al. 2020, section 3.3).
#pragma once

#include <string>
#include <vector>

#include "supernet/base/random.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// One phase. An opening of n lets the n largest choices of a dimension be sampled; 1 keeps the
/// largest, a number beyond the choices opens all.
struct Phase {
  std::string name;
  int kernels = 1;
  int depths = 1;
  int expands = 1;
  int widths = 1;
  double epochs = 1;  ///< after the warm-up; fractions allowed
  double warmup_epochs = 0;
  double rate = 0.01;  ///< peak learning rate for a batch of 64; scaled by batch / 64
  int subnets = 1;     ///< sampled in each step; their gradients add up
};

constexpr int kAllChoices = 1000;

/// The published phases for a space: full, kernel, depth1, depth2, expand1, expand2 and, where
/// widths are elastic, width1, width2, with the published epochs, rates and subnets a step.
/// Phases that open nothing in this space (no kernel choices ...) are left out.
[[nodiscard]] std::vector<Phase> published_phases(const SearchSpace& space);

/// Throws Error(usage) naming phase, field, value and what is allowed.
void validate(const Phase& phase);

/// An architecture uniform over the phase's open choices, at the given resolution.
[[nodiscard]] Architecture sample(const SearchSpace& space,
                                  const Phase& phase,
                                  int resolution,
                                  Random& random);

/// The smallest architecture the phase can sample, at the largest resolution.
[[nodiscard]] Architecture smallest_of(const SearchSpace& space, const Phase& phase);

}  // namespace coppice
