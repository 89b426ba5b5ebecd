// Putting finished exports where older ones may lie.
#pragma once

#include <filesystem>

namespace coppice {

/// Before anything is made: throws Error(usage) when `out` is no folder, or when it, or a numbered
/// folder in it, holds a file with a name that exports have and no card.json, so that it is not of
/// an export.
void require_exports_replaceable(const std::filesystem::path& out);

/// Moves the networks of `finished` to `out`: either its own files or one folder a network, each
/// with a card.json, which arrives last. What older exports left there and the new one has not is
/// removed: the files that their cards list, the cards, and folders that are empty then. Other
/// files stay. Both must lie on one file system. Throws Error naming the path.
void replace_exports(const std::filesystem::path& finished, const std::filesystem::path& out);

}  // namespace coppice
