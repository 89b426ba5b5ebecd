// Schedules of supernet training: which choices are open in which phase, and how the networks of a
// step are drawn. Progressive shrinking (Cai et al. 2020, section 3.3) is one of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "supernet/base/random.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// How the networks of a step are drawn. All but `uniform` begin with the phase's largest and
/// smallest network and distil in place: the largest learns from labels, the others from the
/// largest's answers to the same images (Yu et al. 2020, "BigNAS", section 3.1).
enum class Sampling {
  uniform,   ///< each on its own
  sandwich,  ///< the others uniform
  attentive  ///< the others as the best predicted of several of about the same cost (Wang et al.
             ///< 2021, "AttentiveNAS", section 3.2: "BestUp")
};

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
  Sampling sampling = Sampling::uniform;
  /// A stage's expansions follow its depth: deeper stages are wider (Sahni et al. 2021, "CompOFA",
  /// section 3.1).
  bool coupled = false;
  /// The rate goes on along one cosine with the phase before, whose warm-up counts; each phase's
  /// own rate is the peak of its part.
  bool continues = false;
  /// Part of the phase in which the gradients of all networks but the largest grow from nothing to
  /// full weight (Annavajjala et al. 2024, "DepS", section 3.3), [0, 1].
  double ease_in = 0;
  /// Each network of a step has a resolution of its own, the largest the largest and, where that
  /// one teaches, the smallest the smallest (Yu et al. 2020, "BigNAS", section 3.1), instead of one
  /// that is drawn for the batch (Cai et al. 2020).
  bool own_resolutions = false;
  /// The one network that is trained; nothing is sampled. Images have its resolution.
  std::optional<Architecture> only = std::nullopt;
};

/// Whether a step's largest network teaches the others.
[[nodiscard]] inline bool distils_in_place(const Phase& phase) {
  return phase.sampling != Sampling::uniform;
}

constexpr int kAllChoices = 1000;

/// The published phases for a space: full, kernel, depth1, depth2, expand1, expand2 and, where
/// widths are elastic, width1, width2, with the published epochs, rates and subnets a step.
/// Phases that open nothing in this space (no kernel choices ...) are left out.
[[nodiscard]] std::vector<Phase> published_phases(const SearchSpace& space);

/// How a supernet may be trained: the options of one command, `train --schedule`.
enum class Schedule {
  progressive,  ///< published_phases
  sandwich,     ///< one phase, all choices open, the sandwich rule
  attentive,    ///< the same, with attentive sampling
  compound,     ///< the full network, kernels, then coupled depths and expansions
  delayed       ///< the full network for half of one cosine, then all choices, eased in
};

/// "progressive", "sandwich" ...
[[nodiscard]] std::string to_text(Schedule schedule);
/// Throws Error(usage) naming the allowed ones.
[[nodiscard]] Schedule parse_schedule(const std::string& name);

/// The phases of a schedule for a space. Epochs and rates of all but the progressive one are ours:
/// see the folder's README.
[[nodiscard]] std::vector<Phase> schedule_phases(Schedule schedule, const SearchSpace& space);

/// Throws Error(usage) naming phase, field, value and what is allowed.
void validate(const Phase& phase);

/// An architecture uniform over the phase's open choices (or its only one), at the given
/// resolution.
[[nodiscard]] Architecture sample(const SearchSpace& space,
                                  const Phase& phase,
                                  int resolution,
                                  Random& random);

/// Makes every stage's expansions follow its depth (Phase::coupled).
void couple(const SearchSpace& space, Architecture& architecture);

/// The smallest and the largest architecture the phase can sample, at the largest resolution.
[[nodiscard]] Architecture smallest_of(const SearchSpace& space, const Phase& phase);
[[nodiscard]] Architecture largest_of(const SearchSpace& space, const Phase& phase);

}  // namespace coppice
