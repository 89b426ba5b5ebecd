#include "predictors/carbon_equivalents.hpp"

#include <sstream>

namespace coppice {
namespace {

constexpr double kGramsPerPhoneCharge = 12.4;
constexpr double kGramsPerCarKilometre = 175;

}  // namespace

std::vector<CarbonEquivalent> carbon_equivalents(double grams) {
  return {{grams / kGramsPerPhoneCharge, "smartphone charges", "12.4 g each, US EPA 2024"},
          {grams / kGramsPerCarKilometre,
           "km in an average European car",
           "175 g each, Green Algorithms 2.2"}};
}

std::string equivalents_text(double grams) {
  std::ostringstream out;
  out.precision(3);
  const char* separator = "";
  for (const CarbonEquivalent& each : carbon_equivalents(grams)) {
    out << separator << each.amount << ' ' << each.what << " (" << each.source << ')';
    separator = ", or ";
  }
  return out.str();
}

}  // namespace coppice
