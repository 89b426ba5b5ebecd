#include "supernet/base/random.hpp"

#include <cmath>

namespace coppice {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

}  // namespace

std::uint64_t Random::next() {
  state_ += kGolden;
  return mix(state_);
}

double Random::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::uint64_t Random::below(std::uint64_t count) {
  // Rejects the few values beyond the largest multiple of count.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % count;
  std::uint64_t value = next();
  while (value >= limit) value = next();
  return value % count;
}

double Random::normal() {
  constexpr double two_pi = 6.283185307179586476925286766559;
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(two_pi * uniform());
}

Random Random::fork(std::string_view label) const {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : label) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return Random(mix(state_ ^ mix(hash)));
}

Random Random::fork(std::uint64_t index) const {
  return Random(mix(state_ + mix(index + kGolden)));
}

}  // namespace coppice
