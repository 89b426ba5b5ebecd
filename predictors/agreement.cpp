#include "predictors/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace coppice {
namespace {

constexpr std::size_t kTop = 10;

/// Sorts [first, last) and returns how many neighbours had to be exchanged (merge sort).
std::int64_t count_swaps(std::vector<double>& values,
                         std::vector<double>& scratch,
                         std::size_t first,
                         std::size_t last) {
  if (last - first < 2) return 0;
  const std::size_t middle = first + (last - first) / 2;
  std::int64_t swaps = count_swaps(values, scratch, first, middle);
  swaps += count_swaps(values, scratch, middle, last);
  std::size_t left = first;
  std::size_t right = middle;
  for (std::size_t out = first; out < last; ++out) {
    const bool take_left = right == last || (left < middle && values[left] <= values[right]);
    if (!take_left) swaps += static_cast<std::int64_t>(middle - left);
    scratch[out] = take_left ? values[left++] : values[right++];
  }
  std::copy(scratch.begin() + static_cast<std::ptrdiff_t>(first),
            scratch.begin() + static_cast<std::ptrdiff_t>(last),
            values.begin() + static_cast<std::ptrdiff_t>(first));
  return swaps;
}

/// Number of pairs within runs of neighbours that `same` calls equal.
template <class Same>
std::int64_t count_tied_pairs(std::size_t count, const Same& same) {
  std::int64_t pairs = 0;
  std::int64_t run = 1;
  for (std::size_t i = 1; i <= count; ++i) {
    if (i < count && same(i - 1, i)) {
      ++run;
    } else {
      pairs += run * (run - 1) / 2;
      run = 1;
    }
  }
  return pairs;
}

std::vector<std::size_t> indices(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

/// From 1; equal values share the mean of their places.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order = indices(values.size());
  std::sort(order.begin(), order.end(), [&values](std::size_t a, std::size_t b) {
    return values[a] < values[b];
  });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    const double mean = 1 + static_cast<double>(first + last) / 2;
    for (; first <= last; ++first) ranks[order[first]] = mean;
  }
  return ranks;
}

}  // namespace

double rmse(const std::vector<double>& predicted, const std::vector<double>& measured) {
  double sum = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    sum += (predicted[i] - measured[i]) * (predicted[i] - measured[i]);
  }
  return std::sqrt(sum / static_cast<double>(predicted.size()));
}

double mape_percent(const std::vector<double>& predicted, const std::vector<double>& measured) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    if (measured[i] == 0) continue;
    sum += std::abs((predicted[i] - measured[i]) / measured[i]);
    count += 1;
  }
  return count > 0 ? 100 * sum / count : std::numeric_limits<double>::quiet_NaN();
}

double kendall_tau(const std::vector<double>& predicted, const std::vector<double>& measured) {
  const std::size_t n = predicted.size();
  std::vector<std::size_t> order = indices(n);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return predicted[a] != predicted[b] ? predicted[a] < predicted[b] : measured[a] < measured[b];
  });
  const auto same_predicted = [&](std::size_t a, std::size_t b) {
    return predicted[order[a]] == predicted[order[b]];
  };
  const auto same_both = [&](std::size_t a, std::size_t b) {
    return same_predicted(a, b) && measured[order[a]] == measured[order[b]];
  };
  const std::int64_t tied_predicted = count_tied_pairs(n, same_predicted);
  const std::int64_t tied_both = count_tied_pairs(n, same_both);

  std::vector<double> sorted;
  sorted.reserve(n);
  for (const std::size_t i : order) sorted.push_back(measured[i]);
  std::vector<double> scratch(n);
  const std::int64_t swaps = count_swaps(sorted, scratch, 0, n);
  const std::int64_t tied_measured =
      count_tied_pairs(n, [&](std::size_t a, std::size_t b) { return sorted[a] == sorted[b]; });

  const auto size = static_cast<std::int64_t>(n);
  const std::int64_t pairs = size * (size - 1) / 2;
  const double scale = std::sqrt(static_cast<double>(pairs - tied_predicted)) *
                       std::sqrt(static_cast<double>(pairs - tied_measured));
  if (scale == 0) return 0;
  const std::int64_t difference = pairs - tied_predicted - tied_measured + tied_both - 2 * swaps;
  return std::clamp(static_cast<double>(difference) / scale, -1.0, 1.0);
}

double spearman_rho(const std::vector<double>& predicted, const std::vector<double>& measured) {
  const std::vector<double> a = ranks(predicted);
  const std::vector<double> b = ranks(measured);
  // Ranks have the same mean on both sides, with ties too.
  const double mean = (static_cast<double>(a.size()) + 1) / 2;
  double both = 0;
  double first = 0;
  double second = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean) * (b[i] - mean);
    first += (a[i] - mean) * (a[i] - mean);
    second += (b[i] - mean) * (b[i] - mean);
  }
  if (first == 0 || second == 0) return 0;
  return std::clamp(both / (std::sqrt(first) * std::sqrt(second)), -1.0, 1.0);
}

double top_ten_bias(const std::vector<double>& predicted,
                    const std::vector<double>& measured,
                    bool maximize) {
  std::vector<std::size_t> order = indices(predicted.size());
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return maximize ? predicted[a] > predicted[b] : predicted[a] < predicted[b];
  });
  const std::size_t top = std::min(kTop, order.size());
  double sum = 0;
  for (std::size_t i = 0; i < top; ++i) sum += predicted[order[i]] - measured[order[i]];
  return sum / static_cast<double>(top);
}

Agreement agreement(const std::vector<double>& predicted,
                    const std::vector<double>& measured,
                    bool maximize) {
  return {rmse(predicted, measured),
          mape_percent(predicted, measured),
          kendall_tau(predicted, measured),
          top_ten_bias(predicted, measured, maximize)};
}

}  // namespace coppice
