// The two large passes of squeeze-and-excite on channels-last memory: the mean of an image and its
// multiplication with a gate a channel. Hu, Shen, Sun 2018.
//
// Images are [batch][pixels][channels] floats without gaps, means and gates [batch][channels].
// The results are the same to the bit for any number of threads.
#pragma once

#include <cstdint>

#include "supernet/kernels/run_tasks.hpp"

namespace coppice {

struct GateShape {
  std::int64_t batch = 0;
  std::int64_t pixels = 0;  ///< height * width, >= 1
  std::int64_t channels = 0;
};

/// The mean of each channel of each image.
void image_means(const GateShape& shape,
                 const float* x,
                 float* means,
                 const RunTasks& run = run_serially);

/// y = x * gate; also the gradient of x from that of y. y may be x.
void apply_gate(const GateShape& shape,
                const float* x,
                const float* gate,
                float* y,
                const RunTasks& run = run_serially);

/// The gradient of the gate: the sum of x * output_gradient over each image.
void gate_gradient(const GateShape& shape,
                   const float* x,
                   const float* output_gradient,
                   float* gradient,
                   const RunTasks& run = run_serially);

}  // namespace coppice
