#include "supernet/checkpoint.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

CheckpointInfo info() {
  CheckpointInfo info;
  info.preprocessing = {{0.25F}, {0.5F}, 0.875};
  info.class_names = {"a", "b", "c", "d", "e", "f", "g", "h"};
  info.data_format = "IDX";
  info.phases = "full.epochs = 3";
  info.seed = 12345678901234567ULL;
  info.held_out = 77;
  info.source = "trained";
  return info;
}

TEST(Checkpoint, EverythingComesBack) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "supernet.h5";
  const Supernet net(tiny_space(), Random(3));
  TrainState state;
  state.phase = 2;
  state.step = 41;
  state.loss_sum = 1.5;
  state.loss_count = 3;
  for (const NamedTensor& parameter : net.parameters()) {
    state.momentum.push_back(at::randn_like(parameter.tensor));
  }
  state.teacher = net.extract(net.space().largest());
  state.history = {{"full", 10, 2.5, 30.5, 31.25}};
  save_checkpoint(path, net, state, info());

  const Checkpoint read = load_checkpoint(path);
  ASSERT_EQ(read.supernet.parameters().size(), net.parameters().size());
  for (std::size_t i = 0; i < net.parameters().size(); ++i) {
    EXPECT_TRUE(at::equal(read.supernet.parameters()[i].tensor, net.parameters()[i].tensor));
    EXPECT_TRUE(at::equal(read.state.momentum[i], state.momentum[i]));
  }
  EXPECT_EQ(read.state.phase, 2U);
  EXPECT_EQ(read.state.step, 41);
  EXPECT_EQ(read.state.loss_sum, 1.5);
  ASSERT_TRUE(read.state.teacher.has_value());
  EXPECT_TRUE(at::equal(read.state.teacher->layers()[0].weight, state.teacher->layers()[0].weight));
  ASSERT_EQ(read.state.history.size(), 1U);
  EXPECT_EQ(read.state.history[0].largest, 31.25);
  EXPECT_EQ(read.info.seed, 12345678901234567ULL);
  EXPECT_EQ(read.info.class_names, info().class_names);
  EXPECT_EQ(read.info.preprocessing.crop_fraction, 0.875);
  EXPECT_EQ(space_spec_text(read.supernet.space().spec()), space_spec_text(net.space().spec()));
}

std::string failure_of(const std::filesystem::path& path) {
  return message_of([&] { static_cast<void>(load_checkpoint(path)); });
}

TEST(Checkpoint, ANewerLayoutIsRefusedByName) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "supernet.h5";
  Hdf5Writer file(path);
  file.attribute("/", "coppice_checkpoint", std::int64_t{2});
  file.publish();
  EXPECT_EQ(failure_of(path),
            path.string() +
                " was written by a newer Coppice (layout 2, this one reads up to 1); update the "
                "program");
}

TEST(Checkpoint, ForeignHdf5FilesAreRefused) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "other.h5";
  Hdf5Writer file(path);
  file.write("/x", std::vector<double>{1});
  file.publish();
  EXPECT_EQ(failure_of(path), path.string() + " is not a supernet of Coppice");
}

TEST(Checkpoint, TensorsOfAnotherSpaceAreNamed) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "supernet.h5";
  const Supernet net(tiny_space(), Random(3));
  Hdf5Writer file(path);
  file.attribute("/", "coppice_checkpoint", kCheckpointLayout);
  file.attribute("/", "space", space_spec_text(net.space().spec()));
  file.write("/weights/stem/weight", std::vector<float>(9), {1, 1, 3, 3});
  file.publish();
  EXPECT_EQ(failure_of(path),
            path.string() +
                ": /weights/stem/weight has the shape [1, 1, 3, 3], the space needs [8, 1, 3, 3]");
}

TEST(Checkpoint, AnUnwritableFolderLeavesTheOldFile) {
  const std::filesystem::path path = "/proc/coppice/supernet.h5";
  const Supernet net(tiny_space(), Random(3));
  const std::string message = message_of([&] { save_checkpoint(path, net, {}, {}); });
  EXPECT_NE(message.find("/proc/coppice/supernet.h5"), std::string::npos) << message;
}

}  // namespace
}  // namespace coppice
