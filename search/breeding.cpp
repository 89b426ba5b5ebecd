#include "search/breeding.hpp"

#include <utility>

#include "supernet/base/parallel.hpp"

namespace coppice {
namespace {

constexpr std::size_t kBlock = 64;
constexpr int kTries = 8;

/// Breeds until something new comes up; false when nothing did.
bool breed_again(const Random& child_stream,
                 const Breeder& breeder,
                 const Breeder& fallback,
                 SeenSet& seen,
                 Architecture& child) {
  Random random = child_stream.fork("again");
  for (int attempt = 0; attempt < 2 * kTries; ++attempt) {
    child = attempt < kTries ? breeder(random) : fallback(random);
    if (seen.insert(fingerprint(child))) return true;
  }
  return false;
}

}  // namespace

std::vector<Architecture> breed(std::size_t count,
                                const Random& stream,
                                const Breeder& breeder,
                                const Breeder& fallback,
                                SeenSet& seen) {
  std::vector<Architecture> children(count);
  std::vector<std::uint64_t> prints(count);
  for_blocks(count, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      Random random = stream.fork(i);
      children[i] = breeder(random);
      prints[i] = fingerprint(children[i]);
    }
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool fresh =
        seen.insert(prints[i]) || breed_again(stream.fork(i), breeder, fallback, seen, children[i]);
    if (!fresh) continue;
    if (kept != i) children[kept] = std::move(children[i]);
    ++kept;
  }
  children.resize(kept);
  return children;
}

}  // namespace coppice
