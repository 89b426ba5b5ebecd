// The official predictor and tables, against the reference's arithmetic written out the slow way.
// The data is not part of the project: COPPICE_SHARED_DATA names its folder.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "predictors/ofa_accuracy_predictor.hpp"
#include "predictors/ofa_latency_table.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/pytorch_file.hpp"
#include "supernet/space/architecture_text.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// One network as the reference has it: lists with an entry for every block, present or not.
struct Network {
  std::vector<int> kernels;
  std::vector<int> expands;
  std::vector<int> depths;
  int resolution = 0;
};

Network network_of(const SearchSpace& space, const Architecture& a) {
  Network network;
  for (const BlockSlot& slot : space.slots()) {
    network.kernels.push_back(static_cast<int>(space.value(a, slot.kernel_gene)));
    network.expands.push_back(static_cast<int>(space.value(a, slot.expand_gene)));
  }
  for (int stage = 0; stage < 5; ++stage) network.depths.push_back(space.depth(a, stage));
  network.resolution = space.resolution(a);
  return network;
}

/// One-hot k | e | r, absent blocks zero; then layer after layer in double precision.
double accuracy_of(const std::map<std::string, StoredTensor>& weights, const Network& network) {
  std::vector<double> values(128, 0.0);
  for (int block = 0; block < 20; ++block) {
    if (block % 4 >= network.depths[static_cast<std::size_t>(block / 4)]) continue;
    const int kernel = network.kernels[static_cast<std::size_t>(block)];
    const int expand = network.expands[static_cast<std::size_t>(block)];
    values[static_cast<std::size_t>(3 * block + (kernel - 3) / 2)] = 1;
    values[static_cast<std::size_t>(60 + 3 * block + (expand == 6 ? 2 : expand - 3))] = 1;
  }
  values[static_cast<std::size_t>(120 + (network.resolution - 112) / 16)] = 1;
  for (const std::string layer : {"0", "2", "4", "6"}) {
    const std::vector<float>& matrix = weights.at(layer + ".weight").values;
    const std::vector<float>& bias = weights.at(layer + ".bias").values;
    std::vector<double> next(bias.begin(), bias.end());
    for (std::size_t o = 0; o < next.size(); ++o) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        next[o] += static_cast<double>(matrix[o * values.size() + i]) * values[i];
      }
      if (layer != "6") next[o] = std::max(0.0, next[o]);
    }
    values = next;
  }
  return 100 * values[0];
}

std::map<std::string, double> means_of(const std::filesystem::path& yaml) {
  std::map<std::string, double> means;
  std::ifstream in(yaml);
  std::string key;
  for (std::string line; std::getline(in, line);) {
    if (line[0] != ' ') key = line.substr(0, line.size() - 1);
    if (line.rfind("  mean: ", 0) == 0) means[key] = std::stod(line.substr(8));
  }
  return means;
}

/// Widths of w1.2 by hand; the names of the layers put together as the reference does.
double latency_of(const std::filesystem::path& folder, const Network& network) {
  const auto means = means_of(folder / (std::to_string(network.resolution) + "_lookup_table.yaml"));
  const int widths[] = {32, 48, 96, 136, 192};
  const int strides[] = {2, 2, 2, 1, 2};
  const bool squeezes[] = {false, true, false, true, true};
  const bool h_swishes[] = {false, false, true, true, true};
  double sum = 0;
  const auto add =
      [&](const std::string& name, int in, int ci, int out, int co, const std::string& more) {
        std::ostringstream key;
        key << name << "-input:" << in << "x" << in << "x" << ci << "-output:" << out << "x" << out
            << "x" << co << more;
        sum += means.at(key.str());
      };
  int size = network.resolution;
  const int half = (size - 1) / 2 + 1;
  add("Conv", size, 3, half, 24, "");
  size = half;
  add("expanded_conv", size, 24, size, 24, "-expand:24-kernel:3-stride:1-idskip:1-se:0-hs:0");
  int channels = 24;
  for (std::size_t stage = 0; stage < 5; ++stage) {
    for (int i = 0; i < network.depths[stage]; ++i) {
      const std::size_t block = 4 * stage + static_cast<std::size_t>(i);
      const int stride = i == 0 ? strides[stage] : 1;
      const int next = (size - 1) / stride + 1;
      std::ostringstream more;
      more << "-expand:" << channels * network.expands[block]
           << "-kernel:" << network.kernels[block] << "-stride:" << stride
           << "-idskip:" << (i > 0 ? 1 : 0) << "-se:" << squeezes[stage]
           << "-hs:" << h_swishes[stage];
      add("expanded_conv", size, channels, next, widths[stage], more.str());
      size = next;
      channels = widths[stage];
    }
  }
  add("Conv_1", size, 192, size, 1152, "");
  add("AvgPool2D", size, 1152, 1, 1152, "");
  add("Conv_2", 1, 1152, 1, 1536, "");
  return sum + means.at("Logits-input:1x1x1536-output:1000");
}

// The best known network of 25 ms, found independently by several searches.
constexpr const char* kBest25 =
    R"({"ks":[3,3,3,3,5,5,3,3,3,3,3,3,3,3,3,3,3,3,3,3],)"
    R"("e":[4,3,3,3,4,4,3,3,4,4,3,3,4,3,4,4,6,6,6,3],"d":[2,3,4,4,4],"r":[192]})";

class OfaImports : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("COPPICE_SHARED_DATA");
    if (folder == nullptr || !std::filesystem::exists(folder)) {
      GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA does not name the folder of reference files";
    }
    network_ = std::filesystem::path(folder) / "ofa_acc_predictor" / "acc_predictor.pth";
    tables_ = std::filesystem::path(folder) / "ofa_note10_latency_table";
  }

  static SearchSpace space_at(std::optional<double> width, std::vector<int> resolutions) {
    SpaceParameters parameters;
    parameters.width_mult = width;
    parameters.resolutions = std::move(resolutions);
    return builtin_space("ofa-mobilenetv3", parameters);
  }

  std::filesystem::path network_;
  std::filesystem::path tables_;
};

TEST_F(OfaImports, TheAccuracyPredictorAgreesWithTheReferencesArithmetic) {
  const SearchSpace space = space_at({}, {112, 128, 144, 160, 176, 192, 208, 224});
  const ChoiceNetwork imported = read_ofa_accuracy_predictor(network_, space);
  EXPECT_EQ(imported.info().target, "accuracy");
  EXPECT_TRUE(imported.info().maximize);
  EXPECT_EQ(imported.info().resolutions, space.spec().resolutions);
  const auto weights = read_state_dict(network_);
  std::vector<Architecture> networks{space.smallest(), space.largest()};
  Random random(3);
  while (networks.size() < 333) networks.push_back(space.sample(random));
  const std::vector<double> values = imported.predict(networks);
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const double expected = accuracy_of(weights, network_of(space, networks[i]));
    ASSERT_NEAR(values[i], expected, 1e-5 * expected);
    ASSERT_EQ(imported.predict({networks[i]}).front(), values[i]);
  }
}

TEST_F(OfaImports, TheLatencyTableAgreesWithTheReferencesArithmetic) {
  const BlockTable imported = read_ofa_latency_table(tables_, space_at({}, {}), false);
  EXPECT_EQ(imported.info().target, "latency_ms");
  EXPECT_FALSE(imported.info().maximize);
  EXPECT_EQ(imported.info().resolutions.size(), 17U);
  const SearchSpace& space = imported.space();
  EXPECT_EQ(space.spec().width_mult, 1.2);
  std::vector<Architecture> networks{space.smallest(), space.largest()};
  Random random(4);
  while (networks.size() < 100) networks.push_back(space.sample(random));
  const std::vector<double> values = imported.predict(networks);
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const double expected = latency_of(tables_, network_of(space, networks[i]));
    ASSERT_NEAR(values[i], expected, 1e-9 * expected);
  }
}

TEST_F(OfaImports, TheBestKnownNetworkOf25MillisecondsHasItsPublishedValues) {
  const SearchSpace space = space_at(1.2, {160, 176, 192, 208, 224});
  const Architecture best = parse_architecture(space, kBest25, "best");
  const TemporaryFolder folder;
  save_predictor(folder / "a.h5", read_ofa_accuracy_predictor(network_, space), space);
  save_predictor(folder / "l.h5", read_ofa_latency_table(tables_, space, true));
  EXPECT_NEAR(load_predictor(folder / "a.h5", space)->predict({best}).front(), 82.200, 0.0005);
  EXPECT_NEAR(load_predictor(folder / "l.h5", space)->predict({best}).front(), 24.993, 0.0005);
  const SearchSpace wider = space_at(1.2, {});
  EXPECT_EQ(message_of([&] {
              static_cast<void>(load_predictor(folder / "a.h5", wider)
                                    ->predict({wider.with_resolution(wider.largest(), 164)}));
            }),
            "the predictor of accuracy knows the resolutions 112, 128, 144, 160, 176, 192, 208, "
            "224, not 164; choose among them with --resolutions");
}

}  // namespace
}  // namespace coppice
