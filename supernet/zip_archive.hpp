// Reads zip files as PyTorch writes them: stored or deflated entries, no encryption, no zip64.
// Format: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 6.3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace coppice {

/// The whole file is kept in memory; const methods may be called from many threads.
class ZipArchive {
 public:
  /// Throws Error naming the path: unreadable, no zip file, truncated, zip64, a name twice.
  explicit ZipArchive(const std::filesystem::path& path);

  [[nodiscard]] bool contains(const std::string& name) const { return entries_.count(name) > 0; }
  /// Sorted.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The content of an entry. Throws Error naming path and entry when it is missing, encrypted,
  /// packed by another method, or does not have the size and CRC-32 that the directory states.
  [[nodiscard]] std::string read(const std::string& name) const;

 private:
  struct Entry {
    std::size_t flags = 0;
    std::size_t method = 0;
    std::size_t checksum = 0;
    std::size_t packed_bytes = 0;
    std::size_t bytes = 0;
    std::size_t header = 0;  ///< where the entry's local header starts
  };
  void read_directory(std::size_t end_record);
  [[nodiscard]] std::size_t number(std::size_t at, std::size_t bytes) const;

  std::filesystem::path path_;
  std::string content_;
  std::map<std::string, Entry> entries_;
};

}  // namespace coppice
