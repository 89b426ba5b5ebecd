#include "experiments/verify_options.hpp"

#include "experiments/runtime_options.hpp"

namespace coppice {

void bind(VerifyCommand& command, OptionSet& options) {
  options.add("dir", command.dir, "DIR", "folder that export wrote").as_required().as_positional();
  options
      .add("data",
           command.data,
           "DATA",
           "data set whose test images every runtime classifies, to compare with the card")
      .shows("none");
  bind_onnxruntime(command.onnxruntime, options);
}

void validate(const VerifyCommand&) {}

}  // namespace coppice
