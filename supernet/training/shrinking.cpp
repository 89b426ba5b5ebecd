#include "supernet/training/shrinking.hpp"

#include <algorithm>

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

}  // namespace

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
}

Architecture sample(const SearchSpace& space, const Phase& phase, int resolution, Random& random) {
  Architecture architecture = space.largest();
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    const Gene& gene = space.genes()[i];
    const std::size_t low = lowest_open(phase, gene);
    architecture.genes[i] =
        static_cast<std::uint8_t>(low + random.below(gene.choices.size() - low));
  }
  architecture = space.with_resolution(std::move(architecture), resolution);
  space.canonicalize(architecture);
  return architecture;
}

Architecture smallest_of(const SearchSpace& space, const Phase& phase) {
  Architecture architecture = space.largest();
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    architecture.genes[i] = static_cast<std::uint8_t>(lowest_open(phase, space.genes()[i]));
  }
  space.canonicalize(architecture);
  return architecture;
}

}  // namespace coppice
