// Loops on all processors. parallel.cpp alone starts TBB's tasks: a race of a loop's body is then
// seen by ThreadSanitizer, which is told there what TBB promises.
#pragma once

#include <cstddef>
#include <functional>

namespace coppice {

/// Calls work(i) once for every i in {0, ..., count - 1}, in any order and on any thread, and
/// returns when all are done. An exception of one is thrown here.
void for_each_index(std::size_t count, const std::function<void(std::size_t i)>& work);

/// Calls work(begin, end) for the blocks of {0, ..., count - 1}, each of `block` indices but the
/// last, otherwise as above. The cut depends on the two numbers only, so work that writes to its
/// own indices gives the same bits on any number of threads. REQUIRES block > 0.
void for_blocks(std::size_t count,
                std::size_t block,
                const std::function<void(std::size_t begin, std::size_t end)>& work);

}  // namespace coppice
