// The parts of a model card: preprocessing, accuracy, latency, energy, training, files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/known.hpp"
#include "predictors/estimate.hpp"

namespace coppice {

/// How a picture becomes the network's input, exactly as in training and evaluation.
struct CardPreprocessing {
  std::string resize;         ///< "shorter side to 256 (bilinear), centre 224 x 224"
  std::string channel_order;  ///< "RGB", "grey"
  std::vector<double> mean;   ///< a channel, of pixels scaled to [0, 1]; subtracted first
  std::vector<double> std;    ///< a channel; then divided by
  double crop_fraction = 1;   ///< shorter side after resizing = resolution / this
};

struct CardAccuracy {
  std::int64_t correct = 0;
  std::int64_t images = 0;
  std::string dataset;  ///< "Imagenette"
  std::string split;    ///< "validation"
};

/// Of the network in 8 bits.
struct CardInt8 {
  Known<CardAccuracy> accuracy;
  std::string calibration;  ///< "2000 held-out images": what the ranges of values were seen on
};

/// Of the network as spiking neurons.
struct CardSpiking {
  int timesteps = 0;
  std::string thresholds;          ///< "99.9th percentile of activations on 2000 images"
  Known<CardAccuracy> accuracy;    ///< of a part of the test images: simulating takes long
  Known<CardAccuracy> network;     ///< of the network that does not spike, on the same images
  double energy_ratio_ops = 0;     ///< to the network in float32, operations alone (energy.hpp)
  double energy_ratio_memory = 0;  ///< with memory: above 1 it saves none
};

/// Of one call with `batch` images.
struct CardLatency {
  Estimate latency_ms;
  std::string interval;  ///< what low and high are: "10 % and 90 % quantiles of 50 calls"
  std::string device;
  std::string runtime;  ///< "OpenCV 4.6.0"
  int threads = 1;
  int batch = 1;
};

/// Of a file in a runtime other than libtorch.
struct CardFileLatency {
  std::string file;  ///< "model-int8.onnx"
  CardLatency latency;
};

/// Which device profile an energy was modelled from.
struct CardProfile {
  std::string id;
  std::string sha256;  ///< of its file; empty in cards of programs that did not record it
};

/// Of one inference.
struct CardEnergy {
  Estimate energy_mj;  ///< at the wall, without PUE
  Estimate co2e_g;     ///< with PUE
  std::string method;  ///< "modelled from the device profile", "measured (RAPL)"
  std::string device;
  std::string grid;  ///< describe(GridIntensity)
  double pue = 1;    ///< of the device's facility, >= 1
  Known<CardProfile> profile = {};
  Known<Estimate> latency_ms = {};  ///< that the energy was modelled with
  /// Of making the device, beside co2e_g and not in it; both together are the SCI of an inference.
  Known<Estimate> embodied_g = {};
};

/// A part of a training.
struct CardSpent {
  Estimate energy_j;
  Estimate co2e_g;
};

constexpr const char* kPreTraining = "pre-training";
constexpr const char* kFineTuning = "fine-tuning";

/// Of the training that produced the weights. Energies are with PUE.
struct CardTraining {
  Estimate energy_j;  ///< of all parts that are known
  Estimate co2e_g;
  std::string kind;    ///< kPreTraining, kFineTuning, or one "and" the other
  std::string shared;  ///< "shared by all networks of this supernet"; may be empty
  std::string method;
  std::string device;
  std::string region;  ///< "Germany"
  std::string grid;
  double pue = 1;                     ///< that of all of it together, >= 1
  Known<CardSpent> pretraining = {};  ///< of the supernet that the network comes from
  Known<CardSpent> fine_tuning = {};  ///< of the network alone; unknown as well if it had none
};

/// Grams of CO2e are those of all that went into the weights: no part of it is unknown.
[[nodiscard]] bool is_whole(const CardTraining& training);

struct CardFile {
  std::string name;  ///< without folders
  std::uintmax_t bytes = 0;
  std::string sha256;
};

}  // namespace coppice
