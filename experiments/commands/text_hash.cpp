#include "experiments/commands/text_hash.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace coppice {

std::string text_hash(const std::string& content) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : content) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace coppice
