#include "supernet/kernels/depthwise.hpp"

#include <algorithm>
#include <vector>

#include "supernet/kernels/depthwise_loops.hpp"
#include "supernet/kernels/instruction_set.hpp"

namespace coppice {
namespace {

// Blocks of `lanes` channels; the last one is moved back so that it ends with the channels, and
// does some of them twice.
struct Blocks {
  std::int64_t channels;
  std::int64_t lanes;
  [[nodiscard]] std::int64_t count() const { return (channels + lanes - 1) / lanes; }
  [[nodiscard]] std::int64_t first(std::int64_t block) const {
    return std::min(block * lanes, channels - lanes);
  }
};

// The taps of every `step`-th row and column, counted backwards from the last of them when
// `reversed`: what a correlation needs to compute every `step`-th pixel.
struct TapGrid {
  std::int64_t first_row = 0;
  std::int64_t first_column = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t step = 1;
  bool reversed = false;
};

// [block][rows][columns][lanes]
std::vector<float> pack(const DepthwiseWeight& weight,
                        const Blocks& blocks,
                        const TapGrid& grid,
                        std::int64_t kernel) {
  std::vector<float> packed(
      static_cast<std::size_t>(blocks.count() * grid.rows * grid.columns * blocks.lanes));
  float* to = packed.data();
  for (std::int64_t block = 0; block < blocks.count(); ++block) {
    const float* taps = weight.taps + blocks.first(block) * weight.row;
    for (std::int64_t i = 0; i < grid.rows; ++i) {
      const std::int64_t row = grid.reversed ? grid.rows - 1 - i : i;
      for (std::int64_t j = 0; j < grid.columns; ++j) {
        const std::int64_t column = grid.reversed ? grid.columns - 1 - j : j;
        const std::int64_t tap =
            (grid.first_row + row * grid.step) * kernel + grid.first_column + column * grid.step;
        for (std::int64_t lane = 0; lane < blocks.lanes; ++lane) {
          *to++ = taps[lane * weight.row + tap];
        }
      }
    }
  }
  return packed;
}

// Some rows of one image, as much as a core's nearer caches hold: all blocks of channels, and all
// correlations that together fill an image, pass over them before the next rows are fetched.
std::int64_t rows_at_once(std::int64_t row_floats, std::int64_t rows) {
  constexpr std::int64_t kFloats = 32768;
  return std::max<std::int64_t>(1, std::min(rows, kFloats / row_floats));
}

// A correlation for image 0 and channel 0, and the floats between images.
struct Part {
  Correlation plan;
  std::int64_t height = 0;  // of its output
  std::vector<float> weight;
};

struct Images {
  std::int64_t batch;
  std::int64_t in_size;
  std::int64_t out_size;
};

void correlate_all(const std::vector<Part>& parts,
                   const Images& images,
                   const Blocks& blocks,
                   const DepthwiseLoops& loops,
                   const RunTasks& run) {
  if (parts.empty()) return;
  const std::int64_t height = parts.front().height;
  const std::int64_t rows = rows_at_once(parts.front().plan.out_row, height);
  const std::int64_t bands = (height + rows - 1) / rows;
  run(images.batch * bands, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t image = task / bands;
      const std::int64_t row = task % bands * rows;
      for (std::int64_t block = 0; block < blocks.count(); ++block) {
        for (const Part& part : parts) {
          const std::int64_t channel = blocks.first(block);
          Correlation one = part.plan;
          one.in += image * images.in_size + channel;
          one.out += image * images.out_size + channel;
          one.weight = part.weight.data() + block * one.rows * one.columns * blocks.lanes;
          if (one.bias != nullptr) one.bias += channel;
          one.begin = row;
          one.end = std::min(row + rows, part.height);
          loops.correlate(one);
        }
      }
    }
  });
}

// [group][block][tap][lanes]
class PartialSums {
 public:
  PartialSums(std::int64_t groups, std::int64_t taps, const Blocks& blocks)
      : groups_(groups),
        taps_(taps),
        blocks_(blocks),
        sums_(static_cast<std::size_t>(groups * blocks.count() * taps * blocks.lanes)) {}

  [[nodiscard]] const Blocks& blocks() const noexcept { return blocks_; }

  [[nodiscard]] float* at(std::int64_t group, std::int64_t block) {
    return sums_.data() + (group * blocks_.count() + block) * taps_ * blocks_.lanes;
  }

  // Into [channel][tap], in the order of the groups.
  void reduce(float* weight_gradient) {
    std::vector<double> totals(static_cast<std::size_t>(taps_ * blocks_.lanes));
    for (std::int64_t block = 0; block < blocks_.count(); ++block) {
      std::fill(totals.begin(), totals.end(), 0.0);
      for (std::int64_t group = 0; group < groups_; ++group) {
        const float* part = at(group, block);
        for (double& total : totals) total += static_cast<double>(*part++);
      }
      float* to = weight_gradient + blocks_.first(block) * taps_;
      for (std::int64_t i = 0; i < taps_ * blocks_.lanes; ++i) {
        to[i % blocks_.lanes * taps_ + i / blocks_.lanes] =
            static_cast<float>(totals[static_cast<std::size_t>(i)]);
      }
    }
  }

 private:
  std::int64_t groups_;
  std::int64_t taps_;
  Blocks blocks_;
  std::vector<float> sums_;
};

// Images [first, last): several small ones at once, or some rows of a large one.
void sum_images(const WeightSums& all,
                std::int64_t first,
                std::int64_t last,
                std::int64_t height,
                const DepthwiseLoops& loops,
                PartialSums& sums,
                std::int64_t group) {
  const Blocks& blocks = sums.blocks();
  const std::int64_t rows = rows_at_once(all.grad_width * all.pixel, height);
  const std::int64_t images = rows_at_once(all.grad_image, last - first);
  WeightSums one = all;
  for (std::int64_t image = first; image < last; image += images) {
    one.images = std::min(images, last - image);
    for (one.begin = 0; one.begin < height; one.begin += rows) {
      one.end = std::min(one.begin + rows, height);
      for (std::int64_t block = 0; block < blocks.count(); ++block) {
        one.in = all.in + image * all.in_image + blocks.first(block);
        one.grad = all.grad + image * all.grad_image + blocks.first(block);
        one.sums = sums.at(group, block);
        loops.sum_weights(one);
      }
    }
  }
}

// The input pixels whose row and column leave the remainders (row, column) by the stride are a
// correlation of the output's gradient with every stride-th tap, turned around: output pixel o
// and tap t meet input pixel o * stride + t - kernel / 2.
struct Phase {
  std::int64_t first_tap;
  std::int64_t taps;
  std::int64_t offset;  // of the first output pixel that meets input pixel `remainder`
  std::int64_t pixels;
};

Phase phase_of(std::int64_t remainder, std::int64_t size, const DepthwiseShape& shape) {
  const std::int64_t reach = remainder + shape.kernel / 2;
  Phase phase{};
  phase.first_tap = reach % shape.stride;
  phase.taps =
      std::max<std::int64_t>(0, (shape.kernel - phase.first_tap + shape.stride - 1) / shape.stride);
  phase.offset = reach / shape.stride - (phase.taps - 1);
  phase.pixels = (size - remainder + shape.stride - 1) / shape.stride;
  return phase;
}

}  // namespace

const DepthwiseLoops& depthwise_loops(std::int64_t channels) {
#ifdef COPPICE_X86_KERNELS
  const InstructionSet set = instruction_set();
  if (channels >= 16 && set == InstructionSet::avx512) return depthwise_sixteen_lanes();
  if (channels >= 8 && set != InstructionSet::portable) return depthwise_eight_lanes();
#endif
  return channels >= 4 ? depthwise_four_lanes() : depthwise_one_lane();
}

void depthwise_forward(const DepthwiseShape& shape,
                       const float* input,
                       const DepthwiseWeight& weight,
                       float* output,
                       const RunTasks& run) {
  const DepthwiseLoops& loops = depthwise_loops(shape.channels);
  const Blocks blocks{shape.channels, loops.lanes};
  TapGrid grid;
  grid.rows = grid.columns = shape.kernel;
  Part part;
  part.weight = pack(weight, blocks, grid, shape.kernel);
  part.height = shape.out_height();
  Correlation& plan = part.plan;
  plan.in = input;
  plan.in_height = shape.height;
  plan.in_width = shape.width;
  plan.in_row = shape.width * shape.channels;
  plan.in_pixel = plan.out_pixel = shape.channels;
  plan.rows = plan.columns = shape.kernel;
  plan.top = plan.left = -(shape.kernel / 2);
  plan.stride = shape.stride;
  plan.bias = weight.bias;
  plan.out = output;
  plan.out_width = shape.out_width();
  plan.out_row = plan.out_width * shape.channels;
  const Images images{shape.batch, shape.height * plan.in_row, part.height * plan.out_row};
  correlate_all({part}, images, blocks, loops, run);
}

void depthwise_input_gradient(const DepthwiseShape& shape,
                              const float* output_gradient,
                              const DepthwiseWeight& weight,
                              float* input_gradient,
                              const RunTasks& run) {
  const DepthwiseLoops& loops = depthwise_loops(shape.channels);
  const Blocks blocks{shape.channels, loops.lanes};
  const std::int64_t in_row = shape.width * shape.channels;
  Correlation plan;
  plan.in_height = shape.out_height();
  plan.in_width = shape.out_width();
  plan.in_row = plan.in_width * shape.channels;
  plan.in_pixel = shape.channels;
  plan.in = output_gradient;
  plan.out_row = shape.stride * in_row;
  plan.out_pixel = shape.stride * shape.channels;
  const Images images{shape.batch, plan.in_height * plan.in_row, shape.height * in_row};
  std::vector<Part> parts;
  for (std::int64_t i = 0; i < std::min(shape.stride, shape.height); ++i) {
    for (std::int64_t j = 0; j < std::min(shape.stride, shape.width); ++j) {
      const Phase down = phase_of(i, shape.height, shape);
      const Phase right = phase_of(j, shape.width, shape);
      const TapGrid grid{
          down.first_tap, right.first_tap, down.taps, right.taps, shape.stride, true};
      plan.rows = down.taps;
      plan.columns = right.taps;
      plan.top = down.offset;
      plan.left = right.offset;
      plan.out = input_gradient + i * in_row + j * shape.channels;
      plan.out_width = right.pixels;
      parts.push_back({plan, down.pixels, pack(weight, blocks, grid, shape.kernel)});
    }
  }
  correlate_all(parts, images, blocks, loops, run);
}

void depthwise_weight_gradient(const DepthwiseShape& shape,
                               const float* input,
                               const float* output_gradient,
                               float* weight_gradient,
                               const RunTasks& run) {
  constexpr std::int64_t kMostGroups = 16;
  const DepthwiseLoops& loops = depthwise_loops(shape.channels);
  const Blocks blocks{shape.channels, loops.lanes};
  const std::int64_t groups = std::min(kMostGroups, shape.batch);
  const std::int64_t taps = shape.kernel * shape.kernel;
  PartialSums sums(groups, taps, blocks);
  WeightSums all;
  all.in = input;
  all.in_height = shape.height;
  all.in_width = shape.width;
  all.in_image = shape.height * shape.width * shape.channels;
  all.grad = output_gradient;
  all.grad_width = shape.out_width();
  all.grad_image = shape.out_height() * shape.out_width() * shape.channels;
  all.pixel = shape.channels;
  all.kernel = shape.kernel;
  all.stride = shape.stride;
  run(groups, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t group = begin; group < end; ++group) {
      sum_images(all,
                 shape.batch * group / groups,
                 shape.batch * (group + 1) / groups,
                 shape.out_height(),
                 loops,
                 sums,
                 group);
    }
  });
  sums.reduce(weight_gradient);
}

}  // namespace coppice
