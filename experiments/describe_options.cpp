#include "experiments/describe_options.hpp"

namespace coppice {

void bind(DescribeCommand& command, OptionSet& options) {
  bind(command.space, options);
  options.add("arch", command.arch, "FILE", "architectures, one JSON object a line, to cost");
}

void validate(const DescribeCommand& command) { validate(command.space); }

}  // namespace coppice
