#include "experiments/tensors/timing.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

#include <utility>

#include "experiments/tensors/one_thread.hpp"
#include "experiments/tensors/session.hpp"
#include "export/onnx_runner.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr int kWarmUpCalls = 5;
// ONNX Runtime's calls come in rows: what passes between two requests disturbs the first of them.
constexpr int kCallsInARow = 5;

// Shows the time that another process says its work took.
class ToldClock final : public Clock {
 public:
  [[nodiscard]] Seconds now() const override { return now_; }
  void add(Seconds time) { now_ += time; }

 private:
  Seconds now_;
};

std::function<void()> one_image(const Subnet& subnet) {
  const int r = subnet.plan().resolution;
  const at::Tensor image = at::zeros({1, subnet.plan().input_channels, r, r});
  return [&subnet, image] { static_cast<void>(subnet.forward(image)); };
}

std::vector<Subnet> folded_on_cpu(const std::vector<Subnet>& subnets) {
  std::vector<Subnet> folded;
  folded.reserve(subnets.size());
  for (const Subnet& subnet : subnets) {
    folded.push_back(subnet.folded());
    folded.back().to(at::kCPU);
  }
  return folded;
}

// `subnets` must outlive what is returned.
std::vector<std::function<void()>> candidates_of(const std::vector<Subnet>& subnets) {
  std::vector<std::function<void()>> candidates;
  for (const Subnet& subnet : subnets) candidates.push_back(one_image(subnet));
  return candidates;
}

LatencyReport probed(const std::vector<std::function<void()>>& candidates,
                     const TimingOptions& timing,
                     const Clock& clock) {
  ProbeOptions options;
  options.warm_up = kWarmUpCalls;
  options.rounds = timing.rounds;
  options.seed = timing.seed;
  return probe(candidates, candidates.front(), options, clock);
}

}  // namespace

TimingConditions timing_conditions() {
  return {processor_name(), torch_name() + ", fp32, channels-last, batch norm folded", 1, 1};
}

LatencyReport time_subnets(const std::vector<Subnet>& subnets,
                           const TimingOptions& options,
                           const Clock& clock) {
  const at::NoGradGuard no_grad;
  const OneThread one_thread;
  const std::vector<Subnet> folded = folded_on_cpu(subnets);
  return probed(candidates_of(folded), options, clock);
}

std::vector<double> meter_subnets(const std::vector<Subnet>& subnets,
                                  PowerMeter& meter,
                                  const EnergyProbeOptions& options,
                                  const Clock& clock) {
  const at::NoGradGuard no_grad;
  const OneThread one_thread;
  const std::vector<Subnet> folded = folded_on_cpu(subnets);
  return probe_energy(candidates_of(folded), meter, options, clock);
}

FileTimer opencv_timer(const Clock& clock) {
  const auto time = [&clock](const std::vector<TimedFile>& files, const TimingOptions& options) {
    const OneThread one_thread;
    std::vector<std::function<void()>> candidates;
    for (const TimedFile& file : files) {
      const auto runner = std::make_shared<OnnxRunner>(file.path, 1);
      const std::vector<float> image(runner->values_per_image());
      candidates.emplace_back([runner, image] { static_cast<void>(runner->run(image, 1)); });
    }
    return probed(candidates, options, clock);
  };
  return {{processor_name(), text(onnx_runtime_name(), ", fp32"), 1, 1}, time};
}

FileTimer onnxruntime_timer(std::shared_ptr<OnnxRuntime> onnxruntime) {
  const std::string name = onnxruntime->name() + " in Node.js";
  const auto time = [onnxruntime = std::move(onnxruntime)](const std::vector<TimedFile>& files,
                                                           const TimingOptions& options) {
    ToldClock clock;
    std::vector<int> models;
    std::vector<std::function<void()>> candidates;
    for (const TimedFile& file : files) {
      const auto size = static_cast<std::size_t>(file.resolution);
      const OnnxRuntime::Shape shape{1, static_cast<std::size_t>(file.channels), size, size};
      const int model = onnxruntime->load(file.path);
      models.push_back(model);
      candidates.emplace_back([&clock, onnxruntime, model, shape] {
        clock.add(onnxruntime->time(model, shape, kCallsInARow));
      });
    }
    LatencyReport report = probed(candidates, options, clock);
    for (const int model : models) onnxruntime->release(model);
    return report;
  };
  return {{processor_name(), name, 1, 1}, time};
}

}  // namespace coppice
