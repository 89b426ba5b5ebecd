// Options of `coppice train`: the recipe of progressive shrinking.
//
// Defaults are the schedule of Cai et al., "Once-For-All", ICLR 2020, and its reference
// implementation, for one device with batches of 64.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <utility>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"
#include "experiments/recipe_options.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

/// One phase of the schedule.
struct PhaseRecipe {
  double epochs = 0;         ///< after the warm-up; parts of one are allowed, 0: no such phase
  double warmup_epochs = 0;  ///< with a rate that grows linearly
  double rate = 0;           ///< peak learning rate of a batch of 64; scaled by batch / 64
  int subnets = 1;           ///< networks sampled a step

  bool operator==(const PhaseRecipe& other) const {
    return epochs == other.epochs && warmup_epochs == other.warmup_epochs && rate == other.rate &&
           subnets == other.subnets;
  }
  bool operator!=(const PhaseRecipe& other) const { return !(*this == other); }
};

struct TrainCommand {
  static constexpr const char* kName = "train";
  CommonOptions common;
  ChargeOptions charge;
  SpaceOptions space;
  RecipeOptions recipe;
  std::filesystem::path out;             ///< may be empty for a dry run or a test of rates
  std::filesystem::path init;            ///< a supernet or a run's folder; empty: random weights
  std::filesystem::path only;            ///< one architecture to be trained alone; empty: all
  std::string schedule = "progressive";  ///< see Schedule in supernet/training/shrinking.hpp
  std::filesystem::path attentive_predictor;  ///< of accuracy, for the attentive schedule
  PreviewOptions preview;
  bool resume = false;                           ///< go on in `out`
  double kd_ratio = 1.0;                         ///< weight of the teacher's loss; 0: no teacher
  std::string teacher_mode = "eval";             ///< train or eval
  std::string resolution_per = "batch";          ///< batch or network
  double transform_decay = 0;                    ///< of kernel matrices
  std::string unused_weights = "keep";           ///< keep or decay: see UnusedWeights
  std::string norm_statistics = "synchronized";  ///< or local: see NormStatistics
  int calibration = 2000;  ///< training images that batch norm is recalibrated on
  int evaluations = 1;     ///< on held-out images, in each phase

  PhaseRecipe full{180, 5, 0.08125, 1};
  PhaseRecipe kernel{120, 5, 0.03, 1};
  PhaseRecipe depth1{25, 0, 0.0025, 2};
  PhaseRecipe depth2{120, 5, 0.0075, 2};
  PhaseRecipe expand1{25, 0, 0.0025, 4};
  PhaseRecipe expand2{120, 5, 0.0075, 4};
  PhaseRecipe width1{25, 0, 0.0025, 4};
  PhaseRecipe width2{120, 5, 0.0075, 4};
  // Of the other schedules; ours.
  PhaseRecipe sandwich{355, 5, 0.02, 4};
  PhaseRecipe attentive{355, 5, 0.02, 4};
  PhaseRecipe compound{145, 5, 0.0075, 4};
  PhaseRecipe delayed{180, 0, 0.08125, 4};
};

/// The phases with the names of their options, in the order in which they run.
[[nodiscard]] std::array<std::pair<const char*, const PhaseRecipe*>, 12> phases_of(
    const TrainCommand& command);

void bind(TrainCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const TrainCommand& command);

}  // namespace coppice
