// Images between the layers of a network that learns, computed when they are read.
//
// A convolution stores only what comes out of it. Its batch normalisation, activation and gate are
// applied to a few rows at a time by whoever reads them, while a cache holds them; the same on the
// way back. That halves the memory of a step and its traffic.
#pragma once

#include <cstdint>

#include "supernet/kernels/norm_loops.hpp"
#include "supernet/kernels/stored_rows.hpp"

namespace coppice {

/// value = activation((stored - mean) * scale + shift) * gate. Rows are pixels, image by image.
struct LazyImages {
  Stored stored;
  std::int64_t images = 0;
  std::int64_t pixels = 0;  ///< of one image
  std::int64_t channels = 0;
  ChannelScale norm;  ///< null pointers: the value is what is stored
  Nonlinearity activation = Nonlinearity::none;
  const float* gate = nullptr;  ///< [images][channels] or null, as it is where `norm` is null

  [[nodiscard]] std::int64_t rows() const { return images * pixels; }
};

/// The values of rows [row, row + rows): in `to`, or where they lie.
[[nodiscard]] const float* value_rows(const LazyImages& images,
                                      std::int64_t row,
                                      std::int64_t rows,
                                      float* to);

/// The same, rounded to bfloat16.
[[nodiscard]] const std::uint16_t* half_value_rows(const LazyImages& images,
                                                   std::int64_t row,
                                                   std::int64_t rows,
                                                   std::uint16_t* to);

/// The gradient behind LazyImages with a norm. That of the value itself is
///   of_value * gate + addend
/// where addend is one number a channel of each image, or null. Beside one of_value may be null:
/// zero.
struct LazyGradient {
  LazyImages images;
  Stored of_value;
  const float* addend = nullptr;  ///< [images][channels]
  ChannelSlope slope;             ///< of the batch statistics

  [[nodiscard]] std::int64_t channels() const { return images.channels; }
};

/// Where a gradient of lazy images goes.
struct ImageGradient {
  Stored of_value;          ///< [rows][channels] without the gate; null: not wanted
  bool accumulate = false;  ///< adds to what is there
  double* norm_totals =
      nullptr;  ///< [2][channels] that add_gradient_sums adds to; null: not wanted
};

/// Of the value, without the gate: in `to`, or where it lies.
[[nodiscard]] StoredValues value_gradient_rows(const LazyGradient& gradient,
                                               std::int64_t row,
                                               std::int64_t rows,
                                               float* to);

/// Of what is stored.
void stored_gradient_rows(const LazyGradient& gradient,
                          std::int64_t row,
                          std::int64_t rows,
                          float* to);

/// The same, rounded to bfloat16. `scratch` holds as many floats.
void half_stored_gradient_rows(const LazyGradient& gradient,
                               std::int64_t row,
                               std::int64_t rows,
                               float* scratch,
                               std::uint16_t* to);

/// Sums over rows for batch statistics, [2][channels] in double: of the values and of their
/// squares (see NormLoops::add_sums).
void add_row_sums(const float* x, std::int64_t rows, std::int64_t channels, double* totals);

/// What the slopes of a norm are made of, [2][channels] in double: sums of the gradient behind the
/// activation, and of it times (stored - mean), over rows [row, row + rows). `of_value` is the
/// gradient of their values.
void add_gradient_sums(const LazyImages& images,
                       std::int64_t row,
                       std::int64_t rows,
                       const StoredValues& of_value,
                       double* totals);

}  // namespace coppice
