// How a kernel spreads its work over threads, without knowing whose threads they are.
#pragma once

#include <cstdint>
#include <functional>

namespace coppice {

/// Does tasks [begin, end). Tasks write to places of their own and may run in any order.
using TaskRange = std::function<void(std::int64_t begin, std::int64_t end)>;

/// Calls `range` on parts that together cover [0, tasks) once, from any threads, and returns when
/// all are done. No result depends on how the tasks are split.
using RunTasks = std::function<void(std::int64_t tasks, const TaskRange& range)>;

/// Runs everything on the calling thread.
inline void run_serially(std::int64_t tasks, const TaskRange& range) { range(0, tasks); }

}  // namespace coppice
