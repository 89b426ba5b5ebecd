// A model card: what one exported network is, what it costs and where it comes from, for people
// (card.md) and programs (card.json). FORMAT.md lists the keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "export/card_parts.hpp"

namespace coppice {

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
  Known<CardSpiking> spiking;
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

/// Throws Error when the text of a card.json is not what an export wrote: its `run.card_sha256`,
/// the SHA-256 of the text with zeros in place of the hash, is another or missing. `path` is for
/// messages.
void check_card_unedited(const std::string& text, const std::filesystem::path& path);

/// The files that a card.json lists. Throws Error naming the path: unreadable, no card, newer than
/// this program, or a name that leaves the folder.
[[nodiscard]] std::vector<CardFile> read_card_files(const std::filesystem::path& card_json);

}  // namespace coppice
