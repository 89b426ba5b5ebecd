// Which files a command may replace: those of the kind that it writes itself.
#pragma once

#include <filesystem>
#include <vector>

#include "supernet/base/stored_format.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// What marks a text file of one kind: words within its first 1024 bytes.
struct TextKind {
  const char* described;  ///< in messages: "a report of Coppice"
  const char* mark;
  const char* place;  ///< in messages: the option that names the file, or what the file is
};

/// Throws Error(usage) when `out`, the value of --out, exists and is no file of this format, or a
/// newer one than this program can read.
void require_replaceable(const std::filesystem::path& out, const StoredFormat& format);

/// Throws Error(usage) when `out`, the value of --out, exists and is no imported supernet: one that
/// was trained is never replaced, hours of work must not end by a slip of the keyboard.
void require_imported_supernet_replaceable(const std::filesystem::path& out);

/// Throws Error(usage) when `out`, the value of --out, exists and is no NIR file.
void require_nir_replaceable(const std::filesystem::path& out);

/// Throws Error(usage) when `out` exists and is no file of this kind.
void require_replaceable(const std::filesystem::path& out, const TextKind& kind);

/// Throws Error(usage) when `out`, the value of `option`, exists and is anything but lines of
/// networks of the space.
void require_networks_replaceable(const char* option,
                                  const std::filesystem::path& out,
                                  const SearchSpace& space);

/// Throws Error(usage) when `out`, the value of `place`, is one of the files that `option` names.
void require_no_input(const std::filesystem::path& out,
                      const char* option,
                      const std::vector<std::filesystem::path>& inputs,
                      const char* place = "--out");

}  // namespace coppice
