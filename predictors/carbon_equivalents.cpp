#include "predictors/carbon_equivalents.hpp"

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

}  // namespace coppice
