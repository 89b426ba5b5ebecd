#include "search/seen_set.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace coppice {
namespace {

/// The finaliser of SplitMix64: every bit of the input reaches every bit of the output.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

}  // namespace

std::uint64_t fingerprint(const Architecture& architecture) {
  const std::vector<std::uint8_t>& genes = architecture.genes;
  std::uint64_t hash = 0x9e3779b97f4a7c15ULL ^ genes.size();
  for (std::size_t i = 0; i < genes.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, &genes[i], std::min(sizeof word, genes.size() - i));
    hash = mix(hash + word + 0x9e3779b97f4a7c15ULL);
  }
  return hash == 0 ? 1 : hash;
}

std::size_t SeenSet::place_of(std::uint64_t fingerprint) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = static_cast<std::size_t>(fingerprint) & mask;
  while (slots_[place] != 0 && slots_[place] != fingerprint) place = (place + 1) & mask;
  return place;
}

bool SeenSet::insert(std::uint64_t fingerprint) {
  const std::size_t place = place_of(fingerprint);
  if (slots_[place] != 0) return false;
  slots_[place] = fingerprint;
  if (++size_ * 2 > slots_.size()) grow();
  return true;
}

bool SeenSet::contains(std::uint64_t fingerprint) const {
  return slots_[place_of(fingerprint)] != 0;
}

void SeenSet::grow() {
  std::vector<std::uint64_t> old(slots_.size() * 4);
  std::swap(old, slots_);
  for (const std::uint64_t each : old) {
    if (each != 0) slots_[place_of(each)] = each;
  }
}

std::vector<std::uint64_t> SeenSet::sorted() const {
  std::vector<std::uint64_t> all;
  for (const std::uint64_t each : slots_) {
    if (each != 0) all.push_back(each);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace coppice
