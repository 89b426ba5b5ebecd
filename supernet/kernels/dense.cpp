#include "supernet/kernels/dense.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "supernet/kernels/dense_loops.hpp"
#include "supernet/kernels/instruction_set.hpp"

namespace coppice {
namespace {

constexpr std::size_t kAlignment = 64;

std::size_t as_size(std::int64_t value) { return static_cast<std::size_t>(value); }

}  // namespace

const DenseLoops& dense_loops() {
#ifdef COPPICE_X86_KERNELS
  if (instruction_set() == InstructionSet::avx512) return dense_sixteen_lanes();
  if (instruction_set() == InstructionSet::avx2) return dense_eight_lanes();
#endif
  return dense_four_lanes();
}

void AlignedFloats::Free::operator()(float* data) const noexcept { std::free(data); }

AlignedFloats::AlignedFloats(std::size_t size) : size_(size) {
  const std::size_t bytes = (size * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
  data_.reset(static_cast<float*>(std::aligned_alloc(kAlignment, std::max(bytes, kAlignment))));
  if (!data_) throw std::bad_alloc();
  std::fill(data_.get(), data_.get() + size, 0.0F);
}

std::int64_t dense_tile_rows() { return dense_loops().tile_rows; }

std::int64_t dense_padded(std::int64_t width) {
  const std::int64_t panel = dense_loops().panel;
  return (width + panel - 1) / panel * panel;
}

void dense_sum_rectified(const float* const* rows,
                         std::size_t count,
                         std::int64_t width,
                         float* y) {
  dense_loops().sum_rows(rows, static_cast<std::int64_t>(count), width, y);
}

double dense_dot(const float* a, const float* b, std::int64_t width) {
  return dense_loops().dot(a, b, width);
}

DenseLayer::DenseLayer(const std::vector<float>& weights, const std::vector<float>& bias)
    : inputs_(static_cast<std::int64_t>(weights.size() / bias.size())),
      outputs_(static_cast<std::int64_t>(bias.size())),
      panels_(as_size(dense_padded(outputs_) * inputs_)),
      bias_(as_size(dense_padded(outputs_))) {
  const std::int64_t panel = dense_loops().panel;
  for (std::int64_t o = 0; o < outputs_; ++o) {
    bias_.data()[o] = bias[as_size(o)];
    float* column = panels_.data() + o / panel * panel * inputs_ + o % panel;
    for (std::int64_t i = 0; i < inputs_; ++i) {
      column[i * panel] = weights[as_size(o * inputs_ + i)];
    }
  }
}

bool has_rough_dense() { return has_bfloat16_products(); }

#ifdef COPPICE_X86_KERNELS

RoughDenseLayer::RoughDenseLayer(const std::vector<float>& weights, const std::vector<float>& bias)
    : inputs_(static_cast<std::int64_t>(weights.size() / bias.size())),
      outputs_(static_cast<std::int64_t>(bias.size())),
      panels_(as_size(dense_padded(outputs_) * ((inputs_ + 1) / 2))),
      bias_(as_size(dense_padded(outputs_))) {
  const RoughDenseLoops& loops = rough_dense_sixteen_lanes();
  const std::int64_t panel = dense_loops().panel;
  const std::int64_t pairs = (inputs_ + 1) / 2;
  std::copy(bias.begin(), bias.end(), bias_.data());
  // Rounded together in the places of their pairs.
  AlignedFloats values(2 * panels_.size());
  for (std::int64_t o = 0; o < outputs_; ++o) {
    float* column = values.data() + 2 * (o / panel * panel * pairs + o % panel);
    for (std::int64_t i = 0; i < inputs_; ++i) {
      column[2 * (i / 2 * panel) + i % 2] = weights[as_size(o * inputs_ + i)];
    }
  }
  loops.round_all(values.data(),
                  static_cast<std::int64_t>(values.size()),
                  reinterpret_cast<std::uint16_t*>(panels_.data()));
}

void RoughDenseLayer::apply_rectified(const float* x,
                                      std::int64_t rows,
                                      float* rounded,
                                      float* y) const {
  const RoughDenseLoops& loops = rough_dense_sixteen_lanes();
  const DenseShape shape{rows, inputs_, dense_padded(outputs_), dense_padded(inputs_), true};
  loops.round_all(x, rows * shape.x_stride, reinterpret_cast<std::uint16_t*>(rounded));
  loops.multiply(shape,
                 reinterpret_cast<const std::int32_t*>(rounded),
                 reinterpret_cast<const std::int32_t*>(panels_.data()),
                 bias_.data(),
                 y);
}

#else

RoughDenseLayer::RoughDenseLayer(const std::vector<float>&, const std::vector<float>&) {}
void RoughDenseLayer::apply_rectified(const float*, std::int64_t, float*, float*) const {}

#endif

void DenseLayer::apply_rectified(const float* x, std::int64_t rows, float* y) const {
  const DenseShape shape{rows, inputs_, dense_padded(outputs_), dense_padded(inputs_), true};
  dense_loops().multiply(shape, x, panels_.data(), bias_.data(), y);
}

}  // namespace coppice
