#include "search/parallel.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>

namespace coppice {

void for_blocks(std::size_t count,
                std::size_t block,
                const std::function<void(std::size_t begin, std::size_t end)>& work) {
  const std::size_t blocks = (count + block - 1) / block;
  if (blocks < 2) {
    if (count > 0) work(0, count);
    return;
  }
  tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t i) {
    work(i * block, std::min(count, (i + 1) * block));
  });
}

}  // namespace coppice
