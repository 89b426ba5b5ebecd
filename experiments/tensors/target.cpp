#include "experiments/tensors/target.hpp"

#include <fmt/format.h>

#include "supernet/base/error.hpp"
#include "supernet/training/wilson.hpp"

namespace coppice {

void require_can_be_shown(const Target& target) {
  const double most = wilson_lower_bound(100, static_cast<double>(target.images));
  require_usage(target.accuracy <= most,
                "--target-accuracy = ",
                target.accuracy,
                ", but with ",
                target.images,
                " held-out images even all of them right show no more than ",
                fmt::format("{:.1f}", most),
                " % (lower bound); give a lower one, or more with --held-out");
}

std::string target_text(const std::vector<CurvePoint>& curve, const Target& target, double left_j) {
  const auto fit = fit_curve(curve);
  if (!fit) return {};
  const double needed = accuracy_that_shows(target.accuracy, static_cast<double>(target.images));
  const std::string what =
      fmt::format("{:g} % ({:.2f} % on the held-out images)", target.accuracy, needed);
  const auto energy = energy_to_reach(*fit, needed);
  if (!energy) {
    return fmt::format(
        "{} is not reachable with this data and these options: the curve levels off at about "
        "{:.1f} %",
        what,
        100 - fit->floor);
  }
  const double more = *energy - curve.back().energy_j;
  if (more <= 0) return what + " is near";
  return fmt::format(
      "{} is about {:.3g} kJ away, {} the {:.3g} kJ that the rest of this training takes",
      what,
      more / 1000,
      more > left_j ? "more than" : "within",
      left_j / 1000);
}

std::string untrained_phases_text(const TrainState& state, const TrainOptions& options) {
  std::string names;
  for (std::size_t i = state.phase; i < options.phases.size(); ++i) {
    if (options.phases[i].epochs > 0) {
      names += (names.empty() ? "" : ", ") + options.phases[i].name;
    }
  }
  if (names.empty()) return "";
  const bool one_network = options.phases.front().only.has_value();
  return (one_network ? "the network" : "the largest network") +
         (" reached the target before the end of " + names) +
         (one_network ? "" : ": smaller networks were trained less or not at all") +
         "; the same command with --resume and --target-accuracy 0 goes on";
}

}  // namespace coppice
