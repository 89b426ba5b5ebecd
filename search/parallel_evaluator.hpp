// An evaluator that splits each batch over all processors.
#pragma once

#include <cstddef>
#include <memory>

#include "search/evaluator.hpp"

namespace coppice {

/// Rows are those of `inner`, bit for bit, on any number of threads: a batch is cut into blocks
/// of `block` architectures whatever the number of threads. Blocks should take much longer than
/// a microsecond. `inner` is borrowed, must outlive the result and is called from many threads.
/// Throws Error(usage) when block is 0.
[[nodiscard]] std::unique_ptr<Evaluator> parallel_evaluator(const Evaluator& inner,
                                                            std::size_t block = 128);

}  // namespace coppice
