#include "predictors/choice_training.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "predictors/mlp_training.hpp"
#include "predictors/slot_genes.hpp"

namespace coppice {
namespace {

constexpr int kFewestSteps = 1000;

std::size_t place_of(int pixels, const std::vector<int>& resolutions) {
  const auto found = std::find(resolutions.begin(), resolutions.end(), pixels);
  return static_cast<std::size_t>(found - resolutions.begin());
}

/// One row of ones and zeros an architecture.
FeatureMatrix one_hot(const SearchSpace& space,
                      const std::vector<int>& resolutions,
                      const std::vector<Architecture>& architectures) {
  const ChoiceInputs inputs = choice_inputs(space, resolutions.size());
  const std::vector<SlotGenes> slots = slot_genes(space);
  FeatureMatrix matrix;
  matrix.rows = architectures.size();
  matrix.columns = inputs.count;
  matrix.values.assign(matrix.rows * matrix.columns, 0.0);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    const Architecture& architecture = architectures[i];
    double* row = matrix.row(i);
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      if (!slots[slot].active(architecture)) continue;
      if (slots[slot].has_kernel) {
        row[inputs.kernels[slot] + slots[slot].kernel_choice(architecture)] = 1;
      }
      row[inputs.expands[slot] + slots[slot].expand_choice(architecture)] = 1;
    }
    for (std::size_t w = 0; w < inputs.whole.size(); ++w) {
      row[inputs.whole_at[w] + architecture.genes[inputs.whole[w]]] = 1;
    }
    row[inputs.resolutions + place_of(space.resolution(architecture), resolutions)] = 1;
  }
  return matrix;
}

/// Of each resolution, whether it occurs.
std::vector<bool> known_resolutions(const FeatureMatrix& inputs, std::size_t resolutions) {
  std::vector<bool> known(resolutions);
  for (std::size_t i = 0; i < inputs.rows; ++i) {
    const double* row = inputs.row(i) + inputs.columns - resolutions;
    for (std::size_t r = 0; r < resolutions; ++r) known[r] = known[r] || row[r] > 0;
  }
  return known;
}

/// Sets the weights of inputs that never were 1 between those of their neighbours.
void interpolate(const std::vector<int>& resolutions,
                 const std::vector<bool>& known,
                 std::size_t columns,
                 Mlp::Layer& first) {
  const std::size_t begin = columns - resolutions.size();
  for (std::size_t r = 0; r < resolutions.size(); ++r) {
    if (known[r]) continue;
    std::size_t low = r;
    while (low > 0 && !known[low]) --low;
    std::size_t high = r;
    while (high + 1 < resolutions.size() && !known[high]) ++high;
    if (!known[low]) low = high;
    if (!known[high]) high = low;
    const float share = low == high ? 0.0F
                                    : static_cast<float>(resolutions[r] - resolutions[low]) /
                                          static_cast<float>(resolutions[high] - resolutions[low]);
    for (std::size_t o = 0; o < first.bias.size(); ++o) {
      float* row = first.weights.data() + o * columns + begin;
      row[r] = row[low] + share * (row[high] - row[low]);
    }
  }
}

}  // namespace

std::shared_ptr<const ChoiceNetwork> train_choice_network(const SearchSpace& space,
                                                          const std::vector<int>& resolutions,
                                                          const ChoiceLesson& lesson) {
  const auto rows = static_cast<double>(lesson.values.size());
  double mean = 0;
  for (const double value : lesson.values) mean += value / rows;
  double variance = 0;
  for (const double value : lesson.values) variance += (value - mean) * (value - mean) / rows;
  const double deviation = variance > 0 ? std::sqrt(variance) : 1;
  std::vector<double> targets;
  for (const double value : lesson.values) targets.push_back((value - mean) / deviation);

  const FeatureMatrix inputs = one_hot(space, resolutions, lesson.architectures);
  MlpTraining training;
  training.steps = std::max(kFewestSteps, static_cast<int>(lesson.values.size() / 2));
  training.seed = lesson.seed;
  Mlp mlp = train_mlp(inputs, targets, training);
  interpolate(resolutions,
              known_resolutions(inputs, resolutions.size()),
              inputs.columns,
              mlp.layers.front());
  // What it predicts and with which error stands in the predictor around it.
  const PredictorInfo info{"", false, space.name(), -1, resolutions};
  return std::make_shared<const ChoiceNetwork>(space, std::move(mlp), deviation, mean, info);
}

}  // namespace coppice
