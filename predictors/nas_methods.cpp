#include "predictors/nas_methods.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool prints_as(double value, PrintedNumber printed) {
  return std::abs(std::round(value / printed.step) * printed.step - printed.value) <
         printed.step / 1000;
}

Reproduced check(const NasMethod& method, PrintedNumber printed, double per_gpu_hour) {
  const double exact = gpu_hours(method, kPaperScenarios);
  if (prints_as(exact * per_gpu_hour, printed)) return Reproduced::from_exact_hours;
  if (prints_as(method.gpu_hours.value * per_gpu_hour, printed)) {
    return Reproduced::from_rounded_hours;
  }
  return Reproduced::not_reproduced;
}

// Cai et al. 2020, table 1. Search of NASNet and MnasNet is charged once a scenario, as there; the
// 40 hours of OFA collect 16,000 accuracies for its predictor.
std::vector<NasMethod> table() {
  const auto k = [](double value, double step) { return PrintedNumber{value * 1000, step * 1000}; };
  return {
      {"MobileNetV2", false, 0, 0, 0, 150, k(6, 1), k(1.7, 0.1), k(18.4, 0.1)},
      {"MobileNetV2 #1200", false, 0, 0, 0, 1200, k(48, 1), k(13.6, 0.1), k(146.9, 0.1)},
      {"NASNet-A", false, 0, 48000, 0, 0, k(1920, 1), k(544.5, 0.1), k(5875.2, 0.1)},
      {"DARTS", false, 0, 96, 0, 250, k(14, 1), k(4.0, 0.1), k(42.8, 0.1)},
      {"MnasNet", false, 0, 40000, 0, 0, k(1600, 1), k(453.8, 0.1), k(4896.0, 0.1)},
      {"FBNet-C", false, 0, 216, 0, 360, k(23, 1), k(6.5, 0.1), k(70.4, 0.1)},
      {"ProxylessNAS", false, 0, 200, 0, 300, k(20, 1), k(5.7, 0.1), k(61.2, 0.1)},
      {"SinglePathNAS", false, 288, 24, 0, 384, k(17, 1), k(4.8, 0.1), k(52.0, 0.1)},
      {"AutoSlim", false, 180, 0, 0, 300, k(12, 1), k(3.4, 0.1), k(36.7, 0.1)},
      {"MobileNetV3-Large", false, 0, 0, 0, 180, k(7.2, 0.1), k(1.8, 0.1), k(22.2, 0.1)},
      {"OFA w/o PS", true, 40, 0, 1200, 0, k(1.2, 0.1), k(0.34, 0.01), k(3.7, 0.1)},
      {"OFA w/ PS", true, 40, 0, 1200, 0, k(1.2, 0.1), k(0.34, 0.01), k(3.7, 0.1)},
      {"OFA w/ PS #25", true, 40, 0, 1200, 25, k(2.2, 0.1), k(0.62, 0.01), k(6.7, 0.1)},
      {"OFA w/ PS #75", true, 40, 0, 1200, 75, k(4.2, 0.1), k(1.2, 0.1), k(13.0, 0.1)},
      {"OFA-Large w/ PS #75", true, 40, 0, 1200, 75, k(4.2, 0.1), k(1.2, 0.1), k(13.0, 0.1)},
  };
}

}  // namespace

std::string to_text(Reproduced reproduced) {
  switch (reproduced) {
    case Reproduced::from_exact_hours:
      return "reproduced from exact hours";
    case Reproduced::from_rounded_hours:
      return "reproduced from the paper's rounded hours";
    case Reproduced::not_reproduced:
      return "inconsistent with the paper's own hours";
  }
  throw Error("unknown kind of reproduction");
}

const std::vector<NasMethod>& nas_methods() {
  static const std::vector<NasMethod> methods = table();
  return methods;
}

const NasMethod& find_nas_method(std::string_view name) {
  std::string names;
  for (const auto& method : nas_methods()) {
    if (same_ignoring_case(method.name, name)) return method;
    names += (names.empty() ? "'" : ", '") + method.name + "'";
  }
  throw Error(text("no published method is called '", name, "', must be one of ", names),
              Failure::usage);
}

double fixed_gpu_hours(const NasMethod& method) {
  return method.search_once + method.train_once_hours;
}

double gpu_hours_each(const NasMethod& method) { return method.search_each + method.train_each; }

double gpu_hours(const NasMethod& method, int scenarios) {
  return fixed_gpu_hours(method) + scenarios * gpu_hours_each(method);
}

Joules paper_energy(double gpu_hours) {
  return Watts(kPaperWattsPerGpu * kPaperPue) * Seconds(gpu_hours * 3600);
}

double paper_co2e_lb(double gpu_hours) {
  return paper_energy(gpu_hours).value() / kJoulesPerKilowattHour * kPaperPoundsPerKwh;
}

Reproduced check_printed_co2e(const NasMethod& method) {
  return check(method, method.co2e_lb, paper_co2e_lb(1));
}

Reproduced check_printed_dollars(const NasMethod& method) {
  return check(method, method.dollars, kPaperDollarsPerGpuHour);
}

}  // namespace coppice
