#include "export/published_claims.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(PublishedClaims, TheRatioIsDerivedWithItsConditions) {
  const std::string finding = published_claims().at(0).finding;
  for (const char* part : {"against MnasNet, at 40 scenarios, without fine-tuning: 1335 from the "
                           "printed pounds, 1290 from exact hours",
                           "With 75 epochs of fine-tuning it is 377, at one scenario 32",
                           "Against ProxylessNAS it is 16.1 at 40 scenarios and 0.40 at one",
                           "(1240 against 500 GPU-hours)"}) {
    EXPECT_NE(finding.find(part), std::string::npos) << part << "\n" << finding;
  }
}

TEST(PublishedClaims, TheMixedRowsAreToldApart) {
  const std::string finding = published_claims().at(1).finding;
  for (const char* part :
       {"Transformer (big): 201 kWh", "The 656347 kWh", "the 57 people's years", "274120 hours"}) {
    EXPECT_NE(finding.find(part), std::string::npos) << part << "\n" << finding;
  }
}

}  // namespace
}  // namespace coppice
