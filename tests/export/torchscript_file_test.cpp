#include "export/torchscript_file.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "supernet/calibration.hpp"
#include "supernet/supernet.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

class EverySpace : public testing::TestWithParam<const char*> {};

TEST_P(EverySpace, AFileComputesWhatTheSubnetComputes) {
  at::manual_seed(1);
  const std::string name = GetParam();
  SpaceParameters parameters;
  parameters.classes = 10;
  parameters.resolutions = {32};
  if (name != "ofa-resnet50") parameters.width_mult = 0.35;
  const TemporaryFolder folder;
  Supernet net(builtin_space(name, parameters), Random(1));
  Random random(3);
  Subnet subnet = net.extract(net.space().sample(random));
  calibrate(subnet, {at::randn({32, 3, 32, 32})});
  write_torchscript(subnet, folder / "model.pt");
  for (const int batch : {1, 3}) {
    const at::Tensor images = at::randn({batch, 3, 32, 32});
    const at::Tensor expected = subnet.forward(images);
    const at::Tensor found = run_torchscript(folder / "model.pt", images);
    EXPECT_LE((expected - found).abs().max().item<double>(),
              1e-4 * expected.abs().max().item<double>());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Spaces,
    EverySpace,
    testing::Values("small", "ofa-mobilenetv3", "ofa-proxyless", "ofa-resnet50"),
    [](const auto& space) {
      std::string name = space.param;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

TEST(TorchScriptFile, DamagedFilesAreNamed) {
  const TemporaryFolder folder;
  write_bytes(folder / "model.pt", "no archive");
  const std::string message = message_of([&] {
    static_cast<void>(run_torchscript(folder / "model.pt", at::zeros({1, 1, 12, 12})));
  });
  EXPECT_EQ(message.rfind("cannot load the TorchScript file " + (folder / "model.pt").string(), 0),
            0U)
      << message;
}

TEST(TorchScriptFile, AnUnwritableFolderIsNamed) {
  Supernet net(tiny_space(), Random(1));
  const Subnet subnet = net.extract(net.space().smallest());
  const std::string message = message_of([&] { write_torchscript(subnet, "/proc/x/model.pt"); });
  EXPECT_NE(message.find("cannot write /proc/x/model.pt"), std::string::npos) << message;
}

}  // namespace
}  // namespace coppice
