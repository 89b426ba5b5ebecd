// A checksum behind a file's content: any changed, missing or added byte is found.
//
// The seal is one line of text after the content. Formats that say how long they are, HDF5 among
// them, read as if it were not there.
#pragma once

#include <filesystem>
#include <string>

namespace coppice {

/// The content with its seal, "\ncoppice-sha256 <64 hexadecimal digits>\n", behind it.
[[nodiscard]] std::string sealed(std::string content);

enum class Seal { none, good, broken };

/// Reads the whole file. A file cut short has lost its seal: whoever expects one takes `none` for
/// damage. Throws Error naming the path when it cannot be read.
[[nodiscard]] Seal check_seal(const std::filesystem::path& path);

}  // namespace coppice
