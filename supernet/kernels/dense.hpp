// Fully connected layers of small networks: the matrix products behind a predictor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace coppice {

/// Floats at the alignment of the widest vectors.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  /// All 0.
  explicit AlignedFloats(std::size_t size);

  [[nodiscard]] float* data() noexcept { return data_.get(); }
  [[nodiscard]] const float* data() const noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Free {
    void operator()(float* data) const noexcept;
  };
  std::unique_ptr<float, Free> data_;
  std::size_t size_ = 0;
};

/// Rows that are computed together: batches are padded to a multiple of it.
[[nodiscard]] std::int64_t dense_tile_rows();

/// `width` rounded up to what the loops compute together; rows of that length hold `width` values
/// and then zeros.
[[nodiscard]] std::int64_t dense_padded(std::int64_t width);

/// y = the sum of `count` rows of `width` = dense_padded(...) values, negative values as 0.
void dense_sum_rectified(const float* const* rows, std::size_t count, std::int64_t width, float* y);

/// The sum of a * b over `width` = dense_padded(...) values.
[[nodiscard]] double dense_dot(const float* a, const float* b, std::int64_t width);

/// y = x * weights' + bias on one thread. Immutable; may be used from many threads at once. The
/// result of a row is the same to the bit whatever stands in the other rows.
class DenseLayer {
 public:
  /// `weights`: [outputs][inputs], as PyTorch has them; `bias`: [outputs].
  DenseLayer(const std::vector<float>& weights, const std::vector<float>& bias);

  [[nodiscard]] std::int64_t inputs() const noexcept { return inputs_; }
  [[nodiscard]] std::int64_t outputs() const noexcept { return outputs_; }

  /// x: [rows] rows of dense_padded(inputs()) values, y: of dense_padded(outputs()) values;
  /// negative ones become 0. REQUIRES that dense_tile_rows() divides rows.
  void apply_rectified(const float* x, std::int64_t rows, float* y) const;

 private:
  std::int64_t inputs_ = 0;
  std::int64_t outputs_ = 0;
  AlignedFloats panels_;
  AlignedFloats bias_;
};

/// Whether this processor multiplies bfloat16 faster than floats (AVX512_BF16).
[[nodiscard]] bool has_rough_dense();

/// A DenseLayer with inputs and weights rounded to bfloat16 (8 bits of precision), sums in float.
/// REQUIRES has_rough_dense().
class RoughDenseLayer {
 public:
  RoughDenseLayer(const std::vector<float>& weights, const std::vector<float>& bias);

  /// As DenseLayer::apply_rectified; `rounded` is scratch of as many floats as x.
  void apply_rectified(const float* x, std::int64_t rows, float* rounded, float* y) const;

 private:
  std::int64_t inputs_ = 0;
  std::int64_t outputs_ = 0;
  AlignedFloats panels_;  ///< of pairs of bfloat16
  AlignedFloats bias_;
};

}  // namespace coppice
