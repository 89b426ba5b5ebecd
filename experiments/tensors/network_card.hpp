// Gathers what is known about an exported network for its model card.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "experiments/export_options.hpp"
#include "experiments/tensors/supernet_source.hpp"
#include "export/model_card.hpp"
#include "predictors/device_profile.hpp"
#include "predictors/measurements.hpp"
#include "predictors/predictor.hpp"

namespace coppice {

/// What is the same for all networks of one export.
struct CardContext {
  const ExportCommand& command;
  const SupernetSource& source;
  DeviceProfile profile;
  CardFile profile_file;  ///< the user's, or the one in the program
  GridIntensity grid;
  std::vector<std::string> class_names;  ///< empty: not known
  /// Of the run, by runtime; those it has.
  std::map<std::string, std::unique_ptr<Predictor>> latency_predictors;
  MeasurementTable measurements;          ///< of the run; empty: it has none
  std::vector<CardFile> inputs;           ///< every file that decides the networks
  std::vector<CardFile> measured_inputs;  ///< every other file that the cards are made from
};

[[nodiscard]] CardContext card_context(const ExportCommand& command, const SupernetSource& source);

/// What to tell the user when the energy of an inference is modelled by the program's own profile,
/// of a server core, while latencies are measured on the named processor, which is none; else
/// empty.
[[nodiscard]] std::string modelled_elsewhere(const CardContext& context,
                                             const std::string& processor);

/// What was found out about one network.
struct NetworkFindings {
  std::string name;
  std::size_t calibration_images = 0;  ///< 0: batch norm is as it was stored
  Known<CardAccuracy> accuracy;
  Known<CardLatency> latency;
};

/// The card without its `files`.
[[nodiscard]] ModelCard describe_network(const CardContext& context,
                                         const Subnet& subnet,
                                         const NetworkFindings& findings);

}  // namespace coppice
