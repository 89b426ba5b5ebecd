// Very many files in a few folders, by number: their names stand one behind the other in one piece
// of memory, a folder's name only once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace coppice {

/// Takes the bytes of a file's name and four more for each file.
class FileList {
 public:
  /// Adds the next folder with its files, whose numbers follow on. Throws Error when the names of
  /// one folder exceed 4 GiB.
  void add_folder(const std::filesystem::path& folder, const std::vector<std::string>& names);

  /// Gives back what growing has taken in reserve.
  void finish();

  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  /// Of file `index`. Throws Error unless index < size().
  [[nodiscard]] std::filesystem::path path(std::size_t index) const;
  /// The place of its folder among those added.
  [[nodiscard]] std::size_t folder(std::size_t index) const;

  /// Memory in use.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Folder {
    std::filesystem::path path;
    std::size_t first_file;
    std::size_t first_byte;
  };

  std::vector<Folder> folders_;
  std::string names_;
  std::vector<std::uint32_t> ends_;  // of each file's name, from its folder's first byte
};

}  // namespace coppice
