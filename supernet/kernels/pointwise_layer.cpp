#include "supernet/kernels/pointwise_layer.hpp"

#include "supernet/kernels/row_groups.hpp"

namespace coppice {
namespace {

// Rows of floats as the left operand of a product.
class LeftOperand {
 public:
  LeftOperand(const GemmLoops& loops, std::int64_t rows, std::int64_t columns)
      : loops_(loops),
        columns_(columns),
        units_(loops.values > 1 ? rows * units_of(loops, columns) : 0) {}

  const void* of(const float* values, std::int64_t rows) {
    if (loops_.values == 1) return values;
    loops_.units_of_rows({values, columns_, rows, columns_}, units_.get());
    return units_.get();
  }

 private:
  const GemmLoops& loops_;
  std::int64_t columns_;
  Scratch<float> units_;
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
    Scratch<float> values(rows.block() * ins);
    Scratch<float> results(out.format == Format::float32 ? 0 : rows.block() * outs);
    LeftOperand operand(*weight.loops, rows.block(), ins);
    rows.over_blocks(group, [&](std::int64_t row, std::int64_t count) {
      const float* stored = stored_rows(in, row, count, values.get());
      const float* value = value_rows(in, stored, row, count, values.get());
      float* result = values_to_write(out, row * outs, results.get());
      panels.multiply(operand.of(value, count), count, result, false);
      add_row_sums(result, count, outs, totals);
      store_values(result, count * outs, out, row * outs);
    });
  });
}

namespace {

// The sum of products of a group's rows: gradient of the output, transposed, times the input.
class WeightGradient {
 public:
  WeightGradient(const GemmLoops& loops, std::int64_t rows, std::int64_t outs, std::int64_t ins)
      : loops_(loops),
        outs_(outs),
        ins_(ins),
        left_(loops.values > 1 ? units_of(loops, rows) * outs : 0),
        right_(units_of(loops, rows) * padded_columns(loops, ins)) {}

  // sums[outs][ins] (+)= gradient[rows][outs]^T * input[rows][ins]
  void add(const float* gradient, const float* input, std::int64_t rows, float* sums, bool add) {
    Product product;
    product.a = gradient;
    if (loops_.values > 1) {
      loops_.units_of_columns({gradient, outs_, rows, outs_}, outs_, left_.get());
      product.a = left_.get();
    }
    fill_panels(loops_, {input, ins_, rows, ins_}, right_.get());
    product.a_row = 1;
    product.a_step = outs_;
    product.b = right_.get();
    product.b_depth = product.depth = units_of(loops_, rows);
    product.rows = outs_;
    product.columns = product.c_row = ins_;
    product.c = sums;
    product.add = add;
    loops_.multiply(product);
  }

 private:
  const GemmLoops& loops_;
  std::int64_t outs_;
  std::int64_t ins_;
  Scratch<float> left_;
  Scratch<float> right_;
};

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

}  // namespace

void pointwise_backward(const LazyImages& in,
                        const LazyGradient& out_gradient,
                        const PointwiseWeight& weight,
                        float* weight_gradient,
                        const ImageGradient& in_gradient,
                        const RunTasks& run) {
  const GemmLoops& loops = *weight.loops;
  const std::int64_t ins = in.channels;
  const std::int64_t outs = weight.matrix.rows;
  const RowGroups rows(in.rows(), ins + outs);
  const Stored& target = in_gradient.of_value;
  const Panels panels = Panels::of(loops, weight.matrix, run);
  Scratch<float> parts(rows.groups() * outs * ins);
  const auto body = [&](std::int64_t group, double* totals) {
    Scratch<float> gradients(rows.block() * outs);
    Scratch<float> unused(rows.block() * std::max(ins, outs));
    Scratch<float> stored_in(rows.block() * ins);
    Scratch<float> values(rows.block() * ins);
    LeftOperand operand(loops, rows.block(), outs);
    WeightGradient sums(loops, rows.block(), outs, ins);
    bool first = true;
    rows.over_blocks(group, [&](std::int64_t row, std::int64_t count) {
      float* gradient = gradients.get();
      stored_gradient_rows(out_gradient, row, count, unused.get(), gradient);
      const float* stored = stored_rows(in, row, count, stored_in.get());
      const float* value = value_rows(in, stored, row, count, values.get());
      sums.add(gradient, value, count, parts.get() + group * outs * ins, !first);
      first = false;
      if (target.data == nullptr) return;
      float* result = values_to_write(target, row * ins, unused.get());
      if (in_gradient.accumulate) read_values(target, row * ins, count * ins, result);
      panels.multiply(operand.of(gradient, count), count, result, in_gradient.accumulate);
      if (in_gradient.norm_totals != nullptr) {
        add_gradient_sums(in, stored, result, count, totals);
      }
      store_values(result, count * ins, target, row * ins);
    });
  };
  const std::vector<double> totals = sum_groups(rows.groups(), 2 * ins, run, body);
  if (in_gradient.norm_totals != nullptr) {
    std::copy(totals.begin(), totals.end(), in_gradient.norm_totals);
  }
  add_parts(parts.get(), rows.groups(), weight.matrix, weight_gradient, run);
}

}  // namespace coppice
