// What architecture search costs as papers report it: table 1 of Cai et al., "Once-for-All: Train
// One Network and Specialize it for Efficient Deployment", ICLR 2020 (arXiv 1908.09791v5).
//
// The table prints GPU-hours, pounds of CO2 and dollars for 40 deployment scenarios. Its CO2
// follows from the hours by one factor that the paper does not print: 12,041.51 W / 64 = 188.149 W
// a GPU, the V100x64 row of Strubell et al. 2019 (table 3), times their PUE 1.58 and the American
// grid of 2018, 0.954 lb/kWh. CO2 and dollars were computed from hours that were rounded first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "supernet/base/units.hpp"

namespace coppice {

/// Strubell et al. 2019, table 3: BERT base on 64 V100 draws 12,041.51 W.
constexpr double kPaperWattsPerGpu = 12041.51 / 64;
/// Strubell et al. 2019, section 2: PUE (Ascierto 2018) and EPA's average of the USA in 2018.
constexpr double kPaperPue = 1.58;
constexpr double kPaperPoundsPerKwh = 0.954;
/// 432.7 g/kWh
constexpr double kPaperGramsPerKwh = kPaperPoundsPerKwh * kKilogramsPerPound * 1000;
/// AWS p3.16xlarge: $24.48 an hour for 8 GPUs.
constexpr double kPaperDollarsPerGpuHour = 24.48 / 8;
constexpr int kPaperScenarios = 40;

/// A printed number and the place value of its last digit: "1.7k" is {1700, 100}.
struct PrintedNumber {
  double value = 0;
  double step = 0;
};

struct NasMethod {
  std::string name;
  bool train_once = false;  ///< one supernet for all scenarios (the OFA rows)
  // GPU-hours: once, whatever the number of scenarios, and for each of them.
  double search_once = 0;
  double search_each = 0;
  double train_once_hours = 0;
  double train_each = 0;
  // As printed, for 40 scenarios.
  PrintedNumber gpu_hours;
  PrintedNumber co2e_lb;
  PrintedNumber dollars;
};

/// How a printed figure follows from the method's hours.
enum class Reproduced {
  from_exact_hours,
  from_rounded_hours,  ///< only from the printed, rounded hours
  not_reproduced       ///< the paper contradicts itself here
};
[[nodiscard]] std::string to_text(Reproduced reproduced);

/// The table's fifteen rows, in its order.
[[nodiscard]] const std::vector<NasMethod>& nas_methods();

/// By name, whatever the case. Throws a usage Error that lists the names.
[[nodiscard]] const NasMethod& find_nas_method(std::string_view name);

/// Hours that do not depend on the number of scenarios, and hours for each of them.
[[nodiscard]] double fixed_gpu_hours(const NasMethod& method);
[[nodiscard]] double gpu_hours_each(const NasMethod& method);
/// fixed + scenarios x each
[[nodiscard]] double gpu_hours(const NasMethod& method, int scenarios);

/// By the paper's factor: 188.149 W x 1.58 x 0.954 lb/kWh = 0.2836 lb a GPU-hour.
[[nodiscard]] double paper_co2e_lb(double gpu_hours);
/// Energy of so many GPU-hours by the paper's 188.149 W and PUE 1.58.
[[nodiscard]] Joules paper_energy(double gpu_hours);

[[nodiscard]] Reproduced check_printed_co2e(const NasMethod& method);
[[nodiscard]] Reproduced check_printed_dollars(const NasMethod& method);

}  // namespace coppice
