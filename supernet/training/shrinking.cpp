#include "supernet/training/shrinking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

int opening(const Phase& phase, GeneKind kind) {
  switch (kind) {
    case GeneKind::depth:
      return phase.depths;
    case GeneKind::kernel:
      return phase.kernels;
    case GeneKind::expand:
      return phase.expands;
    case GeneKind::width:
      return phase.widths;
    case GeneKind::resolution:
      break;
  }
  return 1;
}

// The index of the smallest open choice.
std::size_t lowest_open(const Phase& phase, const Gene& gene) {
  const auto open = static_cast<std::size_t>(opening(phase, gene.kind));
  return gene.choices.size() - std::min(open, gene.choices.size());
}

bool has_choices(const SearchSpace& space, GeneKind kind) {
  return std::any_of(space.genes().begin(), space.genes().end(), [kind](const Gene& gene) {
    return gene.kind == kind && gene.choices.size() > 1;
  });
}

constexpr std::array<std::pair<const char*, Schedule>, 5> kSchedules{
    {{"progressive", Schedule::progressive},
     {"sandwich", Schedule::sandwich},
     {"attentive", Schedule::attentive},
     {"compound", Schedule::compound},
     {"delayed", Schedule::delayed}}};

// All choices at once; the largest, the smallest and two others a step. As many epochs as BigNAS;
// the rate is a quarter of the full network's because the gradients of four networks add up.
Phase one_stage(const char* name, Sampling sampling) {
  Phase phase{name, kAllChoices, kAllChoices, kAllChoices, kAllChoices, 355, 5, 0.02, 4};
  phase.sampling = sampling;
  return phase;
}

// CompOFA keeps the phases before the joint one, which lasts as long as one of the published pairs.
std::vector<Phase> compound_phases(const SearchSpace& space) {
  std::vector<Phase> phases;
  for (Phase& phase : published_phases(space)) {
    if (phase.depths == 1 && phase.expands == 1) phases.push_back(std::move(phase));
  }
  Phase joint{"compound", kAllChoices, kAllChoices, kAllChoices, kAllChoices, 145, 5, 0.0075, 4};
  joint.coupled = true;
  phases.push_back(std::move(joint));
  return phases;
}

std::vector<Phase> delayed_phases() {
  Phase full{"full", 1, 1, 1, 1, 180, 5, 0.08125, 1};
  Phase shrink{"delayed", kAllChoices, kAllChoices, kAllChoices, kAllChoices, 180, 0, 0.08125, 4};
  shrink.sampling = Sampling::sandwich;
  shrink.continues = true;
  shrink.ease_in = 0.2;
  return {std::move(full), std::move(shrink)};
}

// The index of a stage's expansion choice that stands as high as its depth choice.
std::uint8_t coupled_choice(const Gene& depth, std::uint8_t chosen, const Gene& expand) {
  if (depth.choices.size() < 2) return static_cast<std::uint8_t>(expand.choices.size() - 1);
  const double height = static_cast<double>(chosen) / static_cast<double>(depth.choices.size() - 1);
  const auto top = static_cast<double>(expand.choices.size() - 1);
  return static_cast<std::uint8_t>(std::lround(height * top));
}

}  // namespace

std::string to_text(Schedule schedule) {
  return std::find_if(kSchedules.begin(),
                      kSchedules.end(),
                      [schedule](const auto& entry) { return entry.second == schedule; })
      ->first;
}

Schedule parse_schedule(const std::string& name) {
  for (const auto& [known, schedule] : kSchedules) {
    if (name == known) return schedule;
  }
  throw Error(
      text("schedule = ", name, ", must be progressive, sandwich, attentive, compound or delayed"),
      Failure::usage);
}

std::vector<Phase> schedule_phases(Schedule schedule, const SearchSpace& space) {
  switch (schedule) {
    case Schedule::progressive:
      break;
    case Schedule::sandwich:
      return {one_stage("sandwich", Sampling::sandwich)};
    case Schedule::attentive:
      return {one_stage("attentive", Sampling::attentive)};
    case Schedule::compound:
      return compound_phases(space);
    case Schedule::delayed:
      return delayed_phases();
  }
  return published_phases(space);
}

std::vector<Phase> published_phases(const SearchSpace& space) {
  const bool kernel = has_choices(space, GeneKind::kernel);
  const int kernels = kernel ? kAllChoices : 1;
  std::vector<Phase> phases{{"full", 1, 1, 1, 1, 180, 5, 0.08125, 1}};
  if (kernel) phases.push_back({"kernel", kernels, 1, 1, 1, 120, 5, 0.03, 1});
  if (has_choices(space, GeneKind::depth)) {
    phases.push_back({"depth1", kernels, 2, 1, 1, 25, 0, 0.0025, 2});
    phases.push_back({"depth2", kernels, kAllChoices, 1, 1, 120, 5, 0.0075, 2});
  }
  if (has_choices(space, GeneKind::expand)) {
    phases.push_back({"expand1", kernels, kAllChoices, 2, 1, 25, 0, 0.0025, 4});
    phases.push_back({"expand2", kernels, kAllChoices, kAllChoices, 1, 120, 5, 0.0075, 4});
  }
  if (has_choices(space, GeneKind::width)) {
    phases.push_back({"width1", kernels, kAllChoices, kAllChoices, 2, 25, 0, 0.0025, 4});
    phases.push_back({"width2", kernels, kAllChoices, kAllChoices, kAllChoices, 120, 5, 0.0075, 4});
  }
  return phases;
}

void validate(const Phase& phase) {
  const auto check = [&phase](const char* field, double value, bool allowed, const char* range) {
    require_usage(allowed, phase.name, ".", field, " = ", value, ", must be ", range);
  };
  check("epochs", phase.epochs, phase.epochs >= 0 && phase.epochs <= 1e5, "between 0 and 100000");
  check("warmup_epochs",
        phase.warmup_epochs,
        phase.warmup_epochs >= 0 && phase.warmup_epochs <= 1e5,
        "between 0 and 100000");
  check("rate", phase.rate, phase.rate > 0 && phase.rate <= 100, "above 0 and at most 100");
  check("subnets",
        phase.subnets,
        phase.subnets >= 1 && phase.subnets <= 64,
        "a whole number between 1 and 64");
  check("subnets",
        phase.subnets,
        phase.subnets >= 2 || !distils_in_place(phase),
        "at least 2: the largest network teaches the others");
  check("ease_in", phase.ease_in, phase.ease_in >= 0 && phase.ease_in <= 1, "between 0 and 1");
}

Architecture sample(const SearchSpace& space, const Phase& phase, int resolution, Random& random) {
  if (phase.only) return *phase.only;
  Architecture architecture = space.largest();
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    const Gene& gene = space.genes()[i];
    const std::size_t low = lowest_open(phase, gene);
    architecture.genes[i] =
        static_cast<std::uint8_t>(low + random.below(gene.choices.size() - low));
  }
  if (phase.coupled) couple(space, architecture);
  architecture = space.with_resolution(std::move(architecture), resolution);
  space.canonicalize(architecture);
  return architecture;
}

Architecture largest_of(const SearchSpace& space, const Phase& phase) {
  return phase.only ? *phase.only : space.largest();
}

Architecture smallest_of(const SearchSpace& space, const Phase& phase) {
  if (phase.only) return *phase.only;
  Architecture architecture = space.largest();
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    architecture.genes[i] = static_cast<std::uint8_t>(lowest_open(phase, space.genes()[i]));
  }
  space.canonicalize(architecture);
  return architecture;
}

void couple(const SearchSpace& space, Architecture& architecture) {
  for (const BlockSlot& slot : space.slots()) {
    if (slot.expand_gene < 0) continue;
    const auto depth = static_cast<std::size_t>(space.depth_gene(slot.stage));
    const auto expand = static_cast<std::size_t>(slot.expand_gene);
    architecture.genes[expand] =
        coupled_choice(space.genes()[depth], architecture.genes[depth], space.genes()[expand]);
  }
}

}  // namespace coppice
