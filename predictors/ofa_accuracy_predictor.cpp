#include "predictors/ofa_accuracy_predictor.hpp"

#include <cctype>
#include <map>
#include <string>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/pytorch_file.hpp"

namespace coppice {
namespace {

// Input 120 + i of the published network is the resolution 112 + 16 i.
constexpr int kFirstResolution = 112;
constexpr int kLastResolution = 224;
constexpr int kResolutionStep = 16;
constexpr double kPercent = 100;

struct Place {
  int number = 0;  ///< of the module in its Sequential
  bool bias = false;
};

/// "model.2.bias" -> module 2, its bias.
Place place_of(const std::string& name, const std::string& path) {
  const auto dot = name.rfind('.');
  const std::string kind = dot == std::string::npos ? "" : name.substr(dot + 1);
  const auto before = dot == std::string::npos ? std::string::npos : name.rfind('.', dot - 1);
  const std::string digits =
      dot == std::string::npos ? "" : name.substr(before + 1, dot - before - 1);
  const bool numbered = !digits.empty() && digits.size() < 4 &&
                        digits.find_first_not_of("0123456789") == std::string::npos;
  require(numbered && (kind == "weight" || kind == "bias"),
          path,
          " is no accuracy predictor of Once-For-All: it holds the tensor ",
          name,
          ", where only <number>.weight and <number>.bias are expected");
  return {std::stoi(digits), kind == "bias"};
}

Mlp layers_of(const std::map<std::string, StoredTensor>& tensors, const std::string& path) {
  std::map<int, Mlp::Layer> modules;
  for (const auto& [name, tensor] : tensors) {
    const Place place = place_of(name, path);
    Mlp::Layer& layer = modules[place.number];
    (place.bias ? layer.bias : layer.weights) = tensor.values;
  }
  Mlp mlp;
  for (auto& [number, layer] : modules) {
    require(!layer.weights.empty(), path, " lacks the tensor ", number, ".weight");
    require(!layer.bias.empty(), path, " lacks the tensor ", number, ".bias");
    mlp.layers.push_back(std::move(layer));
  }
  return mlp;
}

}  // namespace

ChoiceNetwork read_ofa_accuracy_predictor(const std::filesystem::path& path,
                                          const SearchSpace& space) {
  PredictorInfo info{"accuracy", true, space.name(), -1, {}};
  for (int r = kFirstResolution; r <= kLastResolution; r += kResolutionStep) {
    info.resolutions.push_back(r);
  }
  Mlp mlp = layers_of(read_state_dict(path), path.string());
  const std::size_t inputs = choice_inputs(space, info.resolutions.size()).count;
  mlp.check(inputs, path.string());
  return {space, std::move(mlp), kPercent, 0, std::move(info)};
}

}  // namespace coppice
