#include "supernet/kernels/depthwise_layer.hpp"

#include <algorithm>

#include "supernet/kernels/depthwise_plan.hpp"
#include "supernet/kernels/row_groups.hpp"
#include "supernet/kernels/scratch.hpp"

namespace coppice {
namespace {

// Groups of images, and how many of a group are in work at once: what a cache holds.
struct ImageGroups {
  explicit ImageGroups(const DepthwiseShape& shape)
      : in_pixels(shape.height * shape.width),
        out_pixels(shape.out_height() * shape.out_width()),
        images(shape.batch),
        groups(std::min<std::int64_t>(16, shape.batch)),
        at_once(std::max<std::int64_t>(1, 32768 / (in_pixels * shape.channels))) {}

  template <class Each>
  void over_images(std::int64_t group, Each each) const {
    const std::int64_t last = images * (group + 1) / groups;
    for (std::int64_t image = images * group / groups; image < last; image += at_once) {
      each(image, std::min(at_once, last - image));
    }
  }

  std::int64_t in_pixels;
  std::int64_t out_pixels;
  std::int64_t images;
  std::int64_t groups;
  std::int64_t at_once;
};

}  // namespace

std::vector<double> depthwise_layer_forward(const DepthwiseShape& shape,
                                            const LazyImages& in,
                                            const DepthwiseWeight& weight,
                                            const Stored& out,
                                            const RunTasks& run) {
  const ImageGroups images(shape);
  const std::int64_t in_floats = images.in_pixels * shape.channels;
  const std::int64_t out_floats = images.out_pixels * shape.channels;
  const auto correlation = ImageCorrelation::forward(shape, weight);
  const auto body = [&](std::int64_t group, double* totals) {
    Scratch<float> values(images.at_once * in_floats);
    Scratch<float> results(out.format == Format::float32 ? 0 : images.at_once * out_floats);
    images.over_images(group, [&](std::int64_t image, std::int64_t count) {
      const std::int64_t row = image * images.in_pixels;
      const std::int64_t rows = count * images.in_pixels;
      const float* value = value_rows(in, row, rows, values.get());
      float* result = values_to_write(out, image * out_floats, results.get());
      for (std::int64_t i = 0; i < count; ++i) {
        correlation.fill(value + i * in_floats, result + i * out_floats);
      }
      add_row_sums(result, count * images.out_pixels, shape.channels, totals);
      store_values(result, count * out_floats, out, image * out_floats);
    });
  };
  return sum_groups(images.groups, 2 * shape.channels, run, body);
}

void depthwise_layer_backward(const DepthwiseShape& shape,
                              const LazyImages& in,
                              const LazyGradient& out_gradient,
                              const DepthwiseWeight& weight,
                              float* weight_gradient,
                              const ImageGradient& in_gradient,
                              const RunTasks& run) {
  const ImageGroups images(shape);
  const std::int64_t in_floats = images.in_pixels * shape.channels;
  const std::int64_t out_floats = images.out_pixels * shape.channels;
  const auto correlation = ImageCorrelation::input_gradient(shape, weight);
  TapSums sums(shape, images.groups);
  const Stored& target = in_gradient.of_value;
  const auto body = [&](std::int64_t group, double* totals) {
    Scratch<float> gradients(images.at_once * out_floats);
    Scratch<float> results(images.at_once * in_floats);
    Scratch<float> values(images.at_once * in_floats);
    images.over_images(group, [&](std::int64_t image, std::int64_t count) {
      const std::int64_t row = image * images.in_pixels;
      const std::int64_t rows = count * images.in_pixels;
      float* gradient = gradients.get();
      stored_gradient_rows(
          out_gradient, image * images.out_pixels, count * images.out_pixels, gradient);
      const float* value = value_rows(in, row, rows, values.get());
      sums.add(group, value, gradient, count);
      float* result = in_gradient.accumulate
                          ? results.get()
                          : values_to_write(target, image * in_floats, results.get());
      for (std::int64_t i = 0; i < count; ++i) {
        correlation.fill(gradient + i * out_floats, result + i * in_floats);
      }
      if (in_gradient.accumulate) {
        add_stored(target, image * in_floats, count * in_floats, values.get(), result);
      }
      if (in_gradient.norm_totals != nullptr) {
        add_gradient_sums(in, row, rows, {result}, totals);
      }
      store_values(result, count * in_floats, target, image * in_floats);
    });
  };
  const std::vector<double> totals = sum_groups(images.groups, 2 * shape.channels, run, body);
  if (in_gradient.norm_totals != nullptr) {
    std::copy(totals.begin(), totals.end(), in_gradient.norm_totals);
  }
  sums.reduce(weight_gradient);
}

}  // namespace coppice
