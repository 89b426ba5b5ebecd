#include "supernet/base/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

void flush_to_disk(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  require(descriptor >= 0, "cannot open ", path.string(), ": ", std::strerror(errno));
  const int result = ::fsync(descriptor);
  const int reason = errno;
  ::close(descriptor);
  // Some file systems refuse fsync on folders (EINVAL): nothing more can be done there.
  require(
      result == 0 || reason == EINVAL, "cannot write ", path.string(), ": ", std::strerror(reason));
}

// Renaming over a device would replace it by a file.
void require_file_or_nothing(const std::filesystem::path& path) {
  std::error_code unknown;  // a folder that cannot be searched is reported by the write
  const auto status = std::filesystem::status(path, unknown);
  require(!std::filesystem::exists(status) || std::filesystem::is_regular_file(status),
          "cannot write ",
          path.string(),
          std::filesystem::is_directory(status) ? ": it is a folder" : ": it is not a regular file",
          "; choose another name");
}

constexpr const char* kTemporaryMark = ".tmp-";

// Writes the content beside `path` and calls publish(temporary), which gives it its place.
template <class Publish>
void write_beside(const std::filesystem::path& path,
                  const std::string& content,
                  const Publish& publish) {
  require_file_or_nothing(path);
  const auto temporary = temporary_beside(path);
  try {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    require(out.good(), "cannot write ", path.string(), ": ", std::strerror(errno));
    out << content;
    out.close();
    require(out.good(), "cannot write ", path.string(), ": ", std::strerror(errno));
    publish(temporary);
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
}

// A second name for the file where the file system has such; else the file moves.
void keep_as(const std::filesystem::path& path, const std::filesystem::path& previous) {
  const auto link = temporary_beside(previous);
  ::unlink(link.c_str());
  const bool linked = ::link(path.c_str(), link.c_str()) == 0;
  if (!linked && errno == ENOENT) return;
  const auto& from = linked ? link : path;
  require(::rename(from.c_str(), previous.c_str()) == 0,
          "cannot write ",
          previous.string(),
          ": ",
          std::strerror(errno));
  ::unlink(link.c_str());  // renaming a file to another of its names does nothing
}

// Those whose writer is no longer alive.
void remove_left_temporaries(const std::filesystem::path& folder) {
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    const auto mark = name.rfind(kTemporaryMark);
    if (mark == std::string::npos) continue;
    const long writer = std::strtol(name.c_str() + mark + std::strlen(kTemporaryMark), nullptr, 10);
    const bool dead = writer > 0 && ::kill(static_cast<pid_t>(writer), 0) != 0 && errno == ESRCH;
    if (dead) ::unlink(entry.path().c_str());
  }
}

}  // namespace

std::string read_text_file(const std::filesystem::path& path) {
  std::error_code code;
  require(
      !std::filesystem::is_directory(path, code), path.string(), " is a folder; a file is needed");
  // Some devices never end.
  require(!std::filesystem::is_character_file(path, code) &&
              !std::filesystem::is_block_file(path, code),
          path.string(),
          " is a device; a file is needed");
  std::ifstream in(path, std::ios::binary);
  require(in.good(), "cannot read ", path.string(), ": ", std::strerror(errno));
  std::ostringstream content;
  content << in.rdbuf();
  require(!in.bad(), "cannot read ", path.string(), ": ", std::strerror(errno));
  return content.str();
}

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  return path.string() + kTemporaryMark + std::to_string(::getpid());
}

void publish_file(const std::filesystem::path& temporary, const std::filesystem::path& path) {
  require_file_or_nothing(path);
  flush_to_disk(temporary);
  std::error_code code;
  std::filesystem::rename(temporary, path, code);
  require(!code, "cannot write ", path.string(), ": ", code.message());
  const auto parent = path.parent_path();
  flush_to_disk(parent.empty() ? "." : parent);
}

void write_text_file(const std::filesystem::path& path, const std::string& content) {
  write_beside(path, content, [&](const auto& temporary) { publish_file(temporary, path); });
}

void write_keeping_previous(const std::filesystem::path& path,
                            const std::filesystem::path& previous,
                            const std::string& content) {
  write_beside(path, content, [&](const auto& temporary) {
    flush_to_disk(temporary);
    keep_as(path, previous);
    publish_file(temporary, path);
  });
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  require(!code, "cannot create the folder ", folder.string(), ": ", code.message());
}

bool is_writable(const std::filesystem::path& folder) {
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

FolderLock::FolderLock(const std::filesystem::path& folder) {
  make_folder(folder);
  const auto path = folder / ".lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  require(descriptor_ >= 0, "cannot write in ", folder.string(), ": ", std::strerror(errno));
  try {
    take(folder);
    remove_left_temporaries(folder);
  } catch (const Error&) {
    ::close(descriptor_);  // no destructor runs for an object that was never made
    throw;
  }
}

void FolderLock::take(const std::filesystem::path& folder) const {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    require(errno == EWOULDBLOCK, "cannot lock ", folder.string(), ": ", std::strerror(errno));
    char holder[32] = {};
    const ssize_t length = ::read(descriptor_, holder, sizeof holder - 1);
    throw Error(text(folder.string(),
                     " is being written by process ",
                     length > 0 ? holder : "(unknown)",
                     "; wait for it to end, or use another folder"));
  }
  const std::string id = std::to_string(::getpid());
  const bool written =
      ::ftruncate(descriptor_, 0) == 0 &&
      ::pwrite(descriptor_, id.data(), id.size(), 0) == static_cast<ssize_t>(id.size());
  require(written, "cannot write in ", folder.string(), ": ", std::strerror(errno));
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace coppice
