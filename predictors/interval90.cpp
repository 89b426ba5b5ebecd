#include "predictors/interval90.hpp"

#include <algorithm>

namespace coppice {

bool positive_by_nature(const std::string& target) {
  if (target == "macs" || target == "params") return true;
  const auto place = target.rfind('_');
  if (place == std::string::npos) return false;
  const std::string unit = target.substr(place);
  return unit == "_ms" || unit == "_mj" || unit == "_j" || unit == "_g" || unit == "_bytes";
}

bool is_percentage(const std::string& target) {
  return target.rfind("accuracy", 0) == 0 || target.rfind("top", 0) == 0;
}

Estimate interval90_around(const std::string& target, double value, double half) {
  const bool percentage = is_percentage(target);
  Estimate interval{value - half, value, value + half};
  // A fit may miss so far that the value itself is out of range; it stays inside its interval.
  if (percentage || positive_by_nature(target)) {
    interval.low = std::min(value, std::max(0.0, interval.low));
  }
  if (percentage) interval.high = std::max(value, std::min(100.0, interval.high));
  return interval;
}

}  // namespace coppice
