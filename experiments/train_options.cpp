#include "experiments/train_options.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

void bind_phase(const std::string& name, PhaseRecipe& phase, OptionSet& options) {
  options.add(
      name + ".epochs", phase.epochs, "X", "epochs of the phase after its warm-up; 0: none");
  options.add(name + ".warmup-epochs", phase.warmup_epochs, "X", "epochs with a growing rate");
  options.add(
      name + ".rate", phase.rate, "X", "peak learning rate of a batch of 64, above 0 to 100");
  options.add(name + ".subnets", phase.subnets, "N", "networks sampled a step, 1 to 64");
}

void validate_phase(const std::string& name, const PhaseRecipe& phase) {
  validate_epochs(name + ".epochs", phase.epochs);
  validate_epochs(name + ".warmup-epochs", phase.warmup_epochs);
  validate_rate(name + ".rate", phase.rate);
  require_usage(phase.subnets >= 1 && phase.subnets <= 64,
                "--",
                name,
                ".subnets = ",
                phase.subnets,
                ", must be 1 to 64");
}

void validate_schedule(const TrainCommand& command) {
  const std::array<const char*, 5> schedules{
      "progressive", "sandwich", "attentive", "compound", "delayed"};
  require_usage(std::find(schedules.begin(), schedules.end(), command.schedule) != schedules.end(),
                "--schedule = ",
                command.schedule,
                ", must be progressive, sandwich, attentive, compound or delayed");
  require_usage((command.schedule == "attentive") == !command.attentive_predictor.empty(),
                command.schedule == "attentive"
                    ? "--schedule = attentive, which samples by predicted accuracy, needs "
                      "--attentive-predictor FILE"
                    : "--attentive-predictor is given, but only --schedule attentive uses it");
  require_usage(command.only.empty() || command.schedule == "progressive",
                "--only trains one architecture, --schedule = ",
                command.schedule,
                " samples many; leave one of them out");
}

}  // namespace

std::array<std::pair<const char*, const PhaseRecipe*>, 12> phases_of(const TrainCommand& command) {
  return {{{"full", &command.full},
           {"kernel", &command.kernel},
           {"depth1", &command.depth1},
           {"depth2", &command.depth2},
           {"expand1", &command.expand1},
           {"expand2", &command.expand2},
           {"width1", &command.width1},
           {"width2", &command.width2},
           {"sandwich", &command.sandwich},
           {"attentive", &command.attentive},
           {"compound", &command.compound},
           {"delayed", &command.delayed}}};
}

void bind(TrainCommand& command, OptionSet& options) {
  bind(command.space, options);
  options.add("out", command.out, "RUN", "folder of the run; needed but for a preview");
  options.add("init", command.init, "FILE", "supernet, or folder of a run, to start from")
      .shows("random weights");
  options.add("only", command.only, "FILE", "train this one architecture alone, in the full phase")
      .shows("all of the space");
  options.add("schedule",
              command.schedule,
              "NAME",
              "progressive, sandwich, attentive, compound or delayed");
  options.add("attentive-predictor",
              command.attentive_predictor,
              "FILE",
              "predictor of accuracy that the attentive schedule samples by");
  options.add("resume", command.resume, "", "go on where the run stopped").not_recorded();
  bind(command.preview, options);
  bind(command.recipe, options);
  options.add("kd-ratio", command.kd_ratio, "X", "weight of the teacher's loss; 0: no teacher");
  options.add(
      "teacher-mode", command.teacher_mode, "MODE", "batch norm of the teacher: train or eval");
  options.add("resolution-per",
              command.resolution_per,
              "WHAT",
              "batch: one is drawn for all networks of a step, as published; network: each has its "
              "own, the largest the largest (BigNAS)");
  options.add("transform-decay", command.transform_decay, "X", "weight decay of kernel matrices");
  options.add("unused-weights",
              command.unused_weights,
              "RULE",
              "weights without a gradient in a step: keep or decay");
  options.add("norm-statistics",
              command.norm_statistics,
              "OF",
              "batch norm of several ranks: synchronized (of the whole batch) or local (of each "
              "rank's images; faster)");
  options.add("calibration",
              command.calibration,
              "N",
              "training images for the recalibration of batch norm; all, if there are fewer");
  options.add(
      "evaluations",
      command.evaluations,
      "N",
      "how often each phase measures the smallest and the largest network on held-out images");
  bind_phase("full", command.full, options);
  bind_phase("kernel", command.kernel, options);
  bind_phase("depth1", command.depth1, options);
  bind_phase("depth2", command.depth2, options);
  bind_phase("expand1", command.expand1, options);
  bind_phase("expand2", command.expand2, options);
  bind_phase("width1", command.width1, options);
  bind_phase("width2", command.width2, options);
  bind_phase("sandwich", command.sandwich, options);
  bind_phase("attentive", command.attentive, options);
  bind_phase("compound", command.compound, options);
  bind_phase("delayed", command.delayed, options);
  bind(command.charge, options);
}

void validate(const TrainCommand& command) {
  validate(command.charge);
  validate(command.preview, command.out, command.resume);
  validate_schedule(command);
  validate(command.space);
  validate(command.recipe);
  require_usage(command.kd_ratio >= 0, "--kd-ratio = ", command.kd_ratio, ", must be >= 0");
  require_usage(command.teacher_mode == "train" || command.teacher_mode == "eval",
                "--teacher-mode = ",
                command.teacher_mode,
                ", must be train or eval");
  require_usage(command.resolution_per == "batch" || command.resolution_per == "network",
                "--resolution-per = ",
                command.resolution_per,
                ", must be batch or network");
  require_usage(command.transform_decay >= 0,
                "--transform-decay = ",
                command.transform_decay,
                ", must be >= 0");
  require_usage(command.unused_weights == "keep" || command.unused_weights == "decay",
                "--unused-weights = ",
                command.unused_weights,
                ", must be keep or decay");
  require_usage(command.norm_statistics == "synchronized" || command.norm_statistics == "local",
                "--norm-statistics = ",
                command.norm_statistics,
                ", must be synchronized or local");
  require_usage(
      command.calibration >= 1, "--calibration = ", command.calibration, ", must be >= 1");
  require_usage(command.evaluations >= 1 && command.evaluations <= 10'000,
                "--evaluations = ",
                command.evaluations,
                ", must be 1 to 10000");
  for (const auto& [name, phase] : phases_of(command)) validate_phase(name, *phase);
}

}  // namespace coppice
