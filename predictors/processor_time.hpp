// How long processors have worked for this process.
#pragma once

#include "supernet/base/units.hpp"

namespace coppice {

/// Processor time (all threads, user and system) of this process, of its children that have ended
/// and of those that run: ONNX Runtime is timed in a process of its own. Linux counts the last in
/// hundredths of a second; while a child ends, the sum may be too small by as much.
[[nodiscard]] Seconds process_cpu_time();

}  // namespace coppice
