#include "supernet/kernels/image_passes.hpp"

#include <algorithm>

#include "supernet/kernels/gate_loops.hpp"
#include "supernet/kernels/row_groups.hpp"
#include "supernet/kernels/scratch.hpp"

namespace coppice {
namespace {

// The patch of one output pixel.
void gather_patch(
    const PatchShape& s, const float* image, std::int64_t top, std::int64_t left, float* to) {
  const std::int64_t first = std::max<std::int64_t>(0, -left);
  const std::int64_t last = std::min(s.kernel, s.width - left);
  std::fill(to, to + s.values(), 0.0F);
  for (std::int64_t i = 0; i < s.kernel; ++i) {
    if (top + i < 0 || top + i >= s.height || last <= first) continue;
    const float* from = image + ((top + i) * s.width + left + first) * s.channels;
    std::copy(from, from + (last - first) * s.channels, to + (i * s.kernel + first) * s.channels);
  }
}

// each(image, its rows without their gate, scratch for as many floats), one task an image.
template <class Each>
void over_values(LazyImages images, const RunTasks& run, Each each) {
  images.gate = nullptr;
  const std::int64_t floats = images.pixels * images.channels;
  run(images.images, [&](std::int64_t begin, std::int64_t end) {
    Scratch<float> values(floats);
    Scratch<float> scratch(floats);
    for (std::int64_t image = begin; image < end; ++image) {
      const std::int64_t row = image * images.pixels;
      each(image, value_rows(images, row, images.pixels, values.get()), scratch.get());
    }
  });
}

}  // namespace

void gather_patches(const PatchShape& shape,
                    const float* images,
                    const Stored& patches,
                    const RunTasks& run) {
  const std::int64_t row = shape.out_width() * shape.values();
  run(shape.batch * shape.out_height(), [&](std::int64_t begin, std::int64_t end) {
    Scratch<float> scratch(row);
    for (std::int64_t task = begin; task < end; ++task) {
      const float* image =
          images + task / shape.out_height() * shape.height * shape.width * shape.channels;
      const std::int64_t top = task % shape.out_height() * shape.stride - shape.kernel / 2;
      float* to = values_to_write(patches, task * row, scratch.get());
      for (std::int64_t j = 0; j < shape.out_width(); ++j) {
        const std::int64_t left = j * shape.stride - shape.kernel / 2;
        gather_patch(shape, image, top, left, to + j * shape.values());
      }
      store_values(to, row, patches, task * row);
    }
  });
}

void lazy_image_means(const LazyImages& images, float* means, const RunTasks& run) {
  const auto pixels = static_cast<float>(images.pixels);
  over_values(images, run, [&](std::int64_t image, const float* value, float* /*scratch*/) {
    float* mean = means + image * images.channels;
    gate_loops().sum(value, images.pixels, images.channels, mean);
    for (std::int64_t c = 0; c < images.channels; ++c) mean[c] /= pixels;
  });
}

void lazy_gate_gradient(const LazyImages& images,
                        const Stored& gradient,
                        float* gate_gradient,
                        const RunTasks& run) {
  const std::int64_t floats = images.pixels * images.channels;
  over_values(images, run, [&](std::int64_t image, const float* value, float* scratch) {
    gate_loops().sum_products(value,
                              read_values(gradient, image * floats, floats, scratch),
                              images.pixels,
                              images.channels,
                              gate_gradient + image * images.channels);
  });
}

void add_images(const LazyImages& a, const LazyImages& b, const Stored& sum, const RunTasks& run) {
  const RowGroups rows(a.rows(), 3 * a.channels);
  run(rows.groups(), [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t floats = rows.block() * a.channels;
    Scratch<float> of_a(floats);
    Scratch<float> of_b(floats);
    Scratch<float> results(floats);
    const auto add = [&](std::int64_t row, std::int64_t count) {
      const float* x = value_rows(a, row, count, of_a.get());
      const float* y = value_rows(b, row, count, of_b.get());
      float* result = values_to_write(sum, row * a.channels, results.get());
      for (std::int64_t i = 0; i < count * a.channels; ++i) result[i] = x[i] + y[i];
      store_values(result, count * a.channels, sum, row * a.channels);
    };
    for (std::int64_t group = begin; group < end; ++group) rows.over_blocks(group, add);
  });
}

std::vector<double> lazy_gradient_sums(const LazyGradient& gradient, const RunTasks& run) {
  const std::int64_t channels = gradient.channels();
  const RowGroups rows(gradient.images.rows(), 2 * channels);
  const auto body = [&](std::int64_t group, double* totals) {
    Scratch<float> gradients(rows.block() * channels);
    rows.over_blocks(group, [&](std::int64_t row, std::int64_t count) {
      const StoredValues of_value = value_gradient_rows(gradient, row, count, gradients.get());
      add_gradient_sums(gradient.images, row, count, of_value, totals);
    });
  };
  return sum_groups(rows.groups(), 2 * channels, run, body);
}

}  // namespace coppice
