// Images per second of a training step: sixteen architectures of ofa-mobilenetv3, one a step, at
// 128 x 128 in batches of 32 with 1000 classes; cross-entropy and the update included. Beside
// Coppice's own step stand two of the reference's (train_step_reference.hpp).
//
// The architectures are read from $COPPICE_SHARED_DATA/bench/train_step_archs.jsonl, or from the
// file that --architectures=FILE names; --threads=N (default 2). Without the file all is skipped.
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

constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kResolution = 128;
constexpr std::int64_t kClasses = 1000;

struct Work {
  std::vector<Architecture> architectures;
  Supernet supernet;
  at::Tensor images;
  at::Tensor labels;
};

std::unique_ptr<Work> make_work(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return nullptr;
  std::stringstream text;
  text << lines.rdbuf();
  SearchSpace space = builtin_space("ofa-mobilenetv3");
  std::vector<Architecture> architectures = parse_architectures(space, text.str(), file);
  at::manual_seed(1);
  return std::make_unique<Work>(Work{
      std::move(architectures),
      Supernet(std::move(space), Random(1)),
      at::randn({kBatch, 3, kResolution, kResolution}).contiguous(at::MemoryFormat::ChannelsLast),
      at::randint(kClasses, {kBatch}, at::kLong)});
}

using Step = std::function<double(const Work&, const Architecture&)>;

// One iteration: every architecture once.
void time_steps(benchmark::State& state, const Work& work, const Step& step) {
  for (auto iteration : state) {
    for (const Architecture& architecture : work.architectures) {
      if (!std::isfinite(step(work, architecture))) state.SkipWithError("the loss diverged");
    }
  }
  state.SetItemsProcessed(state.iterations() * kBatch *
                          static_cast<std::int64_t>(work.architectures.size()));
}

// What the trainer does in a step (training/trainer.cpp).
void time_coppice(benchmark::State& state, const std::string& file, Precision precision) {
  const std::unique_ptr<Work> work = make_work(file);
  if (work == nullptr) return state.SkipWithError(("cannot read " + file).c_str());
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
    const at::Tensor loss = distillation_loss(logits, w.labels, {}, labels_alone);
    loss.backward();
    sgd.step(0.01);
    return loss.item<double>();
  });
}

void time_reference(benchmark::State& state, const std::string& file, at::MemoryFormat layout) {
  const std::unique_ptr<Work> work = make_work(file);
  if (work == nullptr) return state.SkipWithError(("cannot read " + file).c_str());
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
  const std::string file = take_option(argc, argv, "architectures", default_file());
  at::set_num_threads(std::stoi(take_option(argc, argv, "threads", "2")));
  add("TrainStep/fp32",
      [file](benchmark::State& state) { time_coppice(state, file, Precision::fp32); });
  add("TrainStep/bf16",
      [file](benchmark::State& state) { time_coppice(state, file, Precision::bf16); });
  add("TrainStep/reference_nchw", [file](benchmark::State& state) {
    time_reference(state, file, at::MemoryFormat::Contiguous);
  });
  add("TrainStep/reference_channels_last", [file](benchmark::State& state) {
    time_reference(state, file, at::MemoryFormat::ChannelsLast);
  });
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
