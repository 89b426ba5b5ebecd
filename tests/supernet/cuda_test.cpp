// Training and measuring on a GPU against the same on the processor. Without a GPU, or with a
// libtorch that has no CUDA, all are skipped.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "supernet/base/error.hpp"
#include "supernet/supernet.hpp"
#include "supernet/training/many_subnets.hpp"
#include "supernet/training/train_step.hpp"
#include "tests/support/tiny_resnet_space.hpp"
#include "tests/support/tiny_space.hpp"
#include "tests/support/training_data.hpp"

namespace coppice {
namespace {

constexpr const char* kDevices[] = {"cpu", "cuda"};

class Cuda : public testing::Test {
 protected:
  void SetUp() override {
    if (!at::globalContext().hasCUDA()) GTEST_SKIP() << "no GPU";
    at::set_num_threads(1);
    at::globalContext().setDeterministicCuDNN(true);
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
  }
};

// Relative, of weights that are not all but zero: the gradient of a bias before a normalisation is
// rounding alone.
double distance(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.detach().cpu().to(at::kDouble);
  const at::Tensor y = b.detach().cpu().to(at::kDouble);
  return ((x - y).norm() / y.norm().clamp_min(1e-2)).item<double>();
}

TrainObserver silent() {
  return {[](const TrainEvent&) {}, [](const TrainState&) {}, {}, "the last checkpoint"};
}

// What a step of the last phase makes of a new supernet.
struct Stepped {
  double loss;
  Supernet net;
};

Stepped step_on(const SearchSpace& space, const std::string& device, Precision precision) {
  TrainOptions options = short_options(space, 1);
  options.precision = precision;
  options.pinned = device != "cpu";
  const TrainData data = synthetic_data();
  Stepped result{0, Supernet(space, Random(1))};
  result.net.to(device);
  const std::optional<Subnet> teacher = result.net.extract(space.largest());
  const Phase& phase = options.phases.back();
  TrainStep step(result.net, options, phase, teacher);
  TrainingBatches batches = phase_batches(options, phase, space, data);
  result.loss = step.gradients({batches.get(0), batches.resolution(0), 0, 0}).item<double>();
  step.apply(0.05);
  return result;
}

TEST_F(Cuda, AStepGivesTheLossAndTheWeightsOfTheProcessor) {
  for (const SearchSpace& space : {tiny_space(), tiny_resnet_space()}) {
    const Stepped here = step_on(space, "cpu", Precision::fp32);
    const Stepped there = step_on(space, "cuda", Precision::fp32);
    EXPECT_NEAR(there.loss, here.loss, 1e-5 * here.loss) << space.name();
    for (std::size_t i = 0; i < here.net.parameters().size(); ++i) {
      EXPECT_LT(distance(there.net.parameters()[i].tensor, here.net.parameters()[i].tensor), 1e-4)
          << space.name() << ' ' << here.net.parameters()[i].name;
    }
  }
}

TEST_F(Cuda, HalfPrecisionStaysNearFloat32AndKeepsItsWeights) {
  for (const SearchSpace& space : {tiny_space(), tiny_resnet_space()}) {
    const Stepped whole = step_on(space, "cuda", Precision::fp32);
    const Stepped half = step_on(space, "cuda", Precision::bf16);
    EXPECT_NE(half.loss, whole.loss) << "bfloat16 was not used";
    EXPECT_NEAR(half.loss, whole.loss, 0.02 * whole.loss) << space.name();
    for (const NamedTensor& parameter : half.net.parameters()) {
      EXPECT_EQ(parameter.tensor.scalar_type(), at::kFloat) << parameter.name;
    }
  }
}

TEST_F(Cuda, LearnsInBothPrecisions) {
  const SearchSpace space = tiny_space();
  const TrainData data = synthetic_data();
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    Supernet net(space, Random(1));
    net.to("cuda");
    TrainState state;
    TrainOptions options = short_options(space, 2);
    options.phases.front().epochs = 10;
    options.precision = precision;
    options.pinned = true;
    EXPECT_EQ(train(net, state, data, options, silent()).stopped_because, "completed");
    EXPECT_GT(state.history.back().largest, 60);  // chance is 12.5 %
    EXPECT_GT(state.history.back().smallest, 30);
  }
}

// The events of a training's first phase, of 20 steps between two looks.
std::vector<TrainEvent> steps_on(const std::string& device) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  net.to(device);
  TrainState state;
  TrainOptions options = short_options(space, 1);
  options.phases.resize(1);
  options.pinned = device != "cpu";
  std::vector<TrainEvent> steps;
  TrainObserver observer = silent();
  observer.event = [&steps](const TrainEvent& event) {
    if (event.kind == TrainEvent::Kind::step) steps.push_back(event);
  };
  train(net, state, synthetic_data(20 * options.batch_size), options, observer);
  return steps;
}

TEST_F(Cuda, ReportsEveryStepOnceInOrderThoughLossesAreReadLate) {
  const std::vector<TrainEvent> here = steps_on("cpu");
  const std::vector<TrainEvent> there = steps_on("cuda");
  ASSERT_EQ(here.size(), 20U);
  ASSERT_EQ(there.size(), here.size());
  for (std::size_t i = 0; i < here.size(); ++i) {
    EXPECT_EQ(there[i].step, here[i].step);
    EXPECT_EQ(there[i].images, here[i].images);
    EXPECT_NEAR(there[i].loss, here[i].loss, 1e-2 * here[i].loss) << i;
  }
}

TEST_F(Cuda, ALossThatIsNoNumberIsNamedWithItsStep) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  net.to("cuda");
  TrainState state;
  {
    const at::NoGradGuard no_grad;
    at::Tensor(net.stored("classifier").weight).fill_(NAN);
  }
  try {
    train(net, state, synthetic_data(), short_options(space, 2), silent());
    FAIL() << "trained on";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what())
                  .find("the loss is not a finite number at step 0 of the phase full"),
              std::string::npos)
        << error.what();
  }
}

TEST_F(Cuda, TheSameSeedGivesTheSameBits) {
  for (const SearchSpace& space : {tiny_space(), tiny_resnet_space()}) {
    for (const Precision precision : {Precision::fp32, Precision::bf16}) {
      const Stepped first = step_on(space, "cuda", precision);
      const Stepped second = step_on(space, "cuda", precision);
      for (std::size_t i = 0; i < first.net.parameters().size(); ++i) {
        EXPECT_TRUE(at::equal(first.net.parameters()[i].tensor, second.net.parameters()[i].tensor))
            << space.name() << ' ' << first.net.parameters()[i].name;
      }
    }
  }
}

TEST_F(Cuda, MeasuredAccuraciesAreThoseOfTheProcessor) {
  const SearchSpace space = tiny_space();
  const TrainData data = synthetic_data();
  Random random(1);
  std::vector<Architecture> architectures;
  for (int i = 0; i < 8; ++i) architectures.push_back(space.sample(random));
  std::vector<std::vector<double>> percent(2);
  for (std::size_t i = 0; i < 2; ++i) {
    Supernet net(space, Random(1));
    net.to(kDevices[i]);
    const auto subnets = calibrated_subnets(net, architectures, *data.calibration);
    evaluate_all(subnets, *data.held_out, [&](std::size_t, const Accuracy& accuracy) {
      percent[i].push_back(accuracy.percent());
    });
  }
  // An image of 128 on the border between two classes may change sides.
  for (std::size_t i = 0; i < architectures.size(); ++i) {
    EXPECT_NEAR(percent[0][i], percent[1][i], 0.79);
  }
}

}  // namespace
}  // namespace coppice
