#include "experiments/verify_options.hpp"

namespace coppice {

void bind(VerifyCommand& command, OptionSet& options) {
  options.add("dir", command.dir, "DIR", "folder that export wrote").as_required().as_positional();
}

void validate(const VerifyCommand&) {}

}  // namespace coppice
