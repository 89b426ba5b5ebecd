// The program's light body: it links no tensor library, so it starts in milliseconds. Commands that
// need tensors are handed to coppice-tensors, which stands beside it.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "experiments/light_commands.hpp"
#include "experiments/program.hpp"
#include "supernet/base/error.hpp"

namespace {

// What the tensor body's libraries read when they are loaded; what the user has set is kept.
void prepare_environment() {
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

int start_tensor_body(const coppice::Command& command, char** argv) {
  const auto body = coppice::program_beside("coppice-tensors");
  prepare_environment();
  ::execv(body.c_str(), argv);
  throw coppice::Error(coppice::text("cannot start ",
                                     body.string(),
                                     ", which runs ",
                                     command.name,
                                     ": ",
                                     std::strerror(errno),
                                     "; build the target coppice-tensors"));
}

}  // namespace

int main(int argc, char** argv) {
  return coppice::run_program(argc, argv, coppice::light_runners, start_tensor_body);
}
