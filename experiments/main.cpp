// The program's light body: it links no tensor library, so it starts in milliseconds. Commands that
// need tensors are handed to coppice-tensors, which stands beside it.
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "experiments/light_commands.hpp"
#include "experiments/program.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/tensor_environment.hpp"

namespace {

int start_tensor_body(const coppice::Command& command, char** argv) {
  const auto body = coppice::program_beside("coppice-tensors");
  coppice::prepare_tensor_environment();
  coppice::hold_interruptions();
  coppice::stop_if_interrupted("before it began");
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
  return coppice::run_program(
      argc, argv, {coppice::Body::light, coppice::light_runners, start_tensor_body});
}
