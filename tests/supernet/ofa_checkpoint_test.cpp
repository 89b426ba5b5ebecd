#include "supernet/ofa_checkpoint.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/supernet/pickle_bytes.hpp"
#include "tests/support/ofa_oracle.hpp"
#include "tests/support/resnet_definition.hpp"
#include "tests/support/tiny_resnet_space.hpp"

namespace coppice {
namespace {

void expect_the_references_logits(const OfaOracle& oracle) {
  Supernet net(oracle.space, Random(1));
  load_ofa_weights(net, read_state_dict(oracle.checkpoint()), "checkpoint.pth");
  const auto cases = oracle.cases();
  EXPECT_EQ(cases.size(), 8U);
  const at::NoGradGuard no_grad;
  for (const OracleCase& c : cases) {
    const int r = oracle.space.resolution(c.architecture);
    const at::Tensor images = at::tensor(c.images).view({2, 3, r, r});
    const at::Tensor expected = at::tensor(c.logits).view({2, 10});
    const at::Tensor ours = net.forward(images, c.architecture);
    const double largest = expected.abs().max().item<double>();
    EXPECT_LE((ours - expected).abs().max().item<double>(), 1e-4 * largest);
    EXPECT_TRUE(at::equal(ours, net.extract(c.architecture).forward(images)));
  }
}

TEST(OfaCheckpoint, MobileNetV3LogitsAreTheReferences) {
  const OfaOracle oracle = ofa_oracle("ofa_reference_mbv3", "ofa-mobilenetv3");
  if (!oracle.present()) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA not set";
  expect_the_references_logits(oracle);
}

TEST(OfaCheckpoint, ProxylessLogitsAreTheReferences) {
  const OfaOracle oracle = ofa_oracle("ofa_reference_proxyless", "ofa-proxyless");
  if (!oracle.present()) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA not set";
  expect_the_references_logits(oracle);
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

/// The released one but for classes and resolutions.
SearchSpace real_resnet() {
  SpaceParameters parameters;
  parameters.classes = 10;
  parameters.resolutions = {64};
  return builtin_space("ofa-resnet50", parameters);
}

TEST(OfaCheckpoint, ResNetKeysFindTheirPlaces) {
  const Supernet written(tiny_resnet_space(), Random(1));
  Supernet read(tiny_resnet_space(), Random(2));
  load_ofa_weights(read, resnet_checkpoint(written), "resnet.pth");
  for (std::size_t i = 0; i < read.parameters().size(); ++i) {
    ASSERT_TRUE(at::equal(read.parameters()[i].tensor, written.parameters()[i].tensor))
        << read.parameters()[i].name;
  }
}

/// An architecture as the reference's genotype.
ResNetChoice choice_of(const SearchSpace& space, const Architecture& architecture) {
  ResNetChoice choice;
  choice.stem_unit = space.stem_unit(architecture);
  const auto stages = static_cast<int>(space.spec().stages.size());
  for (int stage = 0; stage < stages; ++stage) {
    choice.extra.push_back(static_cast<int>(space.value(architecture, space.depth_gene(stage))));
  }
  for (const BlockSlot& slot : space.slots()) {
    choice.expand.push_back(space.value(architecture, slot.expand_gene));
  }
  for (int place = 0; place < stages + 2; ++place) {
    choice.width.push_back(
        static_cast<int>(space.value(architecture, space.first_width_gene() + place)));
  }
  return choice;
}

std::vector<Architecture> extremes_and_samples(const SearchSpace& space, int samples) {
  std::vector<Architecture> architectures{space.smallest(), space.largest()};
  Random random(3);
  for (int i = 0; i < samples; ++i) architectures.push_back(space.sample(random));
  return architectures;
}

void expect_logits_by_definition(const Supernet& net, const ResNetByDefinition& definition) {
  const SearchSpace& space = net.space();
  const at::NoGradGuard no_grad;
  for (const Architecture& architecture : extremes_and_samples(space, 6)) {
    const int r = space.resolution(architecture);
    const at::Tensor images = at::randn({2, space.spec().channels, r, r});
    const at::Tensor expected = definition.forward(images, choice_of(space, architecture));
    const at::Tensor ours = net.forward(images, architecture);
    const double largest = expected.abs().max().item<double>();
    EXPECT_LE((ours - expected).abs().max().item<double>(), 1e-4 * largest)
        << to_text(space, architecture);
    EXPECT_TRUE(at::equal(ours, net.extract(architecture).forward(images)));
  }
}

std::map<std::string, StoredTensor> stored(const NamedTensors& tensors) {
  std::map<std::string, StoredTensor> out;
  for (const auto& [name, tensor] : tensors) {
    const float* values = tensor.data_ptr<float>();
    out[name] = {tensor.sizes().vec(), {values, values + tensor.numel()}};
  }
  return out;
}

// The released space at its real widths.
TEST(OfaCheckpoint, ResNetLogitsAreThoseOfTheDefinition) {
  const ResNetByDefinition definition({}, 7);
  Supernet net(real_resnet(), Random(1));
  load_ofa_weights(net, stored(definition.weights()), "resnet.pth");
  expect_logits_by_definition(net, definition);
}

/// A checkpoint as torch.save writes it: a zip file with {"state_dict": {...}}.
std::string pth_file(const NamedTensors& tensors) {
  std::vector<std::pair<std::string, std::string>> entries;
  std::vector<ZipEntry> files;
  for (const auto& [name, tensor] : tensors) {
    const std::string key = std::to_string(files.size());
    std::vector<std::int64_t> strides = tensor.strides().vec();
    entries.emplace_back(name,
                         pickled::tensor(pickled::storage("FloatStorage", key, tensor.numel()),
                                         0,
                                         tensor.sizes().vec(),
                                         strides));
    const float* values = tensor.data_ptr<float>();
    files.push_back({"net/data/" + key, raw(std::vector<float>(values, values + tensor.numel()))});
  }
  files.insert(files.begin(),
               {"net/data.pkl",
                pickled::pickle(pickled::dictionary(
                    {{"state_dict", pickled::dictionary(entries)}, {"epoch", "K\x01"}}))});
  return zip(files);
}

TEST(OfaCheckpoint, AResNetFileOfTorchSaveIsReadToTheSameLogits) {
  ResNetDefinition small;
  small.channels = 1;
  small.classes = 8;
  small.stem_width = 16;
  small.stem_stride = 1;
  small.widths = {16, 32};
  small.base_depths = {1, 1};
  small.strides = {1, 2};
  small.most_extra = 1;
  small.multipliers = {0.5, 1.0};
  small.largest_expand = 1.0;
  const ResNetByDefinition definition(small, 8);
  const TemporaryFolder folder;
  write_bytes(folder / "net.pth", pth_file(definition.weights()));
  Supernet net(tiny_resnet_space(), Random(1));
  load_ofa_weights(net, read_state_dict(folder / "net.pth"), "net.pth");
  expect_logits_by_definition(net, definition);
}

TEST(OfaCheckpoint, WhatDoesNotFitIsNamedAndNothingChanges) {
  const Supernet written(tiny_resnet_space(), Random(1));
  Supernet net(tiny_resnet_space(), Random(2));
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
  missing.erase("blocks.3.conv2.conv.conv.weight");
  EXPECT_EQ(message(missing),
            "x.pth: the tensor blocks.3.conv2.conv.weight is missing; is this a checkpoint of this "
            "space?");
  auto extra = resnet_checkpoint(written);
  extra["blocks.99.conv1.conv.weight"] = {{1}, {0}};
  EXPECT_EQ(message(extra),
            "x.pth: the space has no place for the tensor blocks.99.conv1.conv.weight; is this a "
            "checkpoint of this space?");
  auto other = resnet_checkpoint(written);
  other["classifier.linear.linear.bias"] = {{1000}, std::vector<float>(1000)};
  EXPECT_EQ(message(other),
            "x.pth: classifier.linear.bias has the shape [1000], the space needs [8]; check "
            "--space, --width-mult and --classes");
  EXPECT_TRUE(at::equal(before, net.parameters()[0].tensor));
}

}  // namespace
}  // namespace coppice
