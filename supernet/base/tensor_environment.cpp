#include "supernet/base/tensor_environment.hpp"

#include <cstdlib>
#include <utility>

namespace coppice {

void prepare_tensor_environment() {
  const std::pair<const char*, const char*> settings[] = {
      // Idle threads of OpenMP spin a moment and then sleep: two pools share the processors.
      {"GOMP_SPINCOUNT", "20000"},
      // BLAS leaves threads to libtorch.
      {"OPENBLAS_NUM_THREADS", "1"},
      // Freed tensors are kept for the next ones, in large pages. Handing them back to the system
      // and faulting them in anew took more than half of a training step.
      {"MALLOC_MMAP_THRESHOLD_", "1073741824"},
      {"MALLOC_TRIM_THRESHOLD_", "17179869184"},
      {"MALLOC_TOP_PAD_", "67108864"},
      {"GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"},
  };
  for (const auto& [name, value] : settings) ::setenv(name, value, 0);
#if defined(__x86_64__)
  // libtorch's own loops.
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) {
    ::setenv("ATEN_CPU_CAPABILITY", "avx512", 0);
  }
#endif
}

}  // namespace coppice
