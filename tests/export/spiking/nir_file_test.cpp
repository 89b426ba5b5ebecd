#include "export/spiking/nir_file.hpp"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "export/spiking/simulate.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/export/spiking/tiny_spiking_network.hpp"
#include "tests/export/spiking/tiny_subnet.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

NirOptions options_for(const TinySpiking& tiny, bool expand) {
  NirOptions options;
  options.expand_depthwise = expand;
  options.timesteps = 8;
  options.producer = "test";
  options.check = nir_check(SpikingSimulator(tiny.network), tiny.images, 8);
  return options;
}

std::map<std::string, at::Tensor> counts_by_name(const SpikingNetwork& network,
                                                 const at::Tensor& images) {
  const SimulationResult result = SpikingSimulator(network).run(images, {8});
  const std::vector<int> nodes = neuron_nodes(network);
  std::map<std::string, at::Tensor> counts;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::string name = network.nodes[static_cast<std::size_t>(nodes[i])].name;
    std::replace(name.begin(), name.end(), '.', '_');
    counts[name] = result.counts[i];
  }
  return counts;
}

std::string failure_of(const std::filesystem::path& path) {
  try {
    static_cast<void>(read_nir(path));
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

class NirFile : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "model.nir";
};

TEST_F(NirFile, ComesBackToTheSameSpikesExpandedAndGrouped) {
  for (const bool expand : {true, false}) {
    const TinySpiking tiny = tiny_spiking(7);
    write_nir(tiny.network, options_for(tiny, expand), path_);
    const NirNetwork read = read_nir(path_);
    EXPECT_EQ(read.timesteps, 8);
    const auto wrote = counts_by_name(tiny.network, tiny.images);
    const auto found = counts_by_name(read.network, tiny.images);
    ASSERT_EQ(wrote.size(), found.size());
    for (const auto& [name, counts] : wrote) {
      ASSERT_EQ(found.count(name), 1U) << name;
      EXPECT_TRUE(at::equal(counts, found.at(name))) << name;
    }
    ASSERT_TRUE(read.check);
    EXPECT_TRUE(passes_check(read));
  }
}

TEST_F(NirFile, AnIndependentReaderFindsTheSchemaAndTheSameSpikes) {
  const std::string script = std::string(COPPICE_SOURCE_DIR) + "/tests/export/spiking/read_nir.py";
  if (std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3-h5py is not installed";
  }
  for (const bool expand : {true, false}) {
    const TinySpiking tiny = tiny_spiking(8, 3, 12);
    write_nir(tiny.network, options_for(tiny, expand), path_);
    const std::string command = "/usr/bin/python3 " + script + " " + path_.string();
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
}

TEST_F(NirFile, EqualNetworksGiveEqualBytes) {
  const TinySpiking tiny = tiny_spiking(9);
  write_nir(tiny.network, options_for(tiny, true), path_);
  const std::string first = read_text_file(path_);
  write_nir(tiny.network, options_for(tiny, true), path_);
  EXPECT_EQ(first, read_text_file(path_));
}

TEST_F(NirFile, ExpansionIsCounted) {
  SpikingNetwork network = two_neurons();
  EXPECT_EQ(expansion_bytes(network), 0U);
  network.nodes.insert(network.nodes.begin() + 3,
                       {SpikingKind::conv,
                        "depthwise",
                        {2},
                        2,
                        1,
                        2,
                        3,
                        1,
                        2,
                        std::vector<float>(18, 0.5F),
                        {0, 0}});
  // 2 x 2 kernels of 9 floats instead of 2.
  EXPECT_EQ(expansion_bytes(network), 18 * 4U);
}

TEST_F(NirFile, DamageIsNamed) {
  const TinySpiking tiny = tiny_spiking(7);
  write_nir(tiny.network, options_for(tiny, true), path_);
  const std::string bytes = read_text_file(path_);
  write_text_file(path_, bytes.substr(0, bytes.size() / 2));
  EXPECT_NE(failure_of(path_).find("is truncated or damaged"), std::string::npos);
  write_text_file(path_, "no HDF5");
  EXPECT_EQ(failure_of(path_), path_.string() + " is not an HDF5 file");
}

// A file with one node beside the input, of another tool's kind.
void write_foreign(const std::filesystem::path& path, const std::string& reset) {
  Hdf5Writer file(path);
  file.scalar("/node/type", std::string("NIRGraph"));
  file.scalar("/node/nodes/input/type", std::string("Input"));
  file.write("/node/nodes/input/shape", std::vector<std::int64_t>{1, 1, 1});
  file.scalar("/node/nodes/lif/type", std::string("LIF"));
  file.variable_text("/node/edges", {"input", "lif"}, {1, 2});
  if (!reset.empty()) {
    file.scalar("/node/metadata/reset_mechanism", reset);
    file.scalar("/node/metadata/v_init", 0.5);
    file.scalar("/node/metadata/timesteps", std::int64_t{4});
  }
  file.publish();
}

TEST_F(NirFile, OtherNeuronsAreRefusedByName) {
  write_foreign(path_, "");
  EXPECT_EQ(failure_of(path_),
            path_.string() +
                " has no metadata 'reset_mechanism': it was not written by coppice, and "
                "what its neurons do is not known");
  write_foreign(path_, "zero");
  EXPECT_EQ(failure_of(path_), path_.string() + ": reset_mechanism = zero, must be subtract");
  write_foreign(path_, "subtract");
  EXPECT_EQ(failure_of(path_),
            path_.string() + ": node 'lif' is of type LIF, which coppice does not run");
}

}  // namespace
}  // namespace coppice
