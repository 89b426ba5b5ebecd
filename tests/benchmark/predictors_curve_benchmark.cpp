// How much do predictors learn from how many measured networks? Learning curves on networks of the
// official MobileNetV3 supernet that DyNAS-T measured: what `fit` chooses, its kinds, and the
// network of Once-For-All's accuracy predictor.
//
//   predictors_curve_benchmark FOLDER-OF-CSV-FILES CURVE.svg [SEEDS]
//
// Rows of equal architectures are averaged, so that no network is in both parts; each seed draws
// other networks to fit on, and all the rest judge. Prints medians over the seeds with the smallest
// and the largest value.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "experiments/report/svg_plot.hpp"
#include "predictors/choice_training.hpp"
#include "predictors/fit.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "tests/support/dynast_csv.hpp"

namespace coppice {
namespace {

constexpr std::size_t kSizes[] = {20, 50, 100, 200, 400, 800, 1600};
constexpr const char* kTarget = "accuracy";
constexpr const char* kChosen = "fit";
constexpr const char* kNames[] = {kChosen,
                                  "ridge-physical",
                                  "ridge-stages",
                                  "ridge-choices",
                                  "ridge-hybrid",
                                  "ridge-groups",
                                  "process-groups",
                                  "gaussian-process",
                                  kOfaMlpKind};

/// One part to learn from, one to judge by.
struct Split {
  MeasurementTable known;
  std::vector<Architecture> asked;
  std::vector<double> measured;
};

Split split(const MeasurementTable& all, std::size_t n, std::uint64_t seed) {
  std::vector<Measurement> rows = all.rows;
  Random random(seed);
  random.shuffle(rows);
  Split parts;
  parts.known = {all.space, {}, {}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < n) {
      parts.known.rows.push_back(rows[i]);
      continue;
    }
    parts.asked.push_back(rows[i].architecture);
    parts.measured.push_back(rows[i].targets.at(kTarget));
  }
  return parts;
}

/// Without cross-validation, which would take five times as long and change nothing.
std::vector<double> predict_by_network(const SearchSpace& space, const Split& parts) {
  std::vector<Architecture> architectures;
  std::vector<double> values;
  for (const Measurement& row : parts.known.rows) {
    architectures.push_back(row.architecture);
    values.push_back(row.targets.at(kTarget));
  }
  const auto network =
      train_choice_network(space, space.spec().resolutions, {architectures, values, 1});
  return network->predict(parts.asked);
}

std::vector<double> predict(const SearchSpace& space, const Split& parts, const std::string& name) {
  if (name == kOfaMlpKind) return predict_by_network(space, parts);
  FitOptions options;
  if (name != kChosen) options.kinds = {name};
  return fit(space, parts.known, kTarget, options).predict(parts.asked);
}

/// Over the seeds.
struct Spread {
  double low = 0;
  double median = 0;
  double high = 0;
};

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values.front(), values[values.size() / 2], values.back()};
}

using Curves = std::map<std::string, std::vector<Agreement>>;

Plot curve_plot(const std::map<std::string, std::vector<Spread>>& curves) {
  Plot plot;
  plot.title = "Error of predicted accuracy on networks that were not measured";
  plot.x_label = "measured networks";
  plot.y_label = "RMSE [points]";
  plot.logarithmic = true;
  const std::map<std::string, int> colours{
      {kChosen, 1}, {"ridge-stages", 0}, {"ridge-choices", 0}, {kOfaMlpKind, 2}};
  for (const auto& [name, colour] : colours) {
    PlotSeries series{name == kOfaMlpKind ? "network of Once-For-All (ofa-mlp)" : name,
                      Mark::dot,
                      colour,
                      true,
                      {}};
    for (std::size_t i = 0; i < std::size(kSizes); ++i) {
      series.points.push_back({static_cast<double>(kSizes[i]), curves.at(name)[i].median});
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

void run(const std::string& folder, const std::string& picture, int seeds) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  MeasurementTable all = dynast_accuracies(folder, space);
  const std::size_t rows = all.rows.size();
  const std::size_t repeats = merge_repeats(all);
  std::cout << fmt::format("{} networks, {} rows, {} seeds\n\n", rows - repeats, rows, seeds);
  std::cout << fmt::format("| {:<16} | {:>4} | {:<23} | {:<23} |\n", "kind", "n", "RMSE", "tau");
  std::map<std::string, std::vector<Spread>> curves;
  for (const char* name : kNames) {
    for (const std::size_t n : kSizes) {
      std::vector<double> errors;
      std::vector<double> taus;
      for (int seed = 1; seed <= seeds; ++seed) {
        const Split parts = split(all, n, static_cast<std::uint64_t>(seed));
        const Agreement agreed = agreement(predict(space, parts, name), parts.measured, true);
        errors.push_back(agreed.rmse);
        taus.push_back(agreed.kendall_tau);
      }
      const Spread error = spread_of(errors);
      const Spread tau = spread_of(taus);
      curves[name].push_back(error);
      std::cout
          << fmt::format(
                 "| {:<16} | {:>4} | {:.3f} ({:.3f} to {:.3f})  | {:.3f} ({:.3f} to {:.3f})  |",
                 name,
                 n,
                 error.median,
                 error.low,
                 error.high,
                 tau.median,
                 tau.low,
                 tau.high)
          << std::endl;
    }
  }
  write_text_file(picture, svg(curve_plot(curves), true));
}

}  // namespace
}  // namespace coppice

int main(int argc, char** argv) {
  try {
    coppice::require(argc >= 3, "usage: predictors_curve_benchmark FOLDER CURVE.svg [SEEDS]");
    coppice::run(argv[1], argv[2], argc > 3 ? std::stoi(argv[3]) : 5);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
