#include "predictors/mlp_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "supernet/base/parallel.hpp"
#include "supernet/base/random.hpp"
#include "supernet/kernels/gemm.hpp"

namespace coppice {
namespace {

constexpr std::int64_t kRowsOfTask = 32;
constexpr std::int64_t kValuesOfTask = 16384;

void run_parallel(std::int64_t tasks, const TaskRange& range) {
  for_each_index(static_cast<std::size_t>(tasks), [&range](std::size_t i) {
    const auto task = static_cast<std::int64_t>(i);
    range(task, task + 1);
  });
}

std::int64_t as_int(std::size_t value) { return static_cast<std::int64_t>(value); }

/// Row-major.
struct Matrix {
  Matrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count) {}

  [[nodiscard]] float* row(std::size_t i) { return values.data() + i * columns; }
  [[nodiscard]] FloatMatrix view() const {
    return {values.data(), as_int(columns), as_int(rows), as_int(columns)};
  }

  std::size_t rows;
  std::size_t columns;
  std::vector<float> values;
};

/// c = a * b. Rows are cut at fixed places, so that bits do not depend on threads.
void multiply(const Matrix& a, const Panels& b, Matrix& c) {
  const std::int64_t rows = as_int(a.rows);
  run_parallel((rows + kRowsOfTask - 1) / kRowsOfTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t first = task * kRowsOfTask;
      b.multiply(a.values.data() + first * as_int(a.columns),
                 std::min(kRowsOfTask, rows - first),
                 c.values.data() + first * as_int(c.columns),
                 false);
    }
  });
}

Matrix transposed(const Matrix& matrix) {
  Matrix result(matrix.columns, matrix.rows);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (std::size_t j = 0; j < matrix.columns; ++j) {
      result.values[j * matrix.rows + i] = matrix.values[i * matrix.columns + j];
    }
  }
  return result;
}

/// Adam (Kingma and Ba 2015) over one array of weights, decay added to the gradient.
class Adam {
 public:
  explicit Adam(std::size_t size) : means_(size), squares_(size) {}

  void step(const std::vector<float>& gradient,
            double rate,
            double decay,
            std::vector<float>& weights) {
    ++steps_;
    // The corrections of the first steps, gathered into one rate.
    const auto corrected = static_cast<float>(rate * std::sqrt(1 - std::pow(kSecond, steps_)) /
                                              (1 - std::pow(kFirst, steps_)));
    const std::int64_t size = as_int(weights.size());
    const auto pull = static_cast<float>(decay);
    run_parallel((size + kValuesOfTask - 1) / kValuesOfTask,
                 [&](std::int64_t begin, std::int64_t end) {
                   const std::int64_t last = std::min(end * kValuesOfTask, size);
                   for (std::int64_t i = begin * kValuesOfTask; i < last; ++i) {
                     const auto at = static_cast<std::size_t>(i);
                     update(gradient[at] + pull * weights[at], corrected, at, weights);
                   }
                 });
  }

 private:
  static constexpr double kFirst = 0.9;
  static constexpr double kSecond = 0.999;
  static constexpr float kEpsilon = 1e-8F;

  void update(float gradient, float rate, std::size_t at, std::vector<float>& weights) {
    constexpr auto first = static_cast<float>(kFirst);
    constexpr auto second = static_cast<float>(kSecond);
    means_[at] = first * means_[at] + (1 - first) * gradient;
    squares_[at] = second * squares_[at] + (1 - second) * gradient * gradient;
    weights[at] -= rate * means_[at] / (std::sqrt(squares_[at]) + kEpsilon);
  }

  std::vector<float> means_;
  std::vector<float> squares_;
  int steps_ = 0;
};

class TrainedLayer {
 public:
  TrainedLayer(std::size_t inputs, std::size_t outputs, std::size_t batch, Random& random)
      : weights_(outputs, inputs),
        bias_(outputs),
        outputs_(batch, outputs),
        weight_steps_(outputs * inputs),
        bias_steps_(outputs) {
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    for (float& weight : weights_.values) weight = uniform(random, bound);
    for (float& value : bias_) value = uniform(random, bound);
  }

  /// Outputs for x [batch][inputs], negative ones as 0 if `rectify`.
  Matrix& forward(const Matrix& x, bool rectify) {
    multiply(x, Panels::of_transposed(float_gemm_loops(), weights_.view(), run_parallel), outputs_);
    for (std::size_t i = 0; i < outputs_.rows; ++i) {
      float* row = outputs_.row(i);
      for (std::size_t o = 0; o < bias_.size(); ++o) {
        row[o] += bias_[o];
        if (rectify) row[o] = std::max(row[o], 0.0F);
      }
    }
    return outputs_;
  }

  /// The gradient at x, from the one at the outputs.
  void backward(const Matrix& gradient, Matrix& at_inputs) const {
    multiply(gradient, Panels::of(float_gemm_loops(), weights_.view(), run_parallel), at_inputs);
  }

  void learn(const Matrix& gradient, const Matrix& x, double rate, double decay) {
    Matrix of_weights(weights_.rows, weights_.columns);
    multiply(
        transposed(gradient), Panels::of(float_gemm_loops(), x.view(), run_parallel), of_weights);
    std::vector<float> of_bias(bias_.size());
    for (std::size_t i = 0; i < gradient.rows; ++i) {
      const float* row = gradient.values.data() + i * gradient.columns;
      for (std::size_t o = 0; o < of_bias.size(); ++o) of_bias[o] += row[o];
    }
    weight_steps_.step(of_weights.values, rate, decay, weights_.values);
    bias_steps_.step(of_bias, rate, decay, bias_);
  }

  [[nodiscard]] const Matrix& outputs() const { return outputs_; }
  [[nodiscard]] std::size_t inputs() const { return weights_.columns; }
  [[nodiscard]] Mlp::Layer released() && { return {std::move(weights_.values), std::move(bias_)}; }

 private:
  static float uniform(Random& random, double bound) {
    return static_cast<float>((2 * random.uniform() - 1) * bound);
  }

  Matrix weights_;  ///< [outputs][inputs]
  std::vector<float> bias_;
  Matrix outputs_;
  Adam weight_steps_;
  Adam bias_steps_;
};

/// Rows in shuffled order, epoch after epoch without end.
class EndlessRows {
 public:
  EndlessRows(std::size_t rows, Random random) : order_(rows), random_(random) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }

  std::size_t next() {
    if (at_ == 0) random_.shuffle(order_);
    const std::size_t row = order_[at_];
    at_ = (at_ + 1) % order_.size();
    return row;
  }

 private:
  std::vector<std::size_t> order_;
  Random random_;
  std::size_t at_ = 0;
};

/// Zero where the rectifier gave nothing.
void mask(const Matrix& outputs, Matrix& gradient) {
  for (std::size_t i = 0; i < gradient.values.size(); ++i) {
    if (outputs.values[i] <= 0) gradient.values[i] = 0;
  }
}

/// One step for a batch that is laid out; layers last.
void descend(std::vector<TrainedLayer>& layers,
             const Matrix& x,
             const std::vector<float>& targets,
             const std::pair<double, double>& rate_and_decay) {
  const auto [rate, decay] = rate_and_decay;
  const Matrix* inputs = &x;
  for (TrainedLayer& layer : layers) inputs = &layer.forward(*inputs, &layer != &layers.back());
  Matrix gradient(x.rows, 1);
  const float scale = 2 / static_cast<float>(x.rows);
  for (std::size_t i = 0; i < x.rows; ++i) {
    gradient.values[i] = scale * (inputs->values[i] - targets[i]);
  }
  for (std::size_t at = layers.size(); at-- > 0;) {
    const Matrix& from = at > 0 ? layers[at - 1].outputs() : x;
    Matrix before(x.rows, at > 0 ? layers[at].inputs() : 0);
    if (at > 0) {
      layers[at].backward(gradient, before);
      mask(from, before);
    }
    layers[at].learn(gradient, from, rate, decay);
    std::swap(gradient, before);
  }
}

}  // namespace

Mlp train_mlp(const FeatureMatrix& inputs,
              const std::vector<double>& targets,
              const MlpTraining& training) {
  const std::size_t batch = std::min(training.batch, inputs.rows);
  const Random random(training.seed);
  Random first = random.fork("weights");
  std::vector<TrainedLayer> layers;
  std::size_t width = inputs.columns;
  for (int i = 0; i < training.hidden; ++i) {
    layers.emplace_back(width, training.width, batch, first);
    width = training.width;
  }
  layers.emplace_back(width, 1, batch, first);

  EndlessRows rows(inputs.rows, random.fork("rows"));
  Matrix x(batch, inputs.columns);
  std::vector<float> y(batch);
  for (int step = 0; step < training.steps; ++step) {
    for (std::size_t i = 0; i < batch; ++i) {
      const std::size_t row = rows.next();
      std::copy(inputs.row(row), inputs.row(row) + inputs.columns, x.row(i));
      y[i] = static_cast<float>(targets[row]);
    }
    constexpr double pi = 3.14159265358979323846;
    const double rate = training.learning_rate / 2 * (1 + std::cos(pi * step / training.steps));
    descend(layers, x, y, {rate, training.weight_decay});
  }
  Mlp mlp;
  for (TrainedLayer& layer : layers) mlp.layers.push_back(std::move(layer).released());
  return mlp;
}

}  // namespace coppice
