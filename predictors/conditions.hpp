// What a measured number depends on beside the architecture, and whether two numbers belong
// together.
#pragma once

#include <map>
#include <string>

namespace coppice {

/// "device", "runtime" (with its precision), "threads", "batch"; of accuracies "split", "images",
/// "supernet_sha256" -> as text.
using Conditions = std::map<std::string, std::string>;

/// Those of a table that the target depends on: "runtime of latency_opencv_ms" is the runtime of
/// that target and of no other; accuracies (accuracy*, top*) depend on no device, runtime, threads
/// or batch, all others on no images, split or weights.
[[nodiscard]] Conditions conditions_of(const Conditions& table, const std::string& target);

/// The first name, in the order of names, whose values differ, with both of them ("not recorded"
/// where one is missing): "device = A here, B there". Empty when all agree.
[[nodiscard]] std::string difference(const Conditions& here, const Conditions& there);

/// "batch 1, device AMD EPYC, runtime libtorch 1.13.1, threads 1"; long hashes are cut.
[[nodiscard]] std::string to_text(const Conditions& conditions);

}  // namespace coppice
