// Trains the network of Once-For-All's accuracy predictor, without a tensor library.
#pragma once

#include <cstdint>
#include <vector>

#include "predictors/choice_network.hpp"
#include "predictors/linear_model.hpp"

namespace coppice {

/// Defaults are Once-For-All's: three hidden layers of 400, Adam at 1e-3 with weight decay 1e-4,
/// batches of 500 (Cai et al. 2020, appendix A, and its authors' answers to users), with the
/// learning rate falling to 0 along half a cosine.
struct MlpTraining {
  std::size_t width = 400;  ///< of each hidden layer; >= 1
  int hidden = 3;           ///< layers; >= 1
  int steps = 1000;         ///< >= 1
  std::size_t batch = 500;  ///< rows a step, all if there are fewer; >= 1
  double learning_rate = 1e-3;
  double weight_decay = 1e-4;  ///< times the weight, added to its gradient
  std::uint64_t seed = 1;      ///< of the first weights and the order of the rows
};

/// Minimises the mean squared error of the targets, which should have mean 0 and deviation 1. ReLU
/// between layers; first weights uniform within 1 / sqrt(inputs), as PyTorch has them. On all
/// threads of TBB; the same inputs give the same bits with any number of them.
/// REQUIRES rows == targets.size() >= 1 and finite values.
[[nodiscard]] Mlp train_mlp(const FeatureMatrix& inputs,
                            const std::vector<double>& targets,
                            const MlpTraining& training);

}  // namespace coppice
