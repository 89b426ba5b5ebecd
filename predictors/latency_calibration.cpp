#include "predictors/latency_calibration.hpp"

#include <algorithm>
#include <cmath>

#include "predictors/non_negative_least_squares.hpp"

namespace coppice {
namespace {

constexpr std::size_t kOperations = 3;
constexpr std::size_t kMemory = kOperations;
constexpr std::size_t kLaunch = kOperations + 1;
constexpr std::size_t kTerms = kOperations + 2;
constexpr int kMostTurns = 50;

using Row = std::array<double, kTerms>;

std::size_t index_of(Operation operation) { return static_cast<std::size_t>(operation); }

double peak_seconds(const LayerWork& work, double peak) { return 2 * work.macs / peak; }

bool waits_for_memory(const LayerWork& work, const RooflineTerms& terms, double peak) {
  return work.dram_bytes * terms.seconds_per_byte >
         peak_seconds(work, peak) * terms.slowdown[index_of(work.operation)];
}

// What each term is multiplied by, where the layers wait for what `terms` make them wait for.
Row row_of(const std::vector<LayerWork>& layers, const RooflineTerms& terms, double peak) {
  Row row{};
  for (const LayerWork& work : layers) {
    if (waits_for_memory(work, terms, peak)) {
      row[kMemory] += work.dram_bytes;
    } else {
      row[index_of(work.operation)] += peak_seconds(work, peak);
    }
    row[kLaunch] += 1;
  }
  return row;
}

double squared_error(const std::vector<TimedWork>& networks,
                     const RooflineTerms& terms,
                     double peak) {
  double sum = 0;
  for (const TimedWork& network : networks) {
    const double ratio = roofline_seconds(network.layers, terms, peak) / network.seconds;
    sum += (ratio - 1) * (ratio - 1);
  }
  return sum;
}

SeenTerms seen_in(const std::vector<Row>& rows) {
  const auto any = [&rows](std::size_t term) {
    return std::any_of(rows.begin(), rows.end(), [term](const Row& row) { return row[term] > 0; });
  };
  SeenTerms seen;
  for (std::size_t i = 0; i < kOperations; ++i) seen.slowdown[i] = any(i);
  seen.memory = any(kMemory);
  return seen;
}

// One turn: the best terms for layers that wait for what `terms` make them wait for.
RooflineTerms refit(const std::vector<TimedWork>& networks,
                    const RooflineTerms& terms,
                    double peak) {
  std::vector<Row> rows;
  FeatureMatrix columns{networks.size(), kTerms, {}};
  std::vector<double> target;
  for (const TimedWork& network : networks) {
    const Row row = row_of(network.layers, terms, peak);
    // A slowdown is 1 + what is fitted: nothing is faster than the peak.
    double rest = network.seconds;
    for (std::size_t i = 0; i < kOperations; ++i) rest -= row[i];
    target.push_back(rest / network.seconds);
    for (const double value : row) columns.values.push_back(value / network.seconds);
    rows.push_back(row);
  }
  const std::vector<double> fitted = non_negative_least_squares(columns, target);
  const SeenTerms seen = seen_in(rows);
  RooflineTerms next = terms;
  for (std::size_t i = 0; i < kOperations; ++i) {
    if (seen.slowdown[i]) next.slowdown[i] = 1 + fitted[i];
  }
  if (seen.memory) next.seconds_per_byte = fitted[kMemory];
  next.launch_seconds = fitted[kLaunch];
  return next;
}

RooflineTerms alternate(const std::vector<TimedWork>& networks,
                        const RooflineTerms& start,
                        double peak) {
  RooflineTerms best = start;
  double least = squared_error(networks, best, peak);
  RooflineTerms terms = start;
  for (int turn = 0; turn < kMostTurns; ++turn) {
    terms = refit(networks, terms, peak);
    const double error = squared_error(networks, terms, peak);
    // Alternating need not fall at every turn; it is over when it stands still.
    if (std::abs(error - least) <= 1e-12 * least) break;
    if (error < least) {
      least = error;
      best = terms;
    }
  }
  return best;
}

RooflineTerms scaled(const std::vector<TimedWork>& networks, RooflineTerms terms, double peak) {
  std::vector<double> ratios;
  for (const TimedWork& network : networks) {
    ratios.push_back(network.seconds / roofline_seconds(network.layers, terms, peak));
  }
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  for (double& slowdown : terms.slowdown) slowdown = std::max(1.0, slowdown * *middle);
  terms.seconds_per_byte *= *middle;
  terms.launch_seconds *= *middle;
  return terms;
}

RooflineTerms best_terms(const std::vector<TimedWork>& networks,
                         const std::vector<RooflineTerms>& starts,
                         double peak) {
  RooflineTerms best = starts.front();
  double least = squared_error(networks, best, peak);
  for (const RooflineTerms& start : starts) {
    const RooflineTerms terms = alternate(networks, start, peak);
    const double error = squared_error(networks, terms, peak);
    if (error < least) {
      least = error;
      best = terms;
    }
  }
  return best;
}

// Alternating ends in the minimum next to its start: which layers wait for memory decides which.
std::vector<RooflineTerms> starts_from(const std::vector<TimedWork>& networks,
                                       const RooflineTerms& base,
                                       double peak) {
  const RooflineTerms typical = scaled(networks, base, peak);
  std::vector<RooflineTerms> starts{base, typical};
  for (const double factor : {0.0, 0.03, 0.1, 0.3, 3.0, 10.0, 30.0}) {
    starts.push_back(typical);
    starts.back().seconds_per_byte *= factor;
  }
  return starts;
}

// Where no layer waits for memory, the bandwidth is known only to be large enough for that.
double least_bandwidth_cost(const std::vector<TimedWork>& networks,
                            const RooflineTerms& terms,
                            double base,
                            double peak) {
  double cost = base;
  for (const TimedWork& network : networks) {
    for (const LayerWork& work : network.layers) {
      if (work.dram_bytes == 0 || work.macs == 0) continue;
      cost = std::min(
          cost,
          peak_seconds(work, peak) * terms.slowdown[index_of(work.operation)] / work.dram_bytes);
    }
  }
  return cost;
}

std::vector<double> left_out_predictions(const std::vector<TimedWork>& networks,
                                         const RooflineTerms& whole,
                                         double peak) {
  constexpr std::size_t most_folds = 100;
  const std::size_t folds = std::min(networks.size(), most_folds);
  std::vector<double> predictions(networks.size());
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<TimedWork> others;
    for (std::size_t i = 0; i < networks.size(); ++i) {
      if (i % folds != fold) others.push_back(networks[i]);
    }
    const RooflineTerms terms = alternate(others, whole, peak);
    for (std::size_t i = fold; i < networks.size(); i += folds) {
      predictions[i] = roofline_seconds(networks[i].layers, terms, peak);
    }
  }
  return predictions;
}

}  // namespace

RooflineTerms roofline_terms(const DeviceProfile& profile) {
  RooflineTerms terms;
  terms.slowdown[index_of(Operation::conv)] =
      1 / need(profile.conv_efficiency, profile, "compute.efficiency.conv");
  terms.slowdown[index_of(Operation::dwconv)] =
      1 / need(profile.dwconv_efficiency, profile, "compute.efficiency.dwconv");
  terms.slowdown[index_of(Operation::fc)] =
      1 / need(profile.fc_efficiency, profile, "compute.efficiency.fc");
  terms.seconds_per_byte = 1 / need(profile.dram_bytes_per_s, profile, "memory.dram_bw_Bps");
  terms.launch_seconds = profile.launch_us.value_or(0) * 1e-6;
  return terms;
}

double roofline_seconds(const std::vector<LayerWork>& layers,
                        const RooflineTerms& terms,
                        double peak) {
  double seconds = 0;
  for (const LayerWork& work : layers) {
    const double arithmetic = peak_seconds(work, peak) * terms.slowdown[index_of(work.operation)];
    seconds += std::max(arithmetic, work.dram_bytes * terms.seconds_per_byte);
    seconds += terms.launch_seconds;
  }
  return seconds;
}

RooflineFit fit_roofline(const std::vector<TimedWork>& networks,
                         const RooflineTerms& base,
                         double peak) {
  RooflineFit fit;
  fit.terms = best_terms(networks, starts_from(networks, base, peak), peak);
  fit.left_out = left_out_predictions(networks, fit.terms, peak);
  std::vector<Row> rows;
  for (const TimedWork& network : networks) {
    rows.push_back(row_of(network.layers, fit.terms, peak));
  }
  fit.seen = seen_in(rows);
  if (!fit.seen.memory || fit.terms.seconds_per_byte == 0) {
    fit.seen.memory = false;
    fit.terms.seconds_per_byte =
        least_bandwidth_cost(networks, fit.terms, base.seconds_per_byte, peak);
  }
  return fit;
}

}  // namespace coppice
