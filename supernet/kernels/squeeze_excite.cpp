#include "supernet/kernels/squeeze_excite.hpp"

#include "supernet/kernels/gate_loops.hpp"
#include "supernet/kernels/instruction_set.hpp"

namespace coppice {
namespace {

// each(offset of the image, offset of its channels), one task an image.
template <class Each>
void over_images(const GateShape& shape, const RunTasks& run, Each each) {
  run(shape.batch, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t image = begin; image < end; ++image) {
      each(image * shape.pixels * shape.channels, image * shape.channels);
    }
  });
}

}  // namespace

const GateLoops& gate_loops() {
#ifdef COPPICE_X86_KERNELS
  if (instruction_set() == InstructionSet::avx512) return gate_sixteen_lanes();
  if (instruction_set() == InstructionSet::avx2) return gate_eight_lanes();
#endif
  return gate_four_lanes();
}

void image_means(const GateShape& shape, const float* x, float* means, const RunTasks& run) {
  const GateLoops& loops = gate_loops();
  const auto pixels = static_cast<float>(shape.pixels);
  over_images(shape, run, [&](std::int64_t image, std::int64_t channel) {
    float* mean = means + channel;
    loops.sum(x + image, shape.pixels, shape.channels, mean);
    for (std::int64_t c = 0; c < shape.channels; ++c) mean[c] /= pixels;
  });
}

void apply_gate(
    const GateShape& shape, const float* x, const float* gate, float* y, const RunTasks& run) {
  const GateLoops& loops = gate_loops();
  over_images(shape, run, [&](std::int64_t image, std::int64_t channel) {
    loops.multiply(x + image, gate + channel, shape.pixels, shape.channels, y + image);
  });
}

void gate_gradient(const GateShape& shape,
                   const float* x,
                   const float* output_gradient,
                   float* gradient,
                   const RunTasks& run) {
  const GateLoops& loops = gate_loops();
  over_images(shape, run, [&](std::int64_t image, std::int64_t channel) {
    loops.sum_products(
        x + image, output_gradient + image, shape.pixels, shape.channels, gradient + channel);
  });
}

}  // namespace coppice
