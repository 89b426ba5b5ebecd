// Loops over blocks on all processors; parallel.cpp is the only file here that knows TBB.
#pragma once

#include <cstddef>
#include <functional>

namespace coppice {

/// Calls work(begin, end) for the blocks of {0, ..., count - 1}, each of `block` indices but the
/// last, in any order and on any thread. The cut depends on the two numbers only, so work that
/// writes to its own indices gives the same bits on any number of threads. An exception of one
/// block is thrown here. REQUIRES block > 0.
void for_blocks(std::size_t count,
                std::size_t block,
                const std::function<void(std::size_t begin, std::size_t end)>& work);

}  // namespace coppice
