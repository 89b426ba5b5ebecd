#include "supernet/kernels/pointwise_operands.hpp"

namespace coppice {

InputOperand::InputOperand(const GemmLoops& loops, std::int64_t rows, std::int64_t channels)
    : loops_(loops),
      halves_(loops.values == 2 && channels % 2 == 0),
      values_(halves_ ? 0 : rows * channels),
      units_(loops.values == 1 ? 0 : rows * units_of(loops, channels)) {}

const void* InputOperand::of(const LazyImages& images, std::int64_t row, std::int64_t rows) {
  if (halves_) {
    return half_value_rows(images, row, rows, reinterpret_cast<std::uint16_t*>(units_.get()));
  }
  const float* values = value_rows(images, row, rows, values_.get());
  if (loops_.values == 1) return values;
  loops_.units_of_rows({values, images.channels, rows, images.channels}, units_.get());
  return units_.get();
}

BackwardBuffers::BackwardBuffers(const GemmLoops& gemm,
                                 std::int64_t block,
                                 std::int64_t out_channels,
                                 std::int64_t in_channels)
    : loops(gemm),
      outs(out_channels),
      ins(in_channels),
      turned(gemm.values == 1 ? 0 : units_of(gemm, block) * outs),
      panels(units_of(gemm, block) * padded_columns(gemm, ins)) {}

FloatOperands::FloatOperands(const GemmLoops& loops,
                             std::int64_t rows,
                             std::int64_t outs,
                             std::int64_t ins)
    : common_(loops, rows, outs, ins),
      gradients_(rows * outs),
      values_(rows * ins),
      units_(loops.values == 1 ? 0 : rows * units_of(loops, outs)) {}

void FloatOperands::read(const LazyGradient& out_gradient,
                         const LazyImages& in,
                         std::int64_t row,
                         std::int64_t rows) {
  common_.rows = rows;
  stored_gradient_rows(out_gradient, row, rows, gradients_.get());
  value_ = value_rows(in, row, rows, values_.get());
}

const void* FloatOperands::gradient() {
  if (common_.loops.values == 1) return gradients_.get();
  const std::int64_t outs = common_.outs;
  common_.loops.units_of_rows({gradients_.get(), outs, common_.rows, outs}, units_.get());
  return units_.get();
}

const void* FloatOperands::turned_gradient() {
  BackwardBuffers& c = common_;
  if (c.loops.values == 1) return gradients_.get();
  c.loops.units_of_columns({gradients_.get(), c.outs, c.rows, c.outs}, c.outs, c.turned.get());
  return c.turned.get();
}

const void* FloatOperands::input() {
  BackwardBuffers& c = common_;
  fill_panels(c.loops, FloatMatrix{value_, c.ins, c.rows, c.ins}, c.panels.get());
  return c.panels.get();
}

HalfOperands::HalfOperands(const GemmLoops& loops,
                           std::int64_t rows,
                           std::int64_t outs,
                           std::int64_t ins)
    : common_(loops, rows, outs, ins),
      of_value_(rows * outs),
      gradients_(rows * outs),
      values_(rows * ins) {}

void HalfOperands::read(const LazyGradient& out_gradient,
                        const LazyImages& in,
                        std::int64_t row,
                        std::int64_t rows) {
  common_.rows = rows;
  half_stored_gradient_rows(out_gradient, row, rows, of_value_.get(), gradients_.get());
  value_ = half_value_rows(in, row, rows, values_.get());
}

const void* HalfOperands::gradient() { return gradients_.get(); }

const void* HalfOperands::turned_gradient() {
  BackwardBuffers& c = common_;
  c.loops.units_of_half_columns({gradients_.get(), c.outs, c.rows, c.outs}, c.outs, c.turned.get());
  return c.turned.get();
}

const void* HalfOperands::input() {
  BackwardBuffers& c = common_;
  fill_panels(c.loops, HalfMatrix{value_, c.ins, c.rows, c.ins}, c.panels.get());
  return c.panels.get();
}

}  // namespace coppice
