#include "supernet/kernels/gemm.hpp"

#include <algorithm>

#include "supernet/kernels/instruction_set.hpp"

namespace coppice {
namespace {

constexpr std::int64_t kRowsOfTask = 16;

// each(first column, columns, width, units before it in every row) for each panel.
template <class Each>
void over_panels(const GemmLoops& loops, std::int64_t columns, Each each) {
  std::int64_t column = 0;
  std::int64_t left = padded_columns(loops, columns) / loops.lanes;
  while (left > 0) {
    const std::int64_t vectors = panel_vectors(left);
    const std::int64_t width = vectors * loops.lanes;
    each(column, std::min(width, columns - column), width);
    column += width;
    left -= vectors;
  }
}

// Units are four bytes, whatever they hold.
float* unit_at(void* units, std::int64_t index) { return static_cast<float*>(units) + index; }

// Rows [first, first + matrix.rows) of panels that are `depth` units deep.
void fill_rows(const GemmLoops& loops,
               const FloatMatrix& matrix,
               std::int64_t first,
               std::int64_t depth,
               void* panels) {
  over_panels(
      loops, matrix.columns, [&](std::int64_t column, std::int64_t columns, std::int64_t width) {
        loops.units_of_columns({matrix.data + column, matrix.row, matrix.rows, columns},
                               width,
                               unit_at(panels, depth * column + first / loops.values * width));
      });
}

}  // namespace

const GemmLoops& float_gemm_loops() {
#ifdef COPPICE_X86_KERNELS
  if (instruction_set() == InstructionSet::avx512) return gemm_sixteen_lanes();
  if (instruction_set() == InstructionSet::avx2) return gemm_eight_lanes();
#endif
  return gemm_four_lanes();
}

const GemmLoops* bfloat16_gemm_loops() {
#ifdef COPPICE_X86_KERNELS
  if (has_bfloat16_products()) return &gemm_bfloat16();
#endif
  return nullptr;
}

std::int64_t padded_columns(const GemmLoops& loops, std::int64_t columns) {
  return (columns + loops.lanes - 1) / loops.lanes * loops.lanes;
}

std::int64_t units_of(const GemmLoops& loops, std::int64_t values) {
  return (values + loops.values - 1) / loops.values;
}

void fill_panels(const GemmLoops& loops, const FloatMatrix& matrix, void* panels) {
  fill_rows(loops, matrix, 0, units_of(loops, matrix.rows), panels);
}

void fill_panels(const GemmLoops& loops, const HalfMatrix& matrix, void* panels) {
  const std::int64_t depth = units_of(loops, matrix.rows);
  over_panels(
      loops, matrix.columns, [&](std::int64_t column, std::int64_t columns, std::int64_t width) {
        loops.units_of_half_columns({matrix.data + column, matrix.row, matrix.rows, columns},
                                    width,
                                    unit_at(panels, depth * column));
      });
}

Panels::Panels(const GemmLoops& loops, std::int64_t depth, std::int64_t columns)
    : loops_(&loops),
      depth_(units_of(loops, depth)),
      columns_(columns),
      units_(depth_ * padded_columns(loops, columns)) {}

Panels Panels::of(const GemmLoops& loops, const FloatMatrix& matrix, const RunTasks& run) {
  Panels panels(loops, matrix.rows, matrix.columns);
  run((matrix.rows + kRowsOfTask - 1) / kRowsOfTask, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t first = begin * kRowsOfTask;
    const std::int64_t rows = std::min(end * kRowsOfTask, matrix.rows) - first;
    fill_rows(loops,
              {matrix.data + first * matrix.row, matrix.row, rows, matrix.columns},
              first,
              panels.depth_,
              panels.units_.get());
  });
  return panels;
}

Panels Panels::of_transposed(const GemmLoops& loops,
                             const FloatMatrix& matrix,
                             const RunTasks& run) {
  Panels panels(loops, matrix.columns, matrix.rows);
  run((matrix.columns + kRowsOfTask - 1) / kRowsOfTask, [&](std::int64_t begin, std::int64_t end) {
    Scratch<float> turned(kRowsOfTask * matrix.rows);
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t first = task * kRowsOfTask;
      const std::int64_t rows = std::min(kRowsOfTask, matrix.columns - first);
      for (std::int64_t column = 0; column < matrix.rows; ++column) {
        const float* from = matrix.data + column * matrix.row + first;
        for (std::int64_t r = 0; r < rows; ++r) turned.get()[r * matrix.rows + column] = from[r];
      }
      fill_rows(loops,
                {turned.get(), matrix.rows, rows, matrix.rows},
                first,
                panels.depth_,
                panels.units_.get());
    }
  });
  return panels;
}

void Panels::multiply(const void* a, std::int64_t rows, float* c, bool add) const {
  Product product;
  product.a = a;
  product.a_row = depth_;
  product.b = units_.get();
  product.b_depth = product.depth = depth_;
  product.rows = rows;
  product.columns = columns_;
  product.c = c;
  product.c_row = columns_;
  product.add = add;
  loops_->multiply(product);
}

}  // namespace coppice
