// A model card: what one exported network is, what it costs and where it comes from, for people
// (card.md) and programs (card.json). FORMAT.md lists the keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "predictors/estimate.hpp"

namespace coppice {

/// A value, or the reason why there is none. A card never leaves a gap unexplained.
template <class T>
struct Known {
  std::optional<T> value;
  std::string reason = "not determined";

  Known() = default;
  Known(T known) : value(std::move(known)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] static Known unknown(const std::string& why) {
    Known none;
    none.reason = why;
    return none;
  }
};

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

struct ModelCard {
  std::string name;
  std::string version;  ///< of Coppice
  std::string commit;   ///< it was built from; empty: not known
  std::string space;
  std::string architecture;  ///< a JSON line
  int channels = 0;
  int resolution = 0;  ///< input height = width in pixels
  int classes = 0;
  std::int64_t macs = 0;    ///< of one image, before folding
  std::int64_t params = 0;  ///< before folding
  std::string batch_norm;   ///< "recalibrated on 2000 training images", "kept as stored"
  Known<std::vector<std::string>> class_names;
  Known<CardPreprocessing> preprocessing;
  Known<CardAccuracy> accuracy;
  Known<CardInt8> int8;
  Known<CardLatency> latency_predicted;
  Known<CardLatency> latency_measured;           ///< of the subnet in libtorch
  std::vector<CardFileLatency> other_latencies;  ///< measured in other runtimes
  std::vector<CardLatency> other_predictions;    ///< of model.onnx, by predictors of the run
  Known<CardEnergy> inference;
  Known<CardTraining> training;
  std::map<std::string, std::uint64_t> seeds;
  std::vector<CardFile> inputs;  ///< what decides the network: supernet, architecture, images ...
  std::vector<CardFile> measured_inputs;  ///< behind costs only: predictors, energy.csv
  std::vector<CardFile> files;            ///< what stands beside the card
};

/// Percent, Wilson's 95 % score interval (J. Am. Stat. Assoc. 22, 1927; z = 1.959964).
/// REQUIRES 0 <= correct <= images, images > 0.
[[nodiscard]] Estimate wilson_interval(std::int64_t correct, std::int64_t images);

/// What grams were counted with: "472.94 g CO2e/kWh (World, ...), PUE 1.56".
[[nodiscard]] std::string grid_and_pue(const std::string& grid, double pue);

/// Name, size and hash of a file. Throws Error naming the path when it cannot be read.
[[nodiscard]] CardFile describe_file(const std::filesystem::path& path);

/// Throw Error naming the key when a number is not finite, the class names are not as many as the
/// classes, or mean and std not as many as the channels.
[[nodiscard]] std::string card_json(const ModelCard& card);
[[nodiscard]] std::string card_markdown(const ModelCard& card);

/// Writes both into an existing folder; card.json last, for its presence says that the export is
/// complete.
void write_model_card(const ModelCard& card, const std::filesystem::path& folder);

/// The files that a card.json lists. Throws Error naming the path: unreadable, no card, newer than
/// this program, or a name that leaves the folder.
[[nodiscard]] std::vector<CardFile> read_card_files(const std::filesystem::path& card_json);

}  // namespace coppice
