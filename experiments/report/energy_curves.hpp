// What accuracy costs in several trainings: the same recipe on more and more data, say.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiments/report/plot.hpp"
#include "supernet/training/learning_curve.hpp"

namespace coppice {

/// Of one training: the full network's held-out accuracy for the energy spent by then.
struct EnergyCurve {
  std::string label;
  std::vector<CurvePoint> points;
  std::string basis = "not recorded";  ///< how the joules are known: "measured", "modelled" ...
  double images = 0;  ///< held-out ones that accuracies were counted on; 0: not known
};

/// From RUN/log.jsonl; how the energy is known from RUN/energy.csv, and the number of held-out
/// images from RUN/supernet.h5, where they are there. Throws Error naming the
/// file when it is missing or records no evaluation with its energy.
[[nodiscard]] EnergyCurve read_energy_curve_of(const std::filesystem::path& run,
                                               const std::string& label);

/// Accuracy over energy, a line a curve, the last point of each labelled. REQUIRES curves
/// with points.
[[nodiscard]] Plot energy_curves_plot(const std::vector<EnergyCurve>& curves);

/// What the least energy is that any of the curves reached a target with, and which.
struct CheapestWay {
  std::size_t curve = 0;
  CurvePoint reached;
};
[[nodiscard]] std::optional<CheapestWay> cheapest_way(const std::vector<EnergyCurve>& curves,
                                                      double target);

}  // namespace coppice
