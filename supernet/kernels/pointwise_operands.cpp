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

FloatOperands::FloatOperands(const GemmLoops& loops,
                             std::int64_t rows,
                             std::int64_t outs,
                             std::int64_t ins)
    : loops_(loops),
      outs_(outs),
      ins_(ins),
      gradients_(rows * outs),
      values_(rows * ins),
      units_(loops.values == 1 ? 0 : rows * units_of(loops, outs)),
      turned_(loops.values == 1 ? 0 : units_of(loops, rows) * outs),
      panels_(units_of(loops, rows) * padded_columns(loops, ins)) {}

void FloatOperands::read(const LazyGradient& out_gradient,
                         const LazyImages& in,
                         std::int64_t row,
                         std::int64_t rows) {
  rows_ = rows;
  stored_gradient_rows(out_gradient, row, rows, gradients_.get());
  value_ = value_rows(in, row, rows, values_.get());
}

const void* FloatOperands::gradient() {
  if (loops_.values == 1) return gradients_.get();
  loops_.units_of_rows({gradients_.get(), outs_, rows_, outs_}, units_.get());
  return units_.get();
}

const void* FloatOperands::turned_gradient() {
  if (loops_.values == 1) return gradients_.get();
  loops_.units_of_columns({gradients_.get(), outs_, rows_, outs_}, outs_, turned_.get());
  return turned_.get();
}

const void* FloatOperands::input() {
  fill_panels(loops_, FloatMatrix{value_, ins_, rows_, ins_}, panels_.get());
  return panels_.get();
}

HalfOperands::HalfOperands(const GemmLoops& loops,
                           std::int64_t rows,
                           std::int64_t outs,
                           std::int64_t ins)
    : loops_(loops),
      outs_(outs),
      ins_(ins),
      of_value_(rows * outs),
      gradients_(rows * outs),
      values_(rows * ins),
      turned_(units_of(loops, rows) * outs),
      panels_(units_of(loops, rows) * padded_columns(loops, ins)) {}

void HalfOperands::read(const LazyGradient& out_gradient,
                        const LazyImages& in,
                        std::int64_t row,
                        std::int64_t rows) {
  rows_ = rows;
  half_stored_gradient_rows(out_gradient, row, rows, of_value_.get(), gradients_.get());
  value_ = half_value_rows(in, row, rows, values_.get());
}

const void* HalfOperands::gradient() { return gradients_.get(); }

const void* HalfOperands::turned_gradient() {
  loops_.units_of_half_columns({gradients_.get(), outs_, rows_, outs_}, outs_, turned_.get());
  return turned_.get();
}

const void* HalfOperands::input() {
  fill_panels(loops_, HalfMatrix{value_, ins_, rows_, ins_}, panels_.get());
  return panels_.get();
}

}  // namespace coppice
