// The program's light body: it links no tensor library, so it starts in milliseconds. Commands that
// need tensors are handed to coppice-tensors, which stands beside it.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "experiments/light_commands.hpp"
#include "experiments/program.hpp"
#include "supernet/base/error.hpp"

namespace {

// What the tensor libraries read when they are loaded; what the user has set is kept. Their idle
// threads sleep instead of spinning (two pools share the processors), BLAS leaves threads to
// libtorch, and libtorch's own loops use AVX-512 where the processor has it.
void prepare_environment() {
  ::setenv("OMP_WAIT_POLICY", "passive", 0);
  ::setenv("OPENBLAS_NUM_THREADS", "1", 0);
#if defined(__x86_64__)
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
