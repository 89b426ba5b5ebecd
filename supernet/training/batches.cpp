#include "supernet/training/batches.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/parallel.hpp"

namespace coppice {
namespace {

// Writes one image into its place of a channels-last batch.
void write_pixels(const Image& image, const Preprocessing& preprocessing, float* out) {
  const auto channels = static_cast<std::size_t>(image.channels);
  std::vector<float> scale(channels);
  std::vector<float> offset(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    scale[c] = 1.0F / (255.0F * preprocessing.deviation[c]);
    offset[c] = -preprocessing.mean[c] / preprocessing.deviation[c];
  }
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const std::size_t c = i % channels;
    out[i] = static_cast<float>(image.pixels[i]) * scale[c] + offset[c];
  }
}

// One batch a resolution, each sample decoded once. `image_of(position, sample, r)` turns a sample
// into its r x r picture.
template <class ImageOf>
std::vector<Batch> assemble(const Dataset& dataset,
                            const std::vector<std::size_t>& indices,
                            const std::vector<int>& resolutions,
                            const Preprocessing& preprocessing,
                            bool pinned,
                            const ImageOf& image_of) {
  const auto count = static_cast<std::int64_t>(indices.size());
  const auto channels = static_cast<std::int64_t>(preprocessing.mean.size());
  const at::TensorOptions memory = at::TensorOptions().pinned_memory(pinned);
  const at::Tensor classes = at::empty({count}, memory.dtype(at::kLong));
  auto* labels = classes.data_ptr<std::int64_t>();
  std::vector<Batch> batches;
  std::vector<float*> pixels;
  for (const int resolution : resolutions) {
    const at::Tensor images =
        at::empty({count, channels, resolution, resolution},
                  memory.dtype(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
    batches.push_back({images, classes});
    pixels.push_back(images.data_ptr<float>());
  }
  for_each_index(indices.size(), [&](std::size_t i) {
    const Sample sample = dataset.get(indices[i]);
    require(sample.image.channels == channels,
            "sample ",
            indices[i],
            " has ",
            sample.image.channels,
            " channels, the network needs ",
            channels);
    for (std::size_t k = 0; k < resolutions.size(); ++k) {
      const Image picture = image_of(i, sample.image, resolutions[k]);
      write_pixels(picture, preprocessing, pixels[k] + i * picture.pixels.size());
    }
    labels[i] = sample.label;
  });
  return batches;
}

}  // namespace

Preprocessing measure_preprocessing(const Dataset& dataset, std::size_t count, Random random) {
  require(dataset.size() > 0, "the training set is empty");
  const std::size_t draws = std::min(count, dataset.size());
  std::vector<double> sum;
  std::vector<double> squares;
  double pixels = 0;
  for (std::size_t i = 0; i < draws; ++i) {
    const Image image = dataset.get(random.below(dataset.size())).image;
    const auto channels = static_cast<std::size_t>(image.channels);
    sum.resize(channels);
    squares.resize(channels);
    for (std::size_t p = 0; p < image.pixels.size(); ++p) {
      const double value = image.pixels[p] / 255.0;
      sum[p % channels] += value;
      squares[p % channels] += value * value;
    }
    const std::size_t area = image.pixels.size() / channels;
    pixels += static_cast<double>(area);
  }
  Preprocessing preprocessing;
  bool differ = false;
  for (std::size_t c = 0; c < sum.size(); ++c) {
    const double mean = sum[c] / pixels;
    const double variance = std::max(0.0, squares[c] / pixels - mean * mean);
    differ = differ || variance > 1e-12;  // rounding leaves that much of nothing
    preprocessing.mean.push_back(static_cast<float>(mean));
    preprocessing.deviation.push_back(static_cast<float>(std::max(std::sqrt(variance), 1e-3)));
  }
  require(differ, "all pixels of the training images are alike; images that differ are needed");
  return preprocessing;
}

std::vector<Batch> load_batches(const Dataset& dataset,
                                const std::vector<std::size_t>& indices,
                                const std::vector<int>& resolutions,
                                const Preprocessing& preprocessing) {
  const auto prepared = [&](std::size_t, const Image& image, int resolution) {
    return prepare(image, resolution, preprocessing.crop_fraction);
  };
  return assemble(dataset, indices, resolutions, preprocessing, /*pinned=*/false, prepared);
}

TrainingBatches::TrainingBatches(std::shared_ptr<const Dataset> dataset,
                                 Preprocessing preprocessing,
                                 BatchOptions options,
                                 Random random)
    : dataset_(std::move(dataset)),
      preprocessing_(std::move(preprocessing)),
      options_(std::move(options)),
      random_(random) {
  if (options_.share.count == 0) {
    options_.share = {0, static_cast<std::int64_t>(options_.batch_size)};
  }
  require(dataset_->size() >= options_.batch_size,
          "the training set holds ",
          dataset_->size(),
          " images, one batch needs ",
          options_.batch_size,
          "; lower --batch");
  require(dataset_->size() <= std::numeric_limits<std::uint32_t>::max(),
          "the training set holds ",
          dataset_->size(),
          " images, more than can be put in order");
}

std::int64_t TrainingBatches::steps_per_epoch() const {
  return static_cast<std::int64_t>(dataset_->size() / options_.batch_size);
}

int TrainingBatches::resolution(std::int64_t step) const {
  Random random = random_.fork("resolution").fork(static_cast<std::uint64_t>(step));
  return options_.resolutions[random.below(options_.resolutions.size())];
}

Batch TrainingBatches::get(std::int64_t step) {
  const bool asked_in_order = ahead_.valid() && step == ahead_step_;
  if (ahead_.valid()) ahead_.wait();
  Batch batch = asked_in_order ? ahead_.get() : load(step);
  ahead_step_ = step + 1;
  ahead_ = std::async(std::launch::async, [this, next = step + 1] { return load(next); });
  return batch;
}

void TrainingBatches::order_epoch(std::int64_t epoch) {
  if (epoch == ordered_epoch_) return;
  order_.resize(dataset_->size());
  std::iota(order_.begin(), order_.end(), std::uint32_t{0});
  Random order_random = random_.fork("order").fork(static_cast<std::uint64_t>(epoch));
  order_random.shuffle(order_);
  ordered_epoch_ = epoch;
}

Batch TrainingBatches::load(std::int64_t step) {
  order_epoch(step / steps_per_epoch());
  const Share& share = options_.share;
  const auto batch = static_cast<std::int64_t>(options_.batch_size);
  const auto begin = order_.begin() + step % steps_per_epoch() * batch + share.first;
  const std::vector<std::size_t> indices(begin, begin + share.count);

  const Random image_random = random_.fork("augment").fork(static_cast<std::uint64_t>(step));
  const auto augmented = [&](std::size_t i, const Image& image, int pixels) {
    const auto place = static_cast<std::uint64_t>(share.first) + i;  // in the whole batch
    return augment(image, options_.augmentation, pixels, image_random.fork(place));
  };
  return assemble(
             *dataset_, indices, {resolution(step)}, preprocessing_, options_.pinned, augmented)
      .front();
}

}  // namespace coppice
