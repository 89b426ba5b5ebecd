// Sixteen hexadecimal digits that stand for a text: whether options or files are still the same.
#pragma once

#include <string>

namespace coppice {

/// FNV-1a, 64 bits: tells mistakes apart, not attacks.
[[nodiscard]] std::string text_hash(const std::string& content);

}  // namespace coppice
