// New architectures for a generation: bred in parallel, never one that was seen before.
#pragma once

#include <functional>
#include <vector>

#include "search/seen_set.hpp"
#include "supernet/base/random.hpp"

namespace coppice {

/// Makes one architecture from its own stream; called from many threads at once.
using Breeder = std::function<Architecture(Random&)>;

/// Up to `count` architectures that `seen` does not hold yet, and adds them to it. Child i draws
/// from stream.fork(i) only, so the result does not depend on the number of threads. A child that
/// was seen before is bred again a few times, then drawn from `fallback`; its place stays empty
/// when that was seen before as well.
[[nodiscard]] std::vector<Architecture> breed(std::size_t count,
                                              const Random& stream,
                                              const Breeder& breeder,
                                              const Breeder& fallback,
                                              SeenSet& seen);

}  // namespace coppice
