// A small fully connected network on one-hot choices: the accuracy predictor of Once-For-All, and
// those that are trained here. Evaluated in blocks as matrix products on the calling thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "predictors/predictor.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// ReLU between layers.
struct Mlp {
  struct Layer {
    std::vector<float> weights;  ///< [outputs][inputs]
    std::vector<float> bias;     ///< [outputs]
  };
  std::vector<Layer> layers;

  /// Throws Error naming `origin` unless the layers fit together, every number is finite, and the
  /// last layer has one output.
  void check(std::size_t inputs, const std::string& origin) const;
};

/// One-hot inputs in the order of Once-For-All: the kernel of every slot, the expansion of every
/// slot, the genes of the whole network (resnet: stem and widths), the resolution. A slot where no
/// block stands has zeros; depths show in nothing else.
struct ChoiceInputs {
  std::vector<std::size_t> kernels;  ///< where a slot's choices begin
  std::vector<std::size_t> expands;
  std::vector<std::size_t> whole;     ///< genes of the whole network ...
  std::vector<std::size_t> whole_at;  ///< ... and where their choices begin
  std::size_t resolutions = 0;        ///< where they begin
  std::size_t count = 0;
};

[[nodiscard]] ChoiceInputs choice_inputs(const SearchSpace& space, std::size_t resolutions);

/// One name an input: "slot7.kernel=5", "resolution=192" ...
[[nodiscard]] std::vector<std::string> choice_input_names(const SearchSpace& space,
                                                          const std::vector<int>& resolutions);

/// prediction = offset + scale * network(inputs). Value; predict() may be called from many threads.
class ChoiceNetwork final : public Predictor {
 public:
  /// info.resolutions are those of the inputs. REQUIRES mlp.check(inputs).
  ChoiceNetwork(const SearchSpace& space, Mlp mlp, double scale, double offset, PredictorInfo info);
  ~ChoiceNetwork() override;
  ChoiceNetwork(ChoiceNetwork&& other) noexcept;
  ChoiceNetwork& operator=(ChoiceNetwork&& other) noexcept;

  /// Throws Error(usage) when an architecture has a resolution that is no input.
  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override;
  [[nodiscard]] const PredictorInfo& info() const override { return info_; }
  [[nodiscard]] std::unique_ptr<Predictor> rough() const override { return rough_network(); }
  /// What rough() is, as what it is.
  [[nodiscard]] std::unique_ptr<ChoiceNetwork> rough_network() const;

  [[nodiscard]] const Mlp& mlp() const noexcept { return mlp_; }
  [[nodiscard]] double scale() const noexcept { return scale_; }
  [[nodiscard]] double offset() const noexcept { return offset_; }

 private:
  ChoiceNetwork(const ChoiceNetwork& exact, bool rough);

  SearchSpace space_;
  Mlp mlp_;
  double scale_;
  double offset_;
  PredictorInfo info_;
  class Evaluation;
  std::unique_ptr<const Evaluation> evaluation_;
};

}  // namespace coppice
