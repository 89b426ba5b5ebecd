#include "supernet/ofa_checkpoint.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;

// Supernets with random weights written by the reference implementation, and its logits.
struct Oracle {
  std::filesystem::path folder;
  SearchSpace space;
};

Oracle oracle(const std::string& name, const std::string& space) {
  const char* shared = std::getenv("COPPICE_SHARED_DATA");
  SpaceParameters parameters;
  parameters.width_mult = 0.35;
  parameters.classes = 10;
  return {shared == nullptr ? "" : std::filesystem::path(shared) / name,
          builtin_space(space, parameters)};
}

at::Tensor read_images(const std::filesystem::path& path, int resolution) {
  at::Tensor images = at::empty({2, 3, resolution, resolution});
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(images.data_ptr<float>()),
          static_cast<std::streamsize>(images.numel() * 4));
  EXPECT_TRUE(in.good()) << path;
  return images;
}

// A case names its architecture in full, or as "min" or "max".
Architecture architecture_of(const SearchSpace& space, Json arch, int resolution) {
  if (arch == "max") return space.with_resolution(space.largest(), resolution);
  if (arch == "min") return space.with_resolution(space.smallest(), resolution);
  arch["r"] = Json::array({resolution});
  return parse_architecture(space, arch.dump(), "case");
}

void expect_the_references_logits(const Oracle& o) {
  Supernet net(o.space, Random(1));
  load_ofa_weights(net, read_state_dict(o.folder / "checkpoint.pth"), "checkpoint.pth");
  const Json cases = Json::parse(read_text_file(o.folder / "cases.json"));
  int checked = 0;
  for (const Json& c : cases["cases"]) {
    const int resolution = c["resolution"];
    const Architecture architecture = architecture_of(o.space, c["arch"], resolution);
    const at::Tensor images =
        read_images(o.folder / ("input_" + std::to_string(resolution) + ".f32"), resolution);
    const at::NoGradGuard no_grad;
    const at::Tensor ours = net.forward(images, architecture);
    for (int row = 0; row < 2; ++row) {
      for (int i = 0; i < 10; ++i) {
        const double expected =
            c["logits"][static_cast<std::size_t>(row)][static_cast<std::size_t>(i)];
        EXPECT_NEAR(ours[row][i].item<double>(), expected, 1e-4 * ours.abs().max().item<double>());
      }
    }
    EXPECT_TRUE(at::equal(ours, net.extract(architecture).forward(images)));
    ++checked;
  }
  EXPECT_EQ(checked, 8);
}

TEST(OfaCheckpoint, MobileNetV3LogitsAreTheReferences) {
  const Oracle o = oracle("ofa_reference_mbv3", "ofa-mobilenetv3");
  if (!std::filesystem::exists(o.folder)) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA not set";
  expect_the_references_logits(o);
}

TEST(OfaCheckpoint, ProxylessLogitsAreTheReferences) {
  const Oracle o = oracle("ofa_reference_proxyless", "ofa-proxyless");
  if (!std::filesystem::exists(o.folder)) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA not set";
  expect_the_references_logits(o);
}

TEST(OfaCheckpoint, NamesOfAllReleasesBecomeOne) {
  EXPECT_EQ(canonical_ofa_name("blocks.3.conv.depth_conv.conv.conv.weight"),
            "blocks.3.conv.depth_conv.conv.weight");
  EXPECT_EQ(canonical_ofa_name("blocks.3.mobile_inverted_conv.depth_conv.conv.weight"),
            "blocks.3.conv.depth_conv.conv.weight");
  EXPECT_EQ(canonical_ofa_name("module.classifier.linear.linear.bias"), "classifier.linear.bias");
  EXPECT_EQ(canonical_ofa_name("blocks.11.conv1.bn.bn.running_mean"),
            "blocks.11.conv1.bn.running_mean");
}

// A checkpoint as the reference would write it for a network of ours.
std::map<std::string, StoredTensor> resnet_checkpoint(const Supernet& net) {
  std::map<std::string, StoredTensor> out;
  const auto store = [&out](const std::string& name, const at::Tensor& tensor) {
    if (!tensor.defined()) return;
    const at::Tensor dense = tensor.detach().contiguous();
    out[name] = {dense.sizes().vec(),
                 {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()}};
  };
  for (const Layer& layer : net.full_plan().layers) {
    const LayerTensors& t = net.stored(layer.name);
    std::string module = layer.name;
    if (module.rfind("stem.", 0) == 0) module = "input_" + module;
    if (module == "input_stem.1") module += ".conv";
    if (layer.kind == LayerKind::linear) module += ".linear.linear";
    const bool linear = layer.kind == LayerKind::linear;
    store(module + (linear ? ".weight" : ".conv.conv.weight"), t.weight);
    store(module + ".bias", t.bias);
    store(module + ".bn.bn.weight", t.norm_weight);
    store(module + ".bn.bn.bias", t.norm_bias);
    store(module + ".bn.bn.running_mean", t.norm_mean);
    store(module + ".bn.bn.running_var", t.norm_variance);
    if (t.norm_mean.defined()) out[module + ".bn.bn.num_batches_tracked"] = {{}, {0}};
  }
  return out;
}

SearchSpace narrow_resnet() {
  SpaceParameters parameters;
  parameters.classes = 10;
  parameters.resolutions = {64};
  return builtin_space("ofa-resnet50", parameters);
}

TEST(OfaCheckpoint, ResNetKeysFindTheirPlaces) {
  const Supernet written(narrow_resnet(), Random(1));
  Supernet read(narrow_resnet(), Random(2));
  load_ofa_weights(read, resnet_checkpoint(written), "resnet.pth");
  for (std::size_t i = 0; i < read.parameters().size(); ++i) {
    ASSERT_TRUE(at::equal(read.parameters()[i].tensor, written.parameters()[i].tensor))
        << read.parameters()[i].name;
  }
}

TEST(OfaCheckpoint, WhatDoesNotFitIsNamedAndNothingChanges) {
  const Supernet written(narrow_resnet(), Random(1));
  Supernet net(narrow_resnet(), Random(2));
  const at::Tensor before = net.parameters()[0].tensor.detach().clone();
  const auto message = [&net](const std::map<std::string, StoredTensor>& weights) {
    try {
      load_ofa_weights(net, weights, "x.pth");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  auto missing = resnet_checkpoint(written);
  missing.erase("blocks.4.conv2.conv.conv.weight");
  EXPECT_EQ(message(missing),
            "x.pth: the tensor blocks.4.conv2.conv.weight is missing; is this a checkpoint of this "
            "space?");
  auto extra = resnet_checkpoint(written);
  extra["blocks.99.conv1.conv.weight"] = {{1}, {0}};
  EXPECT_EQ(message(extra),
            "x.pth: the space has no place for the tensor blocks.99.conv1.conv.weight; is this a "
            "checkpoint of this space?");
  auto other = resnet_checkpoint(written);
  other["classifier.linear.linear.bias"] = {{1000}, std::vector<float>(1000)};
  EXPECT_EQ(message(other),
            "x.pth: classifier.linear.bias has the shape [1000], the space needs [10]; check "
            "--space, --width-mult and --classes");
  EXPECT_TRUE(at::equal(before, net.parameters()[0].tensor));
}

}  // namespace
}  // namespace coppice
