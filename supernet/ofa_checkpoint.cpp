#include "supernet/ofa_checkpoint.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

struct Assignment {
  at::Tensor target;
  const StoredTensor* source = nullptr;
};

// "blocks.3.depthwise" -> the reference's module; our other names are the reference's own.
std::string ofa_module(const std::string& layer) {
  static const std::map<std::string, std::string> whole{{"stem", "first_conv"},
                                                        {"final_expand", "final_expand_layer"},
                                                        {"feature_mix", "feature_mix_layer"},
                                                        {"classifier", "classifier.linear"},
                                                        {"stem.0", "input_stem.0"},
                                                        {"stem.1", "input_stem.1"},
                                                        {"stem.2", "input_stem.2"}};
  static const std::map<std::string, std::string> last{{"expand", "conv.inverted_bottleneck"},
                                                       {"depthwise", "conv.depth_conv"},
                                                       {"project", "conv.point_linear"},
                                                       {"squeeze_excite", "conv.depth_conv.se.fc"}};
  const auto found = whole.find(layer);
  if (found != whole.end()) return found->second;
  const auto dot = layer.rfind('.');
  const auto part = last.find(layer.substr(dot + 1));
  return part == last.end() ? layer : layer.substr(0, dot + 1) + part->second;
}

// Where one of our arrays may stand below its module, in the order of preference.
std::vector<std::string> ofa_arrays(LayerKind kind, const std::string& array) {
  if (kind == LayerKind::linear) return {array};
  if (kind == LayerKind::squeeze_excite) {
    const auto underscore = array.find('_');
    return {array.substr(0, underscore) + "." + array.substr(underscore + 1)};
  }
  static const std::map<std::string, std::string> norms{{"norm_weight", "weight"},
                                                        {"norm_bias", "bias"},
                                                        {"norm_mean", "running_mean"},
                                                        {"norm_variance", "running_var"}};
  const auto norm = norms.find(array);
  if (norm == norms.end()) return {"conv." + array, array};
  return {"bn." + norm->second, "conv.bn." + norm->second};
}

class Matching {
 public:
  Matching(const std::map<std::string, StoredTensor>& weights, std::string origin)
      : origin_(std::move(origin)) {
    for (const auto& [name, tensor] : weights) {
      const std::string canonical = canonical_ofa_name(name);
      if (canonical.find("num_batches_tracked") != std::string::npos) continue;
      require(sources_.emplace(canonical, &tensor).second,
              origin_,
              ": two tensors are called ",
              canonical);
    }
  }

  void match(const std::vector<std::string>& names, const at::Tensor& target, bool required) {
    for (const std::string& name : names) {
      const auto found = sources_.find(name);
      if (found == sources_.end()) continue;
      check_shape(name, *found->second, target);
      assignments_.push_back({target, found->second});
      sources_.erase(found);
      return;
    }
    require(!required,
            origin_,
            ": the tensor ",
            names.front(),
            " is missing; is this a checkpoint of this space?");
  }

  [[nodiscard]] const std::vector<Assignment>& finish() const {
    require(sources_.empty(),
            origin_,
            ": the space has no place for the tensor ",
            sources_.empty() ? "" : sources_.begin()->first,
            "; is this a checkpoint of this space?");
    return assignments_;
  }

 private:
  void check_shape(const std::string& name,
                   const StoredTensor& source,
                   const at::Tensor& target) const {
    // A fully connected layer may be stored as a 1 x 1 convolution and the reverse.
    std::vector<std::int64_t> shape = source.shape;
    while (static_cast<std::int64_t>(shape.size()) > target.dim() && shape.back() == 1) {
      shape.pop_back();
    }
    require(at::IntArrayRef(shape) == target.sizes(),
            origin_,
            ": ",
            name,
            " has the shape ",
            at::IntArrayRef(source.shape),
            ", the space needs ",
            target.sizes(),
            "; check --space, --width-mult and --classes");
  }

  std::string origin_;
  std::map<std::string, const StoredTensor*> sources_;
  std::vector<Assignment> assignments_;
};

void match_layer(const Supernet& supernet, const Layer& layer, Matching& matching) {
  const std::string module = ofa_module(layer.name);
  visit_arrays(supernet.stored(layer.name), [&](const char* array, const at::Tensor& target) {
    if (!target.defined()) return;
    std::vector<std::string> names;
    for (const std::string& below : ofa_arrays(layer.kind, array)) {
      names.push_back(canonical_ofa_name(text(module, '.', below)));
    }
    matching.match(names, target, true);
  });
  const KernelTransforms& transforms = supernet.transforms(layer.name);
  for (std::size_t i = 0; i < transforms.matrices.size(); ++i) {
    const std::string name =
        text(module, ".conv.", transforms.sizes[i], "to", transforms.sizes[i + 1], "_matrix");
    matching.match({canonical_ofa_name(name)}, transforms.matrices[i], false);
  }
}

}  // namespace

std::string canonical_ofa_name(const std::string& name) {
  std::vector<std::string> words;
  std::istringstream in(name);
  std::string word;
  while (std::getline(in, word, '.')) {
    if (word == "module" && words.empty()) continue;  // left by data-parallel wrappers
    if (word == "mobile_inverted_conv") word = "conv";
    const bool number = !word.empty() && std::isdigit(static_cast<unsigned char>(word[0])) != 0;
    if (words.empty() || word != words.back() || number) words.push_back(word);
  }
  std::string out;
  for (const std::string& part : words) out += (out.empty() ? "" : ".") + part;
  return out;
}

void load_ofa_weights(Supernet& supernet,
                      const std::map<std::string, StoredTensor>& weights,
                      const std::string& origin) {
  Matching matching(weights, origin);
  for (const Layer& layer : supernet.full_plan().layers) match_layer(supernet, layer, matching);
  const at::NoGradGuard no_grad;
  for (const Assignment& assignment : matching.finish()) {
    at::Tensor dense = at::empty(assignment.target.sizes(), at::kFloat);
    const auto& values = assignment.source->values;
    std::copy(values.begin(), values.end(), dense.data_ptr<float>());
    at::Tensor target = assignment.target;
    target.copy_(dense);
  }
}

}  // namespace coppice
