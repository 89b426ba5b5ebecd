// Batch normalisation with its activation, as one operation on channels-last memory.
//
// Images are seen as [rows][channels] floats without gaps, rows = batch * height * width. Ioffe
// and Szegedy 2015. Nothing here knows tensors or starts threads; the results are the same to the
// bit for any number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include "supernet/kernels/norm_loops.hpp"
#include "supernet/kernels/run_tasks.hpp"

namespace coppice {

struct NormShape {
  std::int64_t rows = 0;
  std::int64_t channels = 0;  ///< >= 1
};

struct ChannelStatistics {
  std::vector<double> mean;
  std::vector<double> variance;  ///< biased: divided by the number of rows
};

/// The sums over all rows of the values and of their squares, [2][channels], in one pass over
/// memory: exact sums over blocks of rows that a cache holds, combined in double.
[[nodiscard]] std::vector<double> batch_sums(const NormShape& shape,
                                             const float* x,
                                             const RunTasks& run = run_serially);

/// What the sums say of each channel. REQUIRES rows >= 1.
[[nodiscard]] ChannelStatistics batch_statistics(const NormShape& shape,
                                                 const float* x,
                                                 const RunTasks& run = run_serially);

/// From sums over all rows of the values and of their squares, [2][channels].
[[nodiscard]] ChannelStatistics statistics_of(const NormShape& shape,
                                              const std::vector<double>& totals);

/// running = (1 - momentum) * running + momentum * batch's, with the variance divided by rows - 1.
/// REQUIRES rows >= 2.
void update_running(const NormShape& shape,
                    const ChannelStatistics& batch,
                    double momentum,
                    float* running_mean,
                    float* running_variance);

/// What normalises, per channel: z = (x - mean) * inverse_deviation * gamma + beta, then the
/// activation. The pointers must outlive the calls.
struct Norm {
  const float* mean = nullptr;
  const float* inverse_deviation = nullptr;  ///< 1 / sqrt(variance + eps)
  const float* gamma = nullptr;
  const float* beta = nullptr;
  Nonlinearity activation = Nonlinearity::none;
};

/// y = activation(z). y may be x.
void normalise_rows(const NormShape& shape,
                    const float* x,
                    const Norm& norm,
                    float* y,
                    const RunTasks& run = run_serially);

/// The parameters' gradients, and what that of x depends on in every row, from the sums over all
/// rows of the gradient of z and of it times (x - mean), [2][channels].
struct NormSlopes {
  NormSlopes(const NormShape& shape,
             const std::vector<double>& totals,
             const float* inverse_deviation);
  std::vector<float> gamma;
  std::vector<float> beta;
  std::vector<float> offset;  ///< see ChannelSlope
  std::vector<float> slope;
};

/// The sums that NormSlopes needs, of `output_gradient`, that of y behind normalise_rows. z is
/// computed again, to the same bits.
[[nodiscard]] std::vector<double> normalised_gradient_sums(const NormShape& shape,
                                                           const float* x,
                                                           const float* output_gradient,
                                                           const Norm& norm,
                                                           const RunTasks& run = run_serially);

/// What every row's gradient of x depends on.
struct NormBackward {
  Norm norm;
  NormSlopes slopes;
};

/// The gradient of x behind normalise_rows when mean and deviation depended on x as `slopes` say.
void normalised_input_gradient(const NormShape& shape,
                               const float* x,
                               const float* output_gradient,
                               const NormBackward& backward,
                               float* input_gradient,
                               const RunTasks& run = run_serially);

}  // namespace coppice
