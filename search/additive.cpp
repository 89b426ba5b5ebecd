#include "search/additive.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
// Of one resolution, each of less than a hundred bytes.
constexpr std::size_t kMostSteps = 4'000'000;

/// One way to fill a slot, with what it adds to a sum that is to be small.
struct Option {
  std::uint8_t kernel = 0;
  std::uint8_t expand = 0;
  double value = 0;
  double limited = 0;
};

/// The slots of a stage and the numbers of them that a network may use.
struct Stage {
  std::vector<std::size_t> slots;
  std::vector<std::pair<std::size_t, std::uint8_t>> depths;  ///< active slots, choice; ascending
};

std::vector<Stage> stages_of(const SearchSpace& space, const Choices& choices) {
  std::vector<Stage> stages(space.spec().stages.size());
  for (std::size_t slot = 0; slot < space.slots().size(); ++slot) {
    stages[static_cast<std::size_t>(space.slots()[slot].stage)].slots.push_back(slot);
  }
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const StageSpec& spec = space.spec().stages[i];
    const auto gene = static_cast<std::size_t>(space.depth_gene(static_cast<int>(i)));
    for (const std::uint8_t choice : choices.allowed[gene]) {
      stages[i].depths.emplace_back(static_cast<std::size_t>(spec.depths[choice]), choice);
    }
  }
  return stages;
}

/// A problem at one resolution, both sums to be small.
class Layout {
 public:
  Layout(const SearchSpace& space, const Choices& choices, const AdditiveProblem& problem)
      : space_(space),
        choices_(choices),
        problem_(problem),
        stages_(stages_of(space, choices)),
        smallest_(smallest_allowed(space, choices)) {}

  /// False when a sum is not known there.
  [[nodiscard]] bool set_resolution(std::uint8_t resolution) {
    resolution_ = resolution;
    options_.clear();
    for (std::size_t slot = 0; slot < space_.slots().size(); ++slot) {
      options_.push_back(options_of(slot));
    }
    return std::isfinite(start().value) && std::isfinite(start().limited);
  }

  /// Everything but the elastic blocks.
  [[nodiscard]] Option start() const {
    Option rest;
    rest.value = sign(problem_.maximize) * problem_.value->rest[resolution_];
    if (problem_.limited != nullptr) {
      rest.limited = sign(problem_.at_least) * problem_.limited->rest[resolution_];
    }
    return rest;
  }

  [[nodiscard]] double bound() const {
    return problem_.limited == nullptr ? kInfinity : sign(problem_.at_least) * problem_.bound;
  }

  [[nodiscard]] const std::vector<Stage>& stages() const { return stages_; }
  [[nodiscard]] const std::vector<Option>& options(std::size_t slot) const {
    return options_[slot];
  }

  /// The network of a resolution alone; slots and depths are filled in.
  [[nodiscard]] Architecture empty_network() const {
    Architecture architecture = smallest_;
    architecture.genes[static_cast<std::size_t>(space_.resolution_gene())] = resolution_;
    return architecture;
  }

  void fill(std::size_t slot, const Option& option, Architecture& architecture) const {
    const BlockSlot& at = space_.slots()[slot];
    if (at.kernel_gene >= 0) {
      architecture.genes[static_cast<std::size_t>(at.kernel_gene)] = option.kernel;
    }
    architecture.genes[static_cast<std::size_t>(at.expand_gene)] = option.expand;
  }

  void set_depth(std::size_t stage, std::uint8_t choice, Architecture& architecture) const {
    const int gene = space_.depth_gene(static_cast<int>(stage));
    architecture.genes[static_cast<std::size_t>(gene)] = choice;
  }

 private:
  static double sign(bool negated) { return negated ? -1.0 : 1.0; }

  [[nodiscard]] std::vector<Option> options_of(std::size_t slot) const {
    const BlockSlot& at = space_.slots()[slot];
    static const std::vector<std::uint8_t> only{0};
    const auto& kernels =
        at.kernel_gene >= 0 ? choices_.allowed[static_cast<std::size_t>(at.kernel_gene)] : only;
    std::vector<Option> options;
    for (const std::uint8_t kernel : kernels) {
      for (const auto expand : choices_.allowed[static_cast<std::size_t>(at.expand_gene)]) {
        Option option{kernel, expand, 0, 0};
        const std::size_t place = problem_.value->index(resolution_, slot, kernel, expand);
        option.value = sign(problem_.maximize) * problem_.value->blocks[place];
        if (problem_.limited != nullptr) {
          const std::size_t other = problem_.limited->index(resolution_, slot, kernel, expand);
          option.limited = sign(problem_.at_least) * problem_.limited->blocks[other];
        }
        options.push_back(option);
      }
    }
    return options;
  }

  const SearchSpace& space_;
  const Choices& choices_;
  const AdditiveProblem& problem_;
  std::vector<Stage> stages_;
  Architecture smallest_;
  std::uint8_t resolution_ = 0;
  std::vector<std::vector<Option>> options_;
};

using Part = double Option::*;

double least(const std::vector<Option>& options, Part part) {
  double value = kInfinity;
  for (const Option& option : options) value = std::min(value, option.*part);
  return value;
}

/// ahead[stage][p]: the least that a sum grows by when p slots of the stage are filled; infinite
/// where no allowed depth is that large. ahead[stages][0] = 0.
std::vector<std::vector<double>> least_ahead(const Layout& layout, Part part) {
  const auto& stages = layout.stages();
  std::vector<std::vector<double>> ahead(stages.size() + 1, {0.0});
  for (std::size_t s = stages.size(); s-- > 0;) {
    const Stage& stage = stages[s];
    ahead[s].assign(stage.slots.size() + 1, kInfinity);
    for (std::size_t p = stage.slots.size() + 1; p-- > 0;) {
      const bool ends = std::any_of(
          stage.depths.begin(), stage.depths.end(), [p](const auto& d) { return d.first == p; });
      if (ends) ahead[s][p] = ahead[s + 1][0];
      if (p == stage.slots.size()) continue;
      const double on = least(layout.options(stage.slots[p]), part) + ahead[s][p + 1];
      ahead[s][p] = std::min(ahead[s][p], on);
    }
  }
  return ahead;
}

/// A beginning of a network: the slots of the first stages are filled.
struct Label {
  double value = 0;
  double limited = 0;
  std::size_t step = kNone;  ///< the last one that led here
};

/// What turned one beginning into a longer one; steps share their pasts.
struct Step {
  std::size_t before = kNone;
  std::size_t slot = kNone;  ///< filled with `option`; none: the stage ends with `depth`
  std::size_t stage = 0;
  Option option;
  std::uint8_t depth = 0;
};

/// Keeps the labels that no other one equals or beats in both sums, the first of equals.
void prune(std::vector<Label>& labels) {
  std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) {
    return a.limited != b.limited ? a.limited < b.limited : a.value < b.value;
  });
  double best = kInfinity;
  const auto beaten = [&best](const Label& label) {
    if (label.value >= best) return true;
    best = label.value;
    return false;
  };
  labels.erase(std::remove_if(labels.begin(), labels.end(), beaten), labels.end());
}

/// The knapsack of one resolution.
class Knapsack {
 public:
  /// Finds nothing that is not better than `to_beat`.
  Knapsack(const Layout& layout, double to_beat)
      : layout_(layout),
        to_beat_(to_beat),
        value_ahead_(least_ahead(layout, &Option::value)),
        limited_ahead_(least_ahead(layout, &Option::limited)) {}

  /// The value reached, to be small; none when nothing within the limit beats.
  [[nodiscard]] std::optional<double> solve(Architecture& best) {
    const Option start = layout_.start();
    std::vector<Label> labels{{start.value, start.limited, kNone}};
    for (std::size_t stage = 0; stage < layout_.stages().size(); ++stage) {
      labels = through(stage, labels);
    }
    // Ascending in the limited sum, so the last one within the bound has the least value.
    while (!labels.empty() && labels.back().limited > layout_.bound()) labels.pop_back();
    if (labels.empty() || labels.back().value >= to_beat_) return std::nullopt;
    best = network(labels.back().step);
    return labels.back().value;
  }

 private:
  [[nodiscard]] bool promising(const Label& label, std::size_t stage, std::size_t filled) const {
    // Sums of other orders may differ in their last bits: the slack keeps all that could count.
    const double slack = 1e-12;
    const double limited = label.limited + limited_ahead_[stage][filled];
    const double value = label.value + value_ahead_[stage][filled];
    return limited <= layout_.bound() + slack * std::abs(layout_.bound()) &&
           value < to_beat_ + slack * std::abs(to_beat_);
  }

  void add(std::vector<Label>& labels, Label label, const Step& step) {
    require(steps_.size() < kMostSteps,
            "--algorithm exact has to keep more than ",
            kMostSteps,
            " partial networks here; use --algorithm local");
    label.step = steps_.size();
    steps_.push_back(step);
    labels.push_back(label);
  }

  std::vector<Label> through(std::size_t stage, std::vector<Label> labels) {
    const Stage& at = layout_.stages()[stage];
    std::vector<Label> done;
    for (std::size_t filled = 0;; ++filled) {
      for (const auto& [depth, choice] : at.depths) {
        if (depth == filled) end_stage(stage, choice, labels, done);
      }
      if (filled == at.slots.size()) break;
      labels = fill_slot(stage, filled, labels);
    }
    prune(done);
    return done;
  }

  void end_stage(std::size_t stage,
                 std::uint8_t choice,
                 const std::vector<Label>& labels,
                 std::vector<Label>& done) {
    for (const Label& label : labels) {
      if (!promising(label, stage + 1, 0)) continue;
      add(done, label, {label.step, kNone, stage, {}, choice});
    }
  }

  std::vector<Label> fill_slot(std::size_t stage,
                               std::size_t filled,
                               const std::vector<Label>& labels) {
    const std::size_t slot = layout_.stages()[stage].slots[filled];
    std::vector<Label> longer;
    for (const Label& label : labels) {
      for (const Option& option : layout_.options(slot)) {
        Label next = label;
        next.value += option.value;
        next.limited += option.limited;
        if (!promising(next, stage, filled + 1)) continue;
        add(longer, next, {label.step, slot, stage, option, 0});
      }
    }
    prune(longer);
    return longer;
  }

  [[nodiscard]] Architecture network(std::size_t step) const {
    Architecture architecture = layout_.empty_network();
    for (; step != kNone; step = steps_[step].before) {
      const Step& taken = steps_[step];
      if (taken.slot == kNone) {
        layout_.set_depth(taken.stage, taken.depth, architecture);
      } else {
        layout_.fill(taken.slot, taken.option, architecture);
      }
    }
    return architecture;
  }

  const Layout& layout_;
  double to_beat_;
  std::vector<std::vector<double>> value_ahead_;
  std::vector<std::vector<double>> limited_ahead_;
  std::vector<Step> steps_;
};

}  // namespace

bool has_additive_blocks(const SearchSpace& space) { return space.spec().family == Family::mobile; }

Architecture additive_extreme(const SearchSpace& space,
                              const Choices& choices,
                              const BlockSums& sums,
                              bool greatest) {
  AdditiveProblem problem;
  problem.value = &sums;
  problem.maximize = greatest;
  const auto best = best_additive(space, choices, problem);
  require(best.has_value(), "the sums are known at none of the allowed resolutions");
  return *best;
}

std::optional<Architecture> best_additive(const SearchSpace& space,
                                          const Choices& choices,
                                          const AdditiveProblem& problem) {
  Layout layout(space, choices, problem);
  std::optional<Architecture> best;
  double value = kInfinity;
  for (const auto r : choices.allowed[static_cast<std::size_t>(space.resolution_gene())]) {
    if (!layout.set_resolution(r)) continue;
    Architecture found;
    const auto reached = Knapsack(layout, value).solve(found);
    if (!reached) continue;
    value = *reached;
    space.canonicalize(found);
    best = std::move(found);
  }
  return best;
}

}  // namespace coppice
