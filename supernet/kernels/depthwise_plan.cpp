#include "supernet/kernels/depthwise_plan.hpp"

#include <utility>

#include "supernet/kernels/instruction_set.hpp"

namespace coppice {
namespace {

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
                        const ChannelBlocks& blocks,
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

ImageCorrelation::ImageCorrelation(std::int64_t channels)
    : loops_(&depthwise_loops(channels)), blocks_{channels, loops_->lanes} {}

ImageCorrelation ImageCorrelation::forward(const DepthwiseShape& shape,
                                           const DepthwiseWeight& weight) {
  ImageCorrelation all(shape.channels);
  TapGrid grid;
  grid.rows = grid.columns = shape.kernel;
  Part part;
  part.weight = pack(weight, all.blocks_, grid, shape.kernel);
  part.height = shape.out_height();
  Correlation& plan = part.plan;
  plan.in_height = shape.height;
  plan.in_width = shape.width;
  plan.in_row = shape.width * shape.channels;
  plan.in_pixel = plan.out_pixel = shape.channels;
  plan.rows = plan.columns = shape.kernel;
  plan.top = plan.left = -(shape.kernel / 2);
  plan.stride = shape.stride;
  plan.bias = weight.bias;
  plan.out_width = shape.out_width();
  plan.out_row = plan.out_width * shape.channels;
  all.parts_.push_back(std::move(part));
  return all;
}

ImageCorrelation ImageCorrelation::input_gradient(const DepthwiseShape& shape,
                                                  const DepthwiseWeight& weight) {
  ImageCorrelation all(shape.channels);
  const std::int64_t in_row = shape.width * shape.channels;
  Correlation plan;
  plan.in_height = shape.out_height();
  plan.in_width = shape.out_width();
  plan.in_row = plan.in_width * shape.channels;
  plan.in_pixel = shape.channels;
  plan.out_row = shape.stride * in_row;
  plan.out_pixel = shape.stride * shape.channels;
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
      plan.out_width = right.pixels;
      all.parts_.push_back({plan,
                            i * in_row + j * shape.channels,
                            down.pixels,
                            pack(weight, all.blocks_, grid, shape.kernel)});
    }
  }
  return all;
}

std::int64_t ImageCorrelation::bands() const {
  const Part& part = parts_.front();
  const std::int64_t rows = rows_at_once(part.plan.out_row, part.height);
  return (part.height + rows - 1) / rows;
}

void ImageCorrelation::fill(const float* in, float* out, std::int64_t band) const {
  const std::int64_t rows = rows_at_once(parts_.front().plan.out_row, parts_.front().height);
  for (std::int64_t block = 0; block < blocks_.count(); ++block) {
    const std::int64_t channel = blocks_.first(block);
    for (const Part& part : parts_) {
      Correlation one = part.plan;
      one.in = in + channel;
      one.out = out + part.out_offset + channel;
      one.weight = part.weight.data() + block * one.rows * one.columns * blocks_.lanes;
      if (one.bias != nullptr) one.bias += channel;
      one.begin = band * rows;
      one.end = std::min(one.begin + rows, part.height);
      loops_->correlate(one);
    }
  }
}

void ImageCorrelation::fill(const float* in, float* out) const {
  for (std::int64_t band = 0; band < bands(); ++band) fill(in, out, band);
}

TapSums::TapSums(const DepthwiseShape& shape, std::int64_t groups)
    : shape_(shape),
      groups_(groups),
      loops_(&depthwise_loops(shape.channels)),
      blocks_{shape.channels, loops_->lanes},
      sums_(static_cast<std::size_t>(groups * blocks_.count() * taps() * blocks_.lanes)) {}

std::int64_t TapSums::offset(std::int64_t group, std::int64_t block) const {
  return (group * blocks_.count() + block) * taps() * blocks_.lanes;
}

// Several small images at once, or some rows of a large one.
void TapSums::add(std::int64_t group,
                  const float* input,
                  const float* gradient,
                  std::int64_t images) {
  WeightSums one;
  one.in_height = shape_.height;
  one.in_width = shape_.width;
  one.in_image = shape_.height * shape_.width * shape_.channels;
  one.grad_width = shape_.out_width();
  one.grad_image = shape_.out_height() * one.grad_width * shape_.channels;
  one.pixel = shape_.channels;
  one.kernel = shape_.kernel;
  one.stride = shape_.stride;
  const std::int64_t height = shape_.out_height();
  const std::int64_t rows = rows_at_once(one.grad_width * one.pixel, height);
  const std::int64_t at_once = rows_at_once(one.grad_image, images);
  for (std::int64_t image = 0; image < images; image += at_once) {
    one.images = std::min(at_once, images - image);
    for (one.begin = 0; one.begin < height; one.begin += rows) {
      one.end = std::min(one.begin + rows, height);
      for (std::int64_t block = 0; block < blocks_.count(); ++block) {
        one.in = input + image * one.in_image + blocks_.first(block);
        one.grad = gradient + image * one.grad_image + blocks_.first(block);
        one.sums = sums_.data() + offset(group, block);
        loops_->sum_weights(one);
      }
    }
  }
}

void TapSums::reduce(float* weight_gradient) const {
  const std::int64_t lanes = blocks_.lanes;
  std::vector<double> totals(static_cast<std::size_t>(taps() * lanes));
  for (std::int64_t block = 0; block < blocks_.count(); ++block) {
    std::fill(totals.begin(), totals.end(), 0.0);
    for (std::int64_t group = 0; group < groups_; ++group) {
      const float* part = sums_.data() + offset(group, block);
      for (double& total : totals) total += static_cast<double>(*part++);
    }
    float* to = weight_gradient + blocks_.first(block) * taps();
    for (std::int64_t i = 0; i < taps() * lanes; ++i) {
      to[i % lanes * taps() + i / lanes] = static_cast<float>(totals[static_cast<std::size_t>(i)]);
    }
  }
}

}  // namespace coppice
