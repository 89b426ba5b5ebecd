// How good is what `fit` chooses, and do its 90 % intervals cover 90 % of the networks it never
// saw? Averages over random splits of published measurements.
//
//   predictors_coverage_benchmark accuracy FOLDER-OF-DYNAST-CSV-FILES [SPLITS] [n ...]
//   predictors_coverage_benchmark latency LATENCY-DATASET.csv [SPLITS] [n ...]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <map>

#include "predictors/fit.hpp"
#include "supernet/base/error.hpp"
#include "tests/support/dynast_csv.hpp"

namespace coppice {
namespace {

struct Judged {
  Agreement agreed;
  double inside = 0;  ///< share of the networks
  double seconds = 0;
  std::string kind;
};

Judged judge(const SearchSpace& space,
             const MeasurementTable& all,
             const std::string& target,
             std::size_t n) {
  MeasurementTable known{all.space, {}, {}};
  known.rows.assign(all.rows.begin(), all.rows.begin() + static_cast<std::ptrdiff_t>(n));
  std::vector<Architecture> asked;
  std::vector<double> measured;
  for (std::size_t i = n; i < all.rows.size(); ++i) {
    asked.push_back(all.rows[i].architecture);
    measured.push_back(all.rows[i].targets.at(target));
  }
  const auto start = std::chrono::steady_clock::now();
  const FittedPredictor predictor = fit(space, std::move(known), target);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const std::vector<double> predicted = predictor.predict(asked);
  Judged judged;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const bool inside = std::abs(predicted[i] - measured[i]) <= predictor.info().interval90;
    judged.inside += inside ? 1 / static_cast<double>(asked.size()) : 0;
  }
  judged.agreed = agreement(predicted, measured, predictor.info().maximize);
  judged.seconds = took.count();
  judged.kind = predictor.summary().kind;
  return judged;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void judge_splits(const SearchSpace& space,
                  const MeasurementTable& all,
                  const std::string& target,
                  const std::pair<std::size_t, int>& size_and_splits) {
  const auto [n, splits] = size_and_splits;
  Judged sum;
  std::vector<double> seconds;
  std::map<std::string, int> kinds;
  for (int split = 1; split <= splits; ++split) {
    MeasurementTable shuffled = all;
    Random random(static_cast<std::uint64_t>(split));
    random.shuffle(shuffled.rows);
    const Judged judged = judge(space, shuffled, target, n);
    sum.agreed.rmse += judged.agreed.rmse / splits;
    sum.agreed.mape_percent += judged.agreed.mape_percent / splits;
    sum.agreed.kendall_tau += judged.agreed.kendall_tau / splits;
    sum.inside += judged.inside / splits;
    seconds.push_back(judged.seconds);
    ++kinds[judged.kind];
  }
  const auto common = std::max_element(
      kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  std::cout << fmt::format(
                   "| {} | {} | {:.3f} | {:.3f} | {:.2f} % | {:.1f} % | {} ({} of {}) | {:.1f} s |",
                   target,
                   n,
                   sum.agreed.rmse,
                   sum.agreed.kendall_tau,
                   sum.agreed.mape_percent,
                   100 * sum.inside,
                   common->first,
                   common->second,
                   splits,
                   median(seconds))
            << std::endl;
}

void run(const std::string& what, const std::string& data, const std::vector<int>& numbers) {
  const bool accuracy = what == "accuracy";
  require(accuracy || what == "latency", "the first argument is accuracy or latency");
  SpaceParameters parameters;
  if (!accuracy) parameters.width_mult = 1.2;
  const SearchSpace space = builtin_space("ofa-mobilenetv3", parameters);
  std::map<std::string, MeasurementTable> tables;
  if (accuracy) {
    tables["accuracy"] = dynast_accuracies(data, space);
  } else {
    for (const DictColumn& column : {DictColumn{0, "gpu_latency_ms"}, {1, "cpu_latency_ms"}}) {
      tables[column.target].space = space.name();
      add_dict_rows(data, column, space, tables[column.target]);
    }
  }
  std::cout << "| target | n | RMSE | tau | MAPE | inside | kind most often | fit, median |\n"
               "|---|---|---|---|---|---|---|---|\n";
  for (auto& [target, table] : tables) {
    merge_repeats(table);
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      judge_splits(space, table, target, {static_cast<std::size_t>(numbers[i]), numbers[0]});
    }
  }
}

}  // namespace
}  // namespace coppice

int main(int argc, char** argv) {
  try {
    coppice::require(argc >= 3, "usage: predictors_coverage_benchmark accuracy|latency DATA ...");
    std::vector<int> numbers;
    for (int i = 3; i < argc; ++i) numbers.push_back(std::stoi(argv[i]));
    if (numbers.empty()) numbers = {20};
    if (numbers.size() == 1) numbers.insert(numbers.end(), {50, 100, 300, 1000});
    coppice::run(argv[1], argv[2], numbers);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
