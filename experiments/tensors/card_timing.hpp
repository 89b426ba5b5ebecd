// Latencies of exported networks for their cards, made comparable with those of their run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiments/tensors/latency_anchor.hpp"
#include "experiments/tensors/network_card.hpp"
#include "experiments/tensors/timing.hpp"
#include "supernet/base/clock.hpp"

namespace coppice {

/// Times the networks of one export, each runtime in one course of this machine. Where the run was
/// timed under the same conditions, the network that it timed first is timed again, and the others
/// are scaled by it: what the machine does now and did not do then is divided out, as between the
/// groups of `coppice measure`. A card's `interval` says the scale.
class CardTiming {
 public:
  /// Both must outlive it.
  CardTiming(const CardContext& context, const TimingOptions& options, const Clock& clock);

  /// Of subnets in libtorch, in their order.
  [[nodiscard]] std::vector<CardLatency> of_subnets(const std::vector<Subnet>& subnets);

  /// Of their files in the named runtime; `folder` is for a file that is not needed afterwards.
  [[nodiscard]] std::vector<CardLatency> of_files(const std::string& runtime,
                                                  const FileTimer& timer,
                                                  std::vector<TimedFile> files,
                                                  const std::filesystem::path& folder);

  /// What to tell the user when this machine was at least a fifth faster or slower than when the
  /// run was timed; empty: it was not.
  [[nodiscard]] std::string warning() const;

 private:
  [[nodiscard]] std::optional<LatencyAnchor> anchor(const std::string& runtime,
                                                    const TimingConditions& now) const;
  [[nodiscard]] std::vector<CardLatency> settled(LatencyReport report,
                                                 const std::optional<LatencyAnchor>& anchor,
                                                 const TimingConditions& conditions);

  const CardContext& context_;
  TimingOptions options_;
  const Clock& clock_;
  double scale_ = 1;  ///< the one furthest from 1
};

}  // namespace coppice
