#include "experiments/tensors/network_accuracy.hpp"

#include <ATen/ops/argmax.h>
#include <ATen/ops/eq.h>

#include <vector>

#include "experiments/tensors/one_thread.hpp"
#include "supernet/base/interruption.hpp"

namespace coppice {

NetworkAccuracy network_accuracy(const Supernet& supernet,
                                 const Architecture& architecture,
                                 const RunData& data,
                                 const PreparedImages& test,
                                 const RankGroup* ranks) {
  const Subnet subnet = calibrated_subnet(supernet, architecture, *data.parts.calibration);
  return {evaluate(subnet, *data.parts.held_out, ranks).percent(),
          evaluate(subnet, test, ranks).percent()};
}

Accuracy count_correct(const std::function<at::Tensor(const at::Tensor& images)>& logits,
                       int resolution,
                       const PreparedImages& images) {
  // Batches that are kept are prepared together, before several threads ask for them.
  if (images.batch_count() > 0) static_cast<void>(images.batch(0, resolution));
  std::vector<Accuracy> counts(images.batch_count());
  one_thread_each(counts.size(), [&](std::size_t i) {
    stop_if_interrupted("while counting test images; the same command starts over");
    const Batch batch = images.batch(i, resolution);
    const at::Tensor classes = at::argmax(logits(batch.images), 1).to(at::kCPU);
    counts[i] = {at::eq(classes, batch.labels).sum().item<std::int64_t>(), batch.labels.size(0)};
  });
  Accuracy all;
  for (const Accuracy& one : counts) {
    all.correct += one.correct;
    all.total += one.total;
  }
  return all;
}

}  // namespace coppice
