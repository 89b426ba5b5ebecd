// SHA-256 of bytes and files (FIPS 180-4): tells an edited or truncated file from the written one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace coppice {

/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// Of a file's content. Throws Error naming the path when it cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace coppice
