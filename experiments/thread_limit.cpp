#include "experiments/thread_limit.hpp"

#include <tbb/global_control.h>

namespace coppice {

struct ThreadLimit::Control {
  tbb::global_control control;
};

ThreadLimit::ThreadLimit(int threads)
    : control_(new Control{tbb::global_control(tbb::global_control::max_allowed_parallelism,
                                               static_cast<std::size_t>(threads))}) {}

ThreadLimit::~ThreadLimit() = default;

}  // namespace coppice
