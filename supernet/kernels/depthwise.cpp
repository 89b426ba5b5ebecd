#include "supernet/kernels/depthwise.hpp"

#include "supernet/kernels/depthwise_plan.hpp"

namespace coppice {
namespace {

// Floats from one image to the next.
struct ImageSizes {
  std::int64_t in;
  std::int64_t out;
};

void fill_images(const ImageCorrelation& correlation,
                 std::int64_t batch,
                 const ImageSizes& sizes,
                 const float* in,
                 float* out,
                 const RunTasks& run) {
  const std::int64_t bands = correlation.bands();
  run(batch * bands, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t image = task / bands;
      correlation.fill(in + image * sizes.in, out + image * sizes.out, task % bands);
    }
  });
}

std::int64_t in_floats(const DepthwiseShape& shape) {
  return shape.height * shape.width * shape.channels;
}

std::int64_t out_floats(const DepthwiseShape& shape) {
  return shape.out_height() * shape.out_width() * shape.channels;
}

}  // namespace

void depthwise_forward(const DepthwiseShape& shape,
                       const float* input,
                       const DepthwiseWeight& weight,
                       float* output,
                       const RunTasks& run) {
  const ImageSizes sizes{in_floats(shape), out_floats(shape)};
  fill_images(ImageCorrelation::forward(shape, weight), shape.batch, sizes, input, output, run);
}

void depthwise_input_gradient(const DepthwiseShape& shape,
                              const float* output_gradient,
                              const DepthwiseWeight& weight,
                              float* input_gradient,
                              const RunTasks& run) {
  const ImageSizes sizes{out_floats(shape), in_floats(shape)};
  fill_images(ImageCorrelation::input_gradient(shape, weight),
              shape.batch,
              sizes,
              output_gradient,
              input_gradient,
              run);
}

void depthwise_weight_gradient(const DepthwiseShape& shape,
                               const float* input,
                               const float* output_gradient,
                               float* weight_gradient,
                               const RunTasks& run) {
  constexpr std::int64_t kMostGroups = 16;
  const std::int64_t groups = std::min(kMostGroups, shape.batch);
  TapSums sums(shape, groups);
  run(groups, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t group = begin; group < end; ++group) {
      const std::int64_t first = shape.batch * group / groups;
      const std::int64_t last = shape.batch * (group + 1) / groups;
      sums.add(group,
               input + first * in_floats(shape),
               output_gradient + first * out_floats(shape),
               last - first);
    }
  });
  sums.reduce(weight_gradient);
}

}  // namespace coppice
