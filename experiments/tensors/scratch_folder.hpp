// A folder for files that are not finished: gone when the work ends, however it ends.
#pragma once

#include <filesystem>

namespace coppice {

class ScratchFolder {
 public:
  /// Creates a folder of this process's own inside `parent`, and `parent` when it is missing.
  /// Throws Error that says why it cannot.
  explicit ScratchFolder(const std::filesystem::path& parent);
  /// Removes it with all that is in it, and `parent` when it was missing before and is empty.
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path parent_;
  std::filesystem::path path_;
  bool made_parent_ = false;
};

}  // namespace coppice
