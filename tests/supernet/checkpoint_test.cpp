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
  info.only = "{...}";
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
  state.open_expands = 2;
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
  EXPECT_EQ(read.state.open_expands, 2);
  EXPECT_EQ(read.info.only, "{...}");
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
  file.attribute("/", "coppice_checkpoint", std::int64_t{3});
  file.publish();
  EXPECT_EQ(failure_of(path),
            path.string() +
                " was written by a newer Coppice (layout 3, this one reads up to 2); update the "
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
  file.attribute("/", "coppice_checkpoint", std::int64_t{1});
  file.attribute("/", "space", space_spec_text(net.space().spec()));
  file.write("/weights/stem/weight", std::vector<float>(9), {1, 1, 3, 3});
  file.publish();
  EXPECT_EQ(failure_of(path),
            path.string() +
                ": /weights/stem/weight has the shape [1, 1, 3, 3], the space needs [8, 1, 3, 3]");
}

TEST(Checkpoint, AFolderThatCannotBeWrittenIsNamed) {
  const std::filesystem::path path = "/proc/coppice/supernet.h5";
  const Supernet net(tiny_space(), Random(3));
  const std::string message = message_of([&] { save_checkpoint(path, net, {}, {}); });
  EXPECT_NE(message.find("/proc/coppice/supernet.h5"), std::string::npos) << message;
}

// Two states of one run, told apart by their step.
class TwoCheckpoints : public testing::Test {
 protected:
  TwoCheckpoints() {
    save(1);
    save(2);
  }

  void save(std::int64_t step) {
    TrainState state;
    state.step = step;
    save_checkpoint(path, net, state, info());
  }

  void damage(std::size_t byte) {
    std::string bytes = read_bytes(path);
    bytes[byte] = static_cast<char>(bytes[byte] ^ 16);
    write_bytes(path, bytes);
  }

  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "supernet.h5";
  const std::filesystem::path previous = folder / "supernet.previous.h5";
  const std::filesystem::path aside = folder / "supernet.damaged.h5";
  const Supernet net{tiny_space(), Random(3)};
};

TEST_F(TwoCheckpoints, TheLastTwoAreKept) {
  save(3);
  EXPECT_EQ(load_checkpoint(path).state.step, 3);
  EXPECT_EQ(load_checkpoint(previous).state.step, 2);
  const RestoredCheckpoint restored = restore_checkpoint(path);
  EXPECT_EQ(restored.checkpoint.state.step, 3);
  EXPECT_EQ(restored.warning, "");
}

TEST_F(TwoCheckpoints, AnyFlippedBitIsFoundAndTheOneBeforeTaken) {
  const std::size_t size = read_bytes(path).size();
  for (const std::size_t byte : {std::size_t{0}, size / 3, size / 2, size - 90, size - 1}) {
    save(1);
    save(2);
    damage(byte);
    const RestoredCheckpoint restored = restore_checkpoint(path);
    EXPECT_EQ(restored.checkpoint.state.step, 1) << byte;
    EXPECT_NE(restored.warning.find(path.string()), std::string::npos) << byte;
    EXPECT_NE(restored.warning.find(previous.string()), std::string::npos) << byte;
  }
}

TEST_F(TwoCheckpoints, TheWarningNamesBothFilesAndWhereTheDamagedOneIs) {
  damage(5000);
  EXPECT_EQ(restore_checkpoint(path).warning,
            path.string() + " is damaged: its checksum is wrong or missing; going on from " +
                previous.string() + "; the damaged file is now " + aside.string());
  EXPECT_FALSE(std::filesystem::exists(path));
  // The next one does not take the damaged file for a good one.
  save(3);
  EXPECT_EQ(load_checkpoint(previous).state.step, 1);
}

TEST_F(TwoCheckpoints, AFileCutShortAnywhereIsFound) {
  const std::string bytes = read_bytes(path);
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{100}, bytes.size() / 2, bytes.size() - 80, bytes.size() - 1}) {
    write_bytes(path, bytes.substr(0, length));
    EXPECT_EQ(restore_checkpoint(path).checkpoint.state.step, 1) << length;
  }
}

TEST_F(TwoCheckpoints, AMissingFileIsRestoredFromTheOneBefore) {
  std::filesystem::remove(path);
  EXPECT_TRUE(has_checkpoint(path));
  const RestoredCheckpoint restored = restore_checkpoint(path);
  EXPECT_EQ(restored.checkpoint.state.step, 1);
  EXPECT_EQ(restored.warning,
            "cannot read " + path.string() + ": No such file or directory; going on from " +
                previous.string());
}

TEST_F(TwoCheckpoints, OneOfANewerProgramIsRefusedAndStays) {
  Hdf5Writer file(path);
  file.attribute("/", "coppice_checkpoint", std::int64_t{3});
  file.publish();
  const std::string bytes = read_bytes(path);
  const std::string newer =
      path.string() +
      " was written by a newer Coppice (layout 3, this one reads up to 2); update the program";
  EXPECT_EQ(message_of([&] { static_cast<void>(restore_checkpoint(path)); }), newer);
  EXPECT_EQ(failure_of(path), newer);
  EXPECT_EQ(read_bytes(path), bytes);
  EXPECT_EQ(load_checkpoint(previous).state.step, 1);
  EXPECT_FALSE(std::filesystem::exists(aside));
}

TEST_F(TwoCheckpoints, OneThatCannotBeReadIsNotCalledDamaged) {
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_EQ(message_of([&] { static_cast<void>(restore_checkpoint(path)); }),
            path.string() + " is a folder; a file is needed");
  EXPECT_TRUE(std::filesystem::is_directory(path));
}

TEST_F(TwoCheckpoints, WhoeverReadsADamagedOneIsToldOfTheOneBefore) {
  damage(5000);
  EXPECT_EQ(
      failure_of(path),
      path.string() + " is damaged: its checksum is wrong or missing; the state before is in " +
          previous.string() + ", the command that trained it goes on from there with --resume");
}

TEST_F(TwoCheckpoints, BothDamagedAreBothNamed) {
  damage(5000);
  write_bytes(previous, "x");
  const std::string message = message_of([&] { static_cast<void>(restore_checkpoint(path)); });
  EXPECT_NE(message.find(path.string() + " is damaged"), std::string::npos) << message;
  EXPECT_NE(message.find(previous.string()), std::string::npos) << message;
}

}  // namespace
}  // namespace coppice
