#include "supernet/kernels/lazy_images.hpp"

#include <algorithm>
#include <vector>

#include "supernet/kernels/bfloat16_loops.hpp"
#include "supernet/kernels/gate_loops.hpp"

namespace coppice {
namespace {

// Few rows at a time: sums in float stay exact to a few units in the last place.
std::int64_t rows_of_sum(std::int64_t channels) {
  constexpr std::int64_t kFloats = 4096;
  return std::clamp<std::int64_t>(kFloats / channels / 4 * 4, 4, 64);
}

// each(first row, rows, image) on the parts of [row, row + rows) that lie in one image.
template <class Each>
void over_images(std::int64_t pixels, std::int64_t row, std::int64_t rows, Each each) {
  const std::int64_t end = row + rows;
  while (row < end) {
    const std::int64_t image = row / pixels;
    const std::int64_t part = std::min((image + 1) * pixels, end) - row;
    each(row, part, image);
    row += part;
  }
}

RowBlock block_of(const LazyImages& images, std::int64_t row, std::int64_t rows) {
  RowBlock block;
  block.x = values_at(images.stored, row * images.channels);
  block.rows = rows;
  block.channels = images.channels;
  block.activation = images.activation;
  return block;
}

// normalise(rows, their gate, how many values stand before them), image by image where each has a
// gate of its own.
template <class Normalise>
void over_gates(const LazyImages& images,
                std::int64_t row,
                std::int64_t rows,
                Normalise normalise) {
  if (images.gate == nullptr) return normalise(block_of(images, row, rows), nullptr, 0);
  over_images(
      images.pixels, row, rows, [&](std::int64_t first, std::int64_t part, std::int64_t image) {
        normalise(block_of(images, first, part),
                  images.gate + image * images.channels,
                  (first - row) * images.channels);
      });
}

}  // namespace

const float* value_rows(const LazyImages& images, std::int64_t row, std::int64_t rows, float* to) {
  if (images.norm.mean == nullptr) {
    return read_values(images.stored, row * images.channels, rows * images.channels, to);
  }
  over_gates(images, row, rows, [&](const RowBlock& block, const float* gate, std::int64_t at) {
    norm_loops().normalise(block, images.norm, gate, to + at);
  });
  return to;
}

const std::uint16_t* half_value_rows(const LazyImages& images,
                                     std::int64_t row,
                                     std::int64_t rows,
                                     std::uint16_t* to) {
  if (images.norm.mean != nullptr) {
    over_gates(images, row, rows, [&](const RowBlock& block, const float* gate, std::int64_t at) {
      norm_loops().normalise_to_half(block, images.norm, gate, to + at);
    });
    return to;
  }
  const StoredValues stored = values_at(images.stored, row * images.channels);
  if (stored.format == Format::bfloat16) return static_cast<const std::uint16_t*>(stored.data);
  bfloat16_loops().narrow(static_cast<const float*>(stored.data), rows * images.channels, to);
  return to;
}

StoredValues value_gradient_rows(const LazyGradient& gradient,
                                 std::int64_t row,
                                 std::int64_t rows,
                                 float* to) {
  const std::int64_t channels = gradient.channels();
  const bool stored = gradient.of_value.data != nullptr;
  const float* gate = gradient.images.gate;
  if (gate == nullptr && gradient.addend == nullptr) {
    return values_at(gradient.of_value, row * channels);
  }
  const float* of_value =
      stored ? read_values(gradient.of_value, row * channels, rows * channels, to) : nullptr;
  over_images(gradient.images.pixels,
              row,
              rows,
              [&](std::int64_t first, std::int64_t part, std::int64_t image) {
                const std::int64_t at = (first - row) * channels;
                gate_loops().multiply_add(
                    of_value != nullptr ? of_value + at : nullptr,
                    gate != nullptr ? gate + image * channels : nullptr,
                    gradient.addend != nullptr ? gradient.addend + image * channels : nullptr,
                    part,
                    channels,
                    to + at);
              });
  return {to};
}

void stored_gradient_rows(const LazyGradient& gradient,
                          std::int64_t row,
                          std::int64_t rows,
                          float* to) {
  RowBlock block = block_of(gradient.images, row, rows);
  block.gradient = value_gradient_rows(gradient, row, rows, to);
  norm_loops().input_gradient(block, gradient.images.norm, gradient.slope, to);
}

void half_stored_gradient_rows(const LazyGradient& gradient,
                               std::int64_t row,
                               std::int64_t rows,
                               float* scratch,
                               std::uint16_t* to) {
  RowBlock block = block_of(gradient.images, row, rows);
  block.gradient = value_gradient_rows(gradient, row, rows, scratch);
  norm_loops().input_gradient_to_half(block, gradient.images.norm, gradient.slope, to);
}

void add_row_sums(const float* x, std::int64_t rows, std::int64_t channels, double* totals) {
  std::vector<float> scratch(static_cast<std::size_t>(2 * channels));
  const std::int64_t at_once = rows_of_sum(channels);
  RowBlock block;
  block.channels = channels;
  for (std::int64_t row = 0; row < rows; row += at_once) {
    block.x = {x + row * channels};
    block.rows = std::min(at_once, rows - row);
    norm_loops().add_sums(block, scratch.data(), totals);
  }
}

void add_gradient_sums(const LazyImages& images,
                       std::int64_t row,
                       std::int64_t rows,
                       const StoredValues& of_value,
                       double* totals) {
  std::vector<float> scratch(static_cast<std::size_t>(2 * images.channels));
  const std::int64_t at_once = rows_of_sum(images.channels);
  for (std::int64_t done = 0; done < rows; done += at_once) {
    RowBlock block = block_of(images, row + done, std::min(at_once, rows - done));
    block.gradient = values_at(of_value, done * images.channels);
    norm_loops().add_gradients(block, images.norm, scratch.data(), totals);
  }
}

}  // namespace coppice
