#include "predictors/conditions.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

const Conditions kMeasured{{"batch", "1"},
                           {"device", "EPYC"},
                           {"images", "5000"},
                           {"runtime", "libtorch 1.13.1, fp32"},
                           {"runtime of latency_opencv_ms", "OpenCV 4.6.0, fp32"},
                           {"split", "held out"},
                           {"supernet_sha256", "0123456789abcdef0123456789abcdef"},
                           {"threads", "1"}};

TEST(Conditions, ATargetKeepsThoseItDependsOn) {
  EXPECT_EQ(to_text(conditions_of(kMeasured, "latency_ms")),
            "batch 1, device EPYC, runtime libtorch 1.13.1, fp32, threads 1");
  EXPECT_EQ(to_text(conditions_of(kMeasured, "latency_opencv_ms")),
            "batch 1, device EPYC, runtime OpenCV 4.6.0, fp32, threads 1");
  EXPECT_EQ(to_text(conditions_of(kMeasured, "accuracy")),
            "images 5000, split held out, supernet_sha256 0123456789ab...");
  EXPECT_TRUE(conditions_of({}, "accuracy").empty());
}

TEST(Conditions, TheFirstDifferenceIsNamed) {
  Conditions other = kMeasured;
  EXPECT_EQ(difference(kMeasured, other), "");
  other["threads"] = "4";
  EXPECT_EQ(difference(kMeasured, other), "threads = 1 here, 4 there");
  other.erase("device");
  EXPECT_EQ(difference(other, kMeasured), "device = not recorded here, EPYC there");
}

}  // namespace
}  // namespace coppice
