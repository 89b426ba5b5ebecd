// Reference supernets, imported and exported: a foreign runtime gives the reference's logits.
#include <gtest/gtest.h>

#include <cmath>

#include "export/onnx_file.hpp"
#include "export/onnx_runner.hpp"
#include "supernet/ofa_checkpoint.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/ofa_oracle.hpp"

namespace coppice {
namespace {

void expect_close(const std::vector<float>& found,
                  const std::vector<double>& expected,
                  double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  double largest = 0;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], expected[i], tolerance * largest) << i;
  }
}

std::vector<std::uint8_t> largest_of(const OfaOracle& oracle, const OracleCase& c) {
  const int resolution = oracle.space.resolution(c.architecture);
  return oracle.space.with_resolution(oracle.space.largest(), resolution).genes;
}

void expect_exports_compute_the_references_logits(const OfaOracle& oracle) {
  const TemporaryFolder folder;
  Supernet net(oracle.space, Random(1));
  load_ofa_weights(net, read_state_dict(oracle.checkpoint()), "checkpoint.pth");
  for (const OracleCase& c : oracle.cases()) {
    const Subnet subnet = net.extract(c.architecture);
    write_onnx(subnet.plain(), {}, folder / "model.onnx");
    OnnxRunner runner(folder / "model.onnx", 1);
    // The largest network amplifies rounding: exact arithmetic (in double) is itself 1.0e-4 away
    // from the reference's float32 logits of the largest ProxylessNAS network.
    const double tolerance = c.architecture.genes == largest_of(oracle, c) ? 2e-4 : 1e-4;
    expect_close(runner.run(c.images, 2), c.logits, tolerance);
    const std::vector<float> one(
        c.images.begin(), c.images.begin() + static_cast<std::ptrdiff_t>(c.images.size() / 2));
    expect_close(runner.run(one, 1), {c.logits.begin(), c.logits.begin() + 10}, tolerance);
  }
}

TEST(ExportedOracle, MobileNetV3) {
  const OfaOracle oracle = ofa_oracle("ofa_reference_mbv3", "ofa-mobilenetv3");
  if (!oracle.present()) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA not set";
  expect_exports_compute_the_references_logits(oracle);
}

TEST(ExportedOracle, Proxyless) {
  const OfaOracle oracle = ofa_oracle("ofa_reference_proxyless", "ofa-proxyless");
  if (!oracle.present()) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA not set";
  expect_exports_compute_the_references_logits(oracle);
}

}  // namespace
}  // namespace coppice
