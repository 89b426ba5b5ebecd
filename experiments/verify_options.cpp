#include "experiments/verify_options.hpp"

namespace coppice {

void bind(VerifyCommand& command, OptionSet& options) {
  options.add("dir", command.dir, "DIR", "folder that export wrote").as_required().as_positional();
  options.add("data", command.data, "DATA", "images to compare accuracy on");
}

void validate(const VerifyCommand&) {}

}  // namespace coppice
