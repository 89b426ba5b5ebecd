#include "supernet/kernels/pointwise_layer.hpp"

#include <algorithm>

#include "supernet/kernels/pointwise_operands.hpp"
#include "supernet/kernels/row_groups.hpp"

namespace coppice {
namespace {

// to[row][column] += the sum of parts[group][row][column], in the order of the groups.
void add_parts(const float* parts,
               std::int64_t groups,
               const FloatMatrix& shape,
               float* to,
               const RunTasks& run) {
  run(shape.rows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      for (std::int64_t group = 0; group < groups; ++group) {
        const float* part = parts + (group * shape.rows + row) * shape.columns;
        float* sum = to + row * shape.row;
        for (std::int64_t c = 0; c < shape.columns; ++c) sum[c] += part[c];
      }
    }
  });
}

class Backward {
 public:
  Backward(const LazyImages& in,
           const LazyGradient& out_gradient,
           const PointwiseWeight& weight,
           const ImageGradient& in_gradient,
           const RunTasks& run)
      : loops_(*weight.loops),
        in_(in),
        out_gradient_(out_gradient),
        in_gradient_(in_gradient),
        ins_(in.channels),
        outs_(weight.matrix.rows),
        rows_(in.rows(), ins_ + outs_),
        panels_(Panels::of(loops_, weight.matrix, run)),
        parts_(rows_.groups() * outs_ * ins_) {}

  // Into weight_gradient, rows of it as far apart as those of `shape`.
  void run(const FloatMatrix& shape, float* weight_gradient, const RunTasks& run) {
    const bool halves = loops_.values == 2 && outs_ % 2 == 0;
    const auto body = [&](std::int64_t group, double* totals) {
      halves ? pass<HalfOperands>(group, totals) : pass<FloatOperands>(group, totals);
    };
    const std::vector<double> totals = sum_groups(rows_.groups(), 2 * ins_, run, body);
    if (in_gradient_.norm_totals != nullptr) {
      std::copy(totals.begin(), totals.end(), in_gradient_.norm_totals);
    }
    add_parts(parts_.get(), rows_.groups(), shape, weight_gradient, run);
  }

 private:
  template <class Operands>
  void pass(std::int64_t group, double* totals) const {
    Operands operands(loops_, rows_.block(), outs_, ins_);
    Scratch<float> results(rows_.block() * ins_);
    float* sums = parts_.get() + group * outs_ * ins_;
    bool first = true;
    rows_.over_blocks(group, [&](std::int64_t row, std::int64_t count) {
      operands.read(out_gradient_, in_, row, count);
      add_to_weight(operands.turned_gradient(), operands.input(), count, sums, !first);
      first = false;
      if (in_gradient_.of_value.data == nullptr) return;
      fill_input(operands.gradient(), row, count, results.get(), totals);
    });
  }

  // sums[outs][ins] (+)= gradient, turned, times the input.
  void add_to_weight(
      const void* turned, const void* input, std::int64_t rows, float* sums, bool add) const {
    Product product;
    product.a = turned;
    product.a_row = 1;
    product.a_step = outs_;
    product.b = input;
    product.b_depth = product.depth = units_of(loops_, rows);
    product.rows = outs_;
    product.columns = product.c_row = ins_;
    product.c = sums;
    product.add = add;
    loops_.multiply(product);
  }

  void fill_input(const void* gradient,
                  std::int64_t row,
                  std::int64_t count,
                  float* scratch,
                  double* totals) const {
    const Stored& target = in_gradient_.of_value;
    float* result = values_to_write(target, row * ins_, scratch);
    if (in_gradient_.accumulate) read_values(target, row * ins_, count * ins_, result);
    panels_.multiply(gradient, count, result, in_gradient_.accumulate);
    if (in_gradient_.norm_totals != nullptr) {
      add_gradient_sums(in_, row, count, {result}, totals);
    }
    store_values(result, count * ins_, target, row * ins_);
  }

  const GemmLoops& loops_;
  const LazyImages& in_;
  const LazyGradient& out_gradient_;
  const ImageGradient& in_gradient_;
  std::int64_t ins_;
  std::int64_t outs_;
  RowGroups rows_;
  Panels panels_;
  Scratch<float> parts_;  // [group][outs][ins]
};

}  // namespace

std::vector<double> pointwise_forward(const LazyImages& in,
                                      const PointwiseWeight& weight,
                                      const Stored& out,
                                      const RunTasks& run) {
  const std::int64_t ins = in.channels;
  const std::int64_t outs = weight.matrix.rows;
  const RowGroups rows(in.rows(), ins + outs);
  const Panels panels = Panels::of_transposed(*weight.loops, weight.matrix, run);
  return sum_groups(rows.groups(), 2 * outs, run, [&](std::int64_t group, double* totals) {
    InputOperand operand(*weight.loops, rows.block(), ins);
    Scratch<float> results(out.format == Format::float32 ? 0 : rows.block() * outs);
    rows.over_blocks(group, [&](std::int64_t row, std::int64_t count) {
      float* result = values_to_write(out, row * outs, results.get());
      panels.multiply(operand.of(in, row, count), count, result, false);
      add_row_sums(result, count, outs, totals);
      store_values(result, count * outs, out, row * outs);
    });
  });
}

void pointwise_backward(const LazyImages& in,
                        const LazyGradient& out_gradient,
                        const PointwiseWeight& weight,
                        float* weight_gradient,
                        const ImageGradient& in_gradient,
                        const RunTasks& run) {
  Backward(in, out_gradient, weight, in_gradient, run).run(weight.matrix, weight_gradient, run);
}

}  // namespace coppice
