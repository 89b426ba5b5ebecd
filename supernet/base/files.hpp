// Files that are never half written, and folders that have one writer at a time.
#pragma once

#include <filesystem>
#include <string>

namespace coppice {

/// The whole file. Throws Error naming the path when it cannot be read.
[[nodiscard]] std::string read_text_file(const std::filesystem::path& path);

/// Writes to a temporary file beside `path`, flushes it to disk and renames it: whoever looks
/// sees the old content or the new, never a part. Throws Error (no space, no permission ...) and
/// leaves what existed untouched. A device, a pipe or a folder is refused, as in all below.
void write_text_file(const std::filesystem::path& path, const std::string& content);

/// The same, but the content that was there before stays as the file `previous`. At every moment
/// `path` is there, old or new; `previous` is replaced only when the new content is on the disk.
void write_keeping_previous(const std::filesystem::path& path,
                            const std::filesystem::path& previous,
                            const std::string& content);

/// Flushes the finished `temporary` to disk and renames it to `path`.
void publish_file(const std::filesystem::path& temporary, const std::filesystem::path& path);

/// A name beside `path` that no other process uses: "<path>.tmp-<pid>".
[[nodiscard]] std::filesystem::path temporary_beside(const std::filesystem::path& path);

/// Creates the folder and its parents. Throws Error that says why it cannot.
void make_folder(const std::filesystem::path& folder);

/// Whether this process may write files into the folder; false when it does not exist. errno says
/// why not.
[[nodiscard]] bool is_writable(const std::filesystem::path& folder);

/// Held by the one process that may write a run's folder. Released by the destructor and by the
/// death of the process, however it dies.
class FolderLock {
 public:
  /// Creates the folder when it is missing, and removes what writers that died left half written
  /// in it. Throws Error naming the holder's process id at once when another process has it.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  void take(const std::filesystem::path& folder) const;

  int descriptor_ = -1;
};

}  // namespace coppice
