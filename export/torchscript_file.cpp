#include "export/torchscript_file.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <string>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// The forward method in TorchScript's Python subset, one line a layer.
class ScriptWriter {
 public:
  explicit ScriptWriter(torch::jit::Module& module) : module_(module) {
    code_ = "def forward(self, input):\n";
  }

  void add(const Layer& layer, const LayerTensors& tensors, std::size_t index) {
    const std::string x = value(layer.input);
    const std::string y = value(static_cast<int>(index));
    const std::string prefix = "l" + std::to_string(index) + "_";
    visit_arrays(tensors, [&](const char* array, const at::Tensor& tensor) {
      if (tensor.defined()) {
        module_.register_parameter(prefix + array, tensor.detach().contiguous(), false);
      }
    });
    const std::string self = "self." + prefix;
    code_ += "    " + y + " = " + expression(layer, tensors, x, self) + "\n";
    const std::string activated = activation(layer.activation, y);
    if (!activated.empty()) code_ += "    " + y + " = " + activated + "\n";
  }

  std::string finish(std::size_t layers) {
    return code_ + "    return " + value(static_cast<int>(layers) - 1) + "\n";
  }

 private:
  static std::string value(int layer) {
    return layer == kNetworkInput ? "input" : "v" + std::to_string(layer);
  }

  static std::string pair(int number) { return text("[", number, ", ", number, "]"); }

  static std::string activation(Activation activation, const std::string& x) {
    switch (activation) {
      case Activation::relu:
        return "torch.relu(" + x + ")";
      case Activation::relu6:
        return "torch.clamp(" + x + ", 0.0, 6.0)";
      case Activation::h_swish:
        return "torch.hardswish(" + x + ")";
      case Activation::none:
        break;
    }
    return {};
  }

  static std::string expression(const Layer& layer,
                                const LayerTensors& tensors,
                                const std::string& x,
                                const std::string& self) {
    const int k = layer.kernel;
    switch (layer.kind) {
      case LayerKind::conv:
        return text("torch.conv2d(",
                    x,
                    ", ",
                    self,
                    "weight, ",
                    tensors.bias.defined() ? self + "bias" : "None",
                    ", ",
                    pair(layer.stride),
                    ", ",
                    pair(k / 2),
                    ", [1, 1], ",
                    layer.groups,
                    ")");
      case LayerKind::squeeze_excite:
        return text(x,
                    " * torch.hardsigmoid(torch.conv2d(torch.relu(torch.conv2d(torch.mean(",
                    x,
                    ", [2, 3], True), ",
                    self,
                    "reduce_weight, ",
                    self,
                    "reduce_bias)), ",
                    self,
                    "expand_weight, ",
                    self,
                    "expand_bias))");
      case LayerKind::add:
        return x + " + " + value(layer.shortcut);
      case LayerKind::max_pool:
        return text("torch.max_pool2d(",
                    x,
                    ", ",
                    pair(k),
                    ", ",
                    pair(layer.stride),
                    ", ",
                    pair(k / 2),
                    ")");
      case LayerKind::avg_pool:
        return text(
            "torch.avg_pool2d(", x, ", ", pair(k), ", ", pair(layer.stride), ", [0, 0], True)");
      case LayerKind::global_pool:
        return text("torch.mean(", x, ", [2, 3], True)");
      case LayerKind::linear:
        return text("torch.linear(torch.flatten(", x, ", 1), ", self, "weight, ", self, "bias)");
    }
    throw Error("unknown kind of layer");
  }

  torch::jit::Module& module_;
  std::string code_;
};

torch::jit::Module load(const std::filesystem::path& path) {
  try {
    return torch::jit::load(path.string());
  } catch (const c10::Error& error) {
    throw Error(text(
        "cannot load the TorchScript file ", path.string(), ": ", error.what_without_backtrace()));
  }
}

}  // namespace

void write_torchscript(const Subnet& subnet, const std::filesystem::path& path) {
  const at::NoGradGuard no_grad;
  const Subnet folded = subnet.folded();
  torch::jit::Module module("coppice_network");
  ScriptWriter writer(module);
  const auto& layers = folded.plan().layers;
  for (std::size_t i = 0; i < layers.size(); ++i) writer.add(layers[i], folded.layers()[i], i);
  module.define(writer.finish(layers.size()));
  module.eval();
  const auto temporary = temporary_beside(path);
  try {
    module.save(temporary.string());
  } catch (const c10::Error& error) {
    throw Error(text("cannot write ", path.string(), ": ", error.what_without_backtrace()));
  }
  static_cast<void>(load(temporary));
  publish_file(temporary, path);
}

at::Tensor run_torchscript(const std::filesystem::path& path, const at::Tensor& images) {
  const at::NoGradGuard no_grad;
  torch::jit::Module module = load(path);
  return module.forward({images}).toTensor();
}

}  // namespace coppice
