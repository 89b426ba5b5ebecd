// The one file that is compiled with OpenMP: at::parallel_for is a template, and where it is
// compiled without, its loop runs on one thread whatever at::set_num_threads says.
#include "supernet/elastic/fast_path.hpp"

#include <ATen/Parallel.h>

namespace coppice {

void run_on_pool(std::int64_t tasks, const TaskRange& range) {
  at::parallel_for(0, tasks, 1, range);
}

}  // namespace coppice
