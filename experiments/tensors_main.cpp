// The program's tensor body, started by the light one with the same arguments.
#include "experiments/program.hpp"
#include "experiments/tensor_commands.hpp"
#include "supernet/base/error.hpp"

namespace {

int unknown_here(const coppice::Command& command, char** /*argv*/) {
  throw coppice::Error(
      coppice::text("coppice-tensors does not run this ", command.name, "; start coppice instead"));
}

}  // namespace

int main(int argc, char** argv) {
  return coppice::run_program(
      argc, argv, {coppice::Body::tensor, coppice::tensor_runners, unknown_here});
}
