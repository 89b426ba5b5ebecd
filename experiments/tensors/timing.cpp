#include "experiments/tensors/timing.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

#include <functional>

#include "experiments/tensors/session.hpp"

namespace coppice {
namespace {

// libtorch computes on one thread while this lives.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneThread() { at::set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

std::function<void()> one_image(const Subnet& subnet) {
  const int r = subnet.plan().resolution;
  const at::Tensor image = at::zeros({1, subnet.plan().input_channels, r, r});
  return [&subnet, image] { static_cast<void>(subnet.forward(image)); };
}

}  // namespace

TimingConditions timing_conditions() {
  return {processor_name(), torch_name() + ", fp32, channels-last, batch norm folded", 1, 1};
}

LatencyReport time_subnets(const std::vector<Subnet>& subnets,
                           int rounds,
                           std::uint64_t seed,
                           const Clock& clock) {
  const at::NoGradGuard no_grad;
  const OneThread one_thread;
  std::vector<Subnet> folded;
  folded.reserve(subnets.size());
  for (const Subnet& subnet : subnets) {
    folded.push_back(subnet.folded());
    folded.back().to(at::kCPU);
  }
  std::vector<std::function<void()>> candidates;
  for (const Subnet& subnet : folded) candidates.push_back(one_image(subnet));
  ProbeOptions options;
  options.rounds = rounds;
  options.seed = seed;
  return probe(candidates, candidates.front(), options, clock);
}

}  // namespace coppice
