// Images per second of a training step: sixteen architectures of ofa-mobilenetv3, one a step, at
// 128 x 128 in batches of 32 with 1000 classes; cross-entropy and the update included. Beside
// Coppice's own step stand two of the reference's (train_step_reference.hpp).
//
// The architectures are read from $COPPICE_SHARED_DATA/bench/train_step_archs.jsonl, or from the
// file that --architectures=FILE names; --threads=N (default 2). Without the file all is skipped.
// --device=cuda runs on a GPU, where --batch=N and --resolution=N (of which the architectures' own
// is replaced) make steps of a size that fills it.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "supernet/base/tensor_environment.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/training/distillation.hpp"
#include "supernet/training/sgd.hpp"
#include "tests/benchmark/train_step_reference.hpp"

namespace coppice {
namespace {

constexpr std::int64_t kClasses = 1000;

struct Settings {
  std::string file;
  std::string device = "cpu";
  std::int64_t batch = 32;
  int resolution = 128;
};

struct Work {
  std::vector<Architecture> architectures;
  Supernet supernet;
  at::Tensor images;
  at::Tensor labels;
};

std::unique_ptr<Work> make_work(const Settings& settings) {
  std::ifstream lines(settings.file);
  if (!lines) return nullptr;
  std::stringstream text;
  text << lines.rdbuf();
  SearchSpace space = builtin_space("ofa-mobilenetv3");
  std::vector<Architecture> architectures = parse_architectures(space, text.str(), settings.file);
  for (Architecture& each : architectures) each = space.with_resolution(each, settings.resolution);
  at::manual_seed(1);
  const at::Tensor images =
      at::randn({settings.batch, 3, settings.resolution, settings.resolution});
  auto work = std::make_unique<Work>(
      Work{std::move(architectures),
           Supernet(std::move(space), Random(1)),
           images.to(settings.device).contiguous(at::MemoryFormat::ChannelsLast),
           at::randint(kClasses, {settings.batch}, at::kLong).to(settings.device)});
  work->supernet.to(settings.device);
  return work;
}

// Returns the loss.
using Step = std::function<at::Tensor(const Work&, const Architecture&)>;

// One iteration: every architecture once. The losses are read at its end, which waits for a GPU.
void time_steps(benchmark::State& state, const Work& work, const Step& step) {
  const auto every_architecture = [&] {
    at::Tensor losses = at::zeros({}, work.images.options());
    for (const Architecture& architecture : work.architectures) {
      losses = losses + step(work, architecture).detach();
    }
    if (!std::isfinite(losses.item<double>())) state.SkipWithError("the loss diverged");
  };
  every_architecture();  // what libraries prepare for a shape that they have not seen
  for (auto iteration : state) every_architecture();
  state.SetItemsProcessed(state.iterations() * work.images.size(0) *
                          static_cast<std::int64_t>(work.architectures.size()));
}

// What the trainer does in a step (training/trainer.cpp).
void time_coppice(benchmark::State& state, const Settings& settings, Precision precision) {
  const std::unique_ptr<Work> work = make_work(settings);
  if (work == nullptr) return state.SkipWithError(("cannot read " + settings.file).c_str());
  Sgd sgd(work->supernet.parameters(), {});
  LossOptions labels_alone;
  labels_alone.label_smoothing = 0;
  ForwardOptions options;
  options.norm = NormMode::batch;
  options.precision = precision;
  options.dropout = work->supernet.space().spec().dropout;
  time_steps(state, *work, [&](const Work& w, const Architecture& architecture) {
    sgd.zero_gradients();
    const at::Tensor logits = w.supernet.forward(w.images, architecture, options);
    at::Tensor loss = distillation_loss(logits, w.labels, {}, labels_alone);
    loss.backward();
    sgd.step(0.01);
    return loss;
  });
}

void time_reference(benchmark::State& state, const Settings& settings, at::MemoryFormat layout) {
  const std::unique_ptr<Work> work = make_work(settings);
  if (work == nullptr) return state.SkipWithError(("cannot read " + settings.file).c_str());
  ReferenceStep step(work->supernet, layout);
  time_steps(state, *work, [&](const Work& w, const Architecture& architecture) {
    return step.run(w.images, w.labels, architecture);
  });
}

void add(const char* name, const std::function<void(benchmark::State&)>& body) {
  benchmark::RegisterBenchmark(name, body)->UseRealTime()->Unit(benchmark::kMillisecond);
}

// The value of --NAME=VALUE, removed from the arguments.
std::string take_option(int& argc, char** argv, const std::string& name, std::string value) {
  const std::string start = "--" + name + "=";
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind(start, 0) == 0) {
      value = argument.substr(start.size());
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return value;
}

std::string default_file() {
  const char* folder = std::getenv("COPPICE_SHARED_DATA");
  return std::string(folder != nullptr ? folder : "shared/data") + "/bench/train_step_archs.jsonl";
}

// Libraries read the environment when they are loaded: starts the program anew in that of
// `coppice`.
void enter_tensor_environment(char** argv) {
  constexpr const char* kEntered = "COPPICE_TRAIN_STEP_STARTED";
  if (std::getenv(kEntered) != nullptr) return;
  prepare_tensor_environment();
  ::setenv(kEntered, "1", 0);
  ::execv("/proc/self/exe", argv);
}

}  // namespace
}  // namespace coppice

int main(int argc, char** argv) {
  using namespace coppice;
  if (take_option(argc, argv, "environment", "coppice") == "coppice") {
    enter_tensor_environment(argv);
  }
  Settings settings;
  settings.file = take_option(argc, argv, "architectures", default_file());
  settings.device = take_option(argc, argv, "device", "cpu");
  settings.batch = std::stoi(take_option(argc, argv, "batch", "32"));
  settings.resolution = std::stoi(take_option(argc, argv, "resolution", "128"));
  at::set_num_threads(std::stoi(take_option(argc, argv, "threads", "2")));
  const auto coppice_in = [settings](Precision precision) {
    return [=](benchmark::State& state) { time_coppice(state, settings, precision); };
  };
  const auto reference_in = [settings](at::MemoryFormat layout) {
    return [=](benchmark::State& state) { time_reference(state, settings, layout); };
  };
  add("TrainStep/fp32", coppice_in(Precision::fp32));
  add("TrainStep/bf16", coppice_in(Precision::bf16));
  add("TrainStep/reference_nchw", reference_in(at::MemoryFormat::Contiguous));
  add("TrainStep/reference_channels_last", reference_in(at::MemoryFormat::ChannelsLast));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
