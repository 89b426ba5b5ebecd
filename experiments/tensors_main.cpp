// The program's tensor body, started by the light one with the same arguments.
#include "experiments/program.hpp"
#include "experiments/tensor_commands.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

Runners tensor_runners() { return {}; }

}  // namespace coppice

int main(int argc, char** argv) {
  const auto unknown_here = [](const coppice::Command& command) -> int {
    throw coppice::Error(
        coppice::text("coppice-tensors does not run ", command.name, "; start coppice instead"));
  };
  const coppice::Words arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return coppice::run_program(arguments, coppice::tensor_runners(), unknown_here);
}
