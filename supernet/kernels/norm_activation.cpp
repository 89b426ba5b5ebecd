#include "supernet/kernels/norm_activation.hpp"

#include <algorithm>

#include "supernet/kernels/instruction_set.hpp"

namespace coppice {
namespace {

// Rows that the nearest cache holds while they are passed over twice. Few, so that sums in float
// stay exact to a few units in the last place.
std::int64_t rows_of_block(const NormShape& shape) {
  constexpr std::int64_t kFloats = 4096;
  return std::clamp<std::int64_t>(kFloats / shape.channels / 4 * 4, 4, 64);
}

// Adds up two sums a channel, over at most kMostGroups groups of blocks: as many parts as are
// worth running side by side, whatever the number of threads. add(first row, rows, scratch,
// totals) adds those of one block.
template <class Add>
std::vector<double> sum_blocks(const NormShape& shape, const RunTasks& run, Add add) {
  constexpr std::int64_t kMostGroups = 32;
  const std::int64_t block = rows_of_block(shape);
  const std::int64_t blocks = (shape.rows + block - 1) / block;
  const std::int64_t groups = std::min(kMostGroups, blocks);
  const auto size = static_cast<std::size_t>(2 * shape.channels);
  std::vector<std::vector<double>> parts(static_cast<std::size_t>(groups));
  run(groups, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> scratch(size);
    for (std::int64_t group = begin; group < end; ++group) {
      std::vector<double> totals(size);
      const std::int64_t last = blocks * (group + 1) / groups;
      for (std::int64_t b = blocks * group / groups; b < last; ++b) {
        const std::int64_t row = b * block;
        add(row, std::min(block, shape.rows - row), scratch.data(), totals.data());
      }
      parts[static_cast<std::size_t>(group)] = std::move(totals);
    }
  });
  std::vector<double> totals(size);
  for (const std::vector<double>& part : parts) {
    for (std::size_t i = 0; i < size; ++i) totals[i] += part[i];
  }
  return totals;
}

// each(first row, rows) on pieces that are worth a task.
template <class Each>
void over_pieces(const NormShape& shape, const RunTasks& run, Each each) {
  constexpr std::int64_t kFloats = 16384;
  const std::int64_t piece = std::max<std::int64_t>(1, kFloats / shape.channels);
  run((shape.rows + piece - 1) / piece, [&](std::int64_t begin, std::int64_t end) {
    each(begin * piece, std::min(end * piece, shape.rows) - begin * piece);
  });
}

std::vector<float> product(const float* a, const float* b, std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  std::transform(a, a + count, b, values.begin(), [](float x, float y) { return x * y; });
  return values;
}

RowBlock block_of(const NormShape& shape, Nonlinearity activation) {
  RowBlock block;
  block.channels = shape.channels;
  block.activation = activation;
  return block;
}

// Values and the gradient of what became of them, from their first rows.
struct RowPair {
  const float* x;
  const float* gradient;
};

RowBlock block_of(RowBlock block, const RowPair& first, std::int64_t row, std::int64_t rows) {
  block.x = {first.x + row * block.channels};
  block.gradient = {first.gradient + row * block.channels};
  block.rows = rows;
  return block;
}

}  // namespace

const NormLoops& norm_loops() {
#ifdef COPPICE_X86_KERNELS
  if (has_bfloat16_products()) return norm_by_bfloat16_instruction();
  if (instruction_set() == InstructionSet::avx512) return norm_sixteen_lanes();
  if (instruction_set() == InstructionSet::avx2) return norm_eight_lanes();
#endif
  return norm_four_lanes();
}

std::vector<double> batch_sums(const NormShape& shape, const float* x, const RunTasks& run) {
  const NormLoops& loops = norm_loops();
  return sum_blocks(
      shape, run, [&](std::int64_t row, std::int64_t rows, float* scratch, double* sums) {
        RowBlock block = block_of(shape, Nonlinearity::none);
        block.x = {x + row * shape.channels};
        block.rows = rows;
        loops.add_sums(block, scratch, sums);
      });
}

ChannelStatistics batch_statistics(const NormShape& shape, const float* x, const RunTasks& run) {
  return statistics_of(shape, batch_sums(shape, x, run));
}

ChannelStatistics statistics_of(const NormShape& shape, const std::vector<double>& totals) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto rows = static_cast<double>(shape.rows);
  ChannelStatistics statistics;
  for (std::size_t c = 0; c < channels; ++c) {
    const double mean = totals[c] / rows;
    statistics.mean.push_back(mean);
    // A maximum that keeps NaN.
    const double variance = totals[channels + c] / rows - mean * mean;
    statistics.variance.push_back(variance < 0 ? 0 : variance);
  }
  return statistics;
}

void update_running(const NormShape& shape,
                    const ChannelStatistics& batch,
                    double momentum,
                    float* running_mean,
                    float* running_variance) {
  const auto rows = static_cast<double>(shape.rows);
  const double unbias = rows / (rows - 1);
  const auto blend = [momentum](float& running, double value) {
    running = static_cast<float>((1 - momentum) * static_cast<double>(running) + momentum * value);
  };
  for (std::size_t c = 0; c < batch.mean.size(); ++c) {
    blend(running_mean[c], batch.mean[c]);
    blend(running_variance[c], batch.variance[c] * unbias);
  }
}

void normalise_rows(
    const NormShape& shape, const float* x, const Norm& norm, float* y, const RunTasks& run) {
  const NormLoops& loops = norm_loops();
  const std::vector<float> scale = product(norm.inverse_deviation, norm.gamma, shape.channels);
  const ChannelScale channel{norm.mean, scale.data(), norm.beta};
  over_pieces(shape, run, [&](std::int64_t row, std::int64_t rows) {
    RowBlock block = block_of(shape, norm.activation);
    block.x = {x + row * shape.channels};
    block.rows = rows;
    loops.normalise(block, channel, nullptr, y + row * shape.channels);
  });
}

// With h = (x - mean) / deviation and g the gradient of z:
//   beta: sum g,  gamma: sum g h,  x: (g - mean g - h * mean(g h)) * gamma / deviation
NormSlopes::NormSlopes(const NormShape& shape,
                       const std::vector<double>& totals,
                       const float* inverse_deviation) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto rows = static_cast<double>(shape.rows);
  for (std::size_t c = 0; c < channels; ++c) {
    const auto inverse = static_cast<double>(inverse_deviation[c]);
    const double weighted = totals[channels + c] * inverse;
    beta.push_back(static_cast<float>(totals[c]));
    gamma.push_back(static_cast<float>(weighted));
    offset.push_back(static_cast<float>(totals[c] / rows));
    slope.push_back(static_cast<float>(weighted * inverse / rows));
  }
}

std::vector<double> normalised_gradient_sums(const NormShape& shape,
                                             const float* x,
                                             const float* output_gradient,
                                             const Norm& norm,
                                             const RunTasks& run) {
  const NormLoops& loops = norm_loops();
  const std::vector<float> scale = product(norm.inverse_deviation, norm.gamma, shape.channels);
  const ChannelScale channel{norm.mean, scale.data(), norm.beta};
  return sum_blocks(
      shape, run, [&](std::int64_t row, std::int64_t rows, float* scratch, double* sums) {
        const RowBlock all = block_of(shape, norm.activation);
        loops.add_gradients(block_of(all, {x, output_gradient}, row, rows), channel, scratch, sums);
      });
}

void normalised_input_gradient(const NormShape& shape,
                               const float* x,
                               const float* output_gradient,
                               const NormBackward& backward,
                               float* input_gradient,
                               const RunTasks& run) {
  const NormLoops& loops = norm_loops();
  const Norm& norm = backward.norm;
  const std::vector<float> scale = product(norm.inverse_deviation, norm.gamma, shape.channels);
  const ChannelScale channel{norm.mean, scale.data(), norm.beta};
  over_pieces(shape, run, [&](std::int64_t row, std::int64_t rows) {
    const RowBlock all = block_of(shape, norm.activation);
    loops.input_gradient(block_of(all, {x, output_gradient}, row, rows),
                         channel,
                         {backward.slopes.offset.data(), backward.slopes.slope.data()},
                         input_gradient + row * shape.channels);
  });
}

}  // namespace coppice
