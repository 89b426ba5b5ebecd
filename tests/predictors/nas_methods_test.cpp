#include "predictors/nas_methods.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

TEST(NasMethods, FactorIsStrubellsBertRowAtPue158AndTheAmericanGrid) {
  EXPECT_NEAR(kPaperWattsPerGpu, 188.149, 0.0005);
  EXPECT_NEAR(paper_co2e_lb(1), 0.283600, 0.0000005);
  EXPECT_NEAR(paper_co2e_lb(1) * kKilogramsPerPound, 0.128639, 0.0000005);
  EXPECT_NEAR(kPaperGramsPerKwh, 432.7, 0.05);
}

TEST(NasMethods, MnasNetIs453760PoundsForFortyScenarios) {
  const NasMethod& mnasnet = find_nas_method("MnasNet");
  EXPECT_EQ(gpu_hours(mnasnet, 40), 1600000);
  EXPECT_NEAR(paper_co2e_lb(1600000), 453760, 1);
  EXPECT_NEAR(paper_co2e_lb(1600000) * kKilogramsPerPound, 205822, 0.5);
}

TEST(NasMethods, ExactHoursOfEveryRowForFortyScenarios) {
  const std::map<std::string, double> expected = {{"MobileNetV2", 6000},
                                                  {"MobileNetV2 #1200", 48000},
                                                  {"NASNet-A", 1920000},
                                                  {"DARTS", 13840},
                                                  {"MnasNet", 1600000},
                                                  {"FBNet-C", 23040},
                                                  {"ProxylessNAS", 20000},
                                                  {"SinglePathNAS", 16608},
                                                  {"AutoSlim", 12180},
                                                  {"MobileNetV3-Large", 7200},
                                                  {"OFA w/o PS", 1240},
                                                  {"OFA w/ PS", 1240},
                                                  {"OFA w/ PS #25", 2240},
                                                  {"OFA w/ PS #75", 4240},
                                                  {"OFA-Large w/ PS #75", 4240}};
  ASSERT_EQ(nas_methods().size(), 15U);
  for (const auto& method : nas_methods()) {
    ASSERT_EQ(expected.count(method.name), 1U) << method.name;
    EXPECT_EQ(gpu_hours(method, 40), expected.at(method.name)) << method.name;
  }
}

TEST(NasMethods, KilogramsFromExactHours) {
  const auto kg = [](const char* name) {
    return paper_co2e_lb(gpu_hours(find_nas_method(name), 40)) * kKilogramsPerPound;
  };
  EXPECT_NEAR(kg("NASNet-A"), 246987, 0.5);
  EXPECT_NEAR(kg("DARTS"), 1780, 0.5);
  EXPECT_NEAR(kg("FBNet-C"), 2964, 0.5);
  EXPECT_NEAR(kg("SinglePathNAS"), 2136, 0.5);
  EXPECT_NEAR(kg("OFA w/ PS"), 160, 0.5);
  EXPECT_NEAR(kg("OFA w/ PS #75"), 545, 0.5);
}

TEST(NasMethods, PrintedCo2FollowsFromExactOrRoundedHoursExceptForMobileNetV3) {
  const std::map<std::string, Reproduced> expected = {
      {"MobileNetV2", Reproduced::from_exact_hours},
      {"MobileNetV2 #1200", Reproduced::from_exact_hours},
      {"NASNet-A", Reproduced::from_exact_hours},
      {"DARTS", Reproduced::from_rounded_hours},
      {"MnasNet", Reproduced::from_exact_hours},
      {"FBNet-C", Reproduced::from_exact_hours},
      {"ProxylessNAS", Reproduced::from_exact_hours},
      {"SinglePathNAS", Reproduced::from_rounded_hours},
      {"AutoSlim", Reproduced::from_rounded_hours},
      {"MobileNetV3-Large", Reproduced::not_reproduced},
      {"OFA w/o PS", Reproduced::from_rounded_hours},
      {"OFA w/ PS", Reproduced::from_rounded_hours},
      {"OFA w/ PS #25", Reproduced::from_rounded_hours},
      {"OFA w/ PS #75", Reproduced::from_exact_hours},
      {"OFA-Large w/ PS #75", Reproduced::from_exact_hours}};
  for (const auto& method : nas_methods()) {
    EXPECT_EQ(to_text(check_printed_co2e(method)), to_text(expected.at(method.name)))
        << method.name;
  }
}

TEST(NasMethods, PrintedDollarsFollowFromHoursExceptForMobileNetV3) {
  for (const auto& method : nas_methods()) {
    EXPECT_EQ(check_printed_dollars(method) == Reproduced::not_reproduced,
              method.name == "MobileNetV3-Large")
        << method.name;
  }
  EXPECT_EQ(check_printed_dollars(find_nas_method("OFA w/ PS #75")), Reproduced::from_exact_hours);
  EXPECT_EQ(check_printed_dollars(find_nas_method("OFA w/ PS")), Reproduced::from_rounded_hours);
}

TEST(NasMethods, PrintedHoursAreTheExactOnesRounded) {
  for (const auto& method : nas_methods()) {
    EXPECT_LE(std::abs(gpu_hours(method, 40) - method.gpu_hours.value), method.gpu_hours.step / 2)
        << method.name;
  }
}

TEST(NasMethods, EnergyOfAnHourIncludesThePue) {
  EXPECT_NEAR(paper_energy(1).value() / 3.6e6, 0.188149 * 1.58, 1e-6);
}

TEST(NasMethods, NamesIgnoreCaseAndUnknownOnesListWhatThereIs) {
  EXPECT_EQ(find_nas_method("proxylessnas").name, "ProxylessNAS");
  EXPECT_EQ(message_of([] { (void)find_nas_method("EfficientNet"); }),
            "no published method is called 'EfficientNet', must be one of 'MobileNetV2', "
            "'MobileNetV2 #1200', 'NASNet-A', 'DARTS', 'MnasNet', 'FBNet-C', 'ProxylessNAS', "
            "'SinglePathNAS', 'AutoSlim', 'MobileNetV3-Large', 'OFA w/o PS', 'OFA w/ PS', "
            "'OFA w/ PS #25', 'OFA w/ PS #75', 'OFA-Large w/ PS #75'");
}

}  // namespace
}  // namespace coppice
