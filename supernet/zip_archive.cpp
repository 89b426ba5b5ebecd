#include "supernet/zip_archive.hpp"

#include <zlib.h>

#include <algorithm>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

constexpr std::size_t kEndRecord = 22;        // bytes without the comment
constexpr std::size_t kDirectoryRecord = 46;  // bytes without the names
constexpr std::size_t kLocalHeader = 30;      // bytes without the names
constexpr std::size_t kStored = 0;
constexpr std::size_t kDeflated = 8;

/// Inflates into exactly `bytes` bytes; false when the data end early or give more.
bool inflate_into(std::string& target, const char* packed, std::size_t packed_bytes) {
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed));  // only read
  stream.avail_in = static_cast<uInt>(packed_bytes);
  stream.next_out = reinterpret_cast<Bytef*>(target.data());
  stream.avail_out = static_cast<uInt>(target.size());
  const int code = ::inflate(&stream, Z_FINISH);
  ::inflateEnd(&stream);
  return code == Z_STREAM_END && stream.avail_out == 0;
}

}  // namespace

ZipArchive::ZipArchive(const std::filesystem::path& path)
    : path_(path), content_(read_text_file(path)) {
  require(content_.compare(0, 4, "PK\x03\x04") == 0, path.string(), " is not a zip file");
  // The end record stands before a comment of at most 65535 bytes.
  const std::size_t found = content_.rfind("PK\x05\x06");
  require(found != std::string::npos && found + kEndRecord <= content_.size() &&
              content_.size() - found <= kEndRecord + 65535,
          path.string(),
          " is truncated: the zip file has no end");
  read_directory(found);
}

std::size_t ZipArchive::number(std::size_t at, std::size_t bytes) const {
  std::size_t value = 0;
  for (std::size_t i = bytes; i > 0; --i) {
    value = value << 8U | static_cast<unsigned char>(content_[at + i - 1]);
  }
  return value;
}

void ZipArchive::read_directory(std::size_t end_record) {
  const std::size_t count = number(end_record + 10, 2);
  std::size_t at = number(end_record + 16, 4);
  require(count != 0xffff && at != 0xffffffff,
          path_.string(),
          " is a zip64 file, which is not supported");
  for (std::size_t i = 0; i < count; ++i) {
    require(at + kDirectoryRecord <= end_record && content_.compare(at, 4, "PK\x01\x02") == 0,
            path_.string(),
            " has a damaged zip directory");
    const std::size_t name_bytes = number(at + 28, 2);
    require(at + kDirectoryRecord + name_bytes <= end_record,
            path_.string(),
            " has a damaged zip directory");
    const std::string name = content_.substr(at + kDirectoryRecord, name_bytes);
    const Entry entry{number(at + 8, 2),
                      number(at + 10, 2),
                      number(at + 16, 4),
                      number(at + 20, 4),
                      number(at + 24, 4),
                      number(at + 42, 4)};
    const bool added = entries_.emplace(name, entry).second;
    require(added, path_.string(), " holds two entries named '", name, "'");
    at += kDirectoryRecord + name_bytes + number(at + 30, 2) + number(at + 32, 2);
  }
}

std::vector<std::string> ZipArchive::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

std::string ZipArchive::read(const std::string& name) const {
  const auto found = entries_.find(name);
  require(found != entries_.end(), path_.string(), " has no entry '", name, "'");
  const Entry& entry = found->second;
  const std::string place = "entry '" + name + "' of " + path_.string();
  require((entry.flags & 1U) == 0, place, " is encrypted");
  require(entry.method == kStored || entry.method == kDeflated,
          place,
          " is packed by method ",
          entry.method,
          ", must be 0 (stored) or 8 (deflated)");
  const bool has_header = entry.header + kLocalHeader <= content_.size() &&
                          content_.compare(entry.header, 4, "PK\x03\x04") == 0;
  require(has_header, place, " is damaged: it has no header");
  const std::size_t start =
      entry.header + kLocalHeader + number(entry.header + 26, 2) + number(entry.header + 28, 2);
  require(start <= content_.size() && entry.packed_bytes <= content_.size() - start,
          place,
          " reaches beyond the end of the file");
  // Weights hardly pack; the bound keeps a hostile entry from filling the memory.
  const bool possible = entry.method == kStored ? entry.bytes == entry.packed_bytes
                                                : entry.bytes / 16 <= content_.size();
  require(possible, place, " is damaged: its sizes disagree");
  std::string data;
  if (entry.method == kStored) {
    data = content_.substr(start, entry.bytes);
  } else {
    data.resize(entry.bytes);
    require(inflate_into(data, content_.data() + start, entry.packed_bytes),
            place,
            " is damaged: it cannot be unpacked");
  }
  const auto* bytes = reinterpret_cast<const Bytef*>(data.data());
  require(::crc32(0, bytes, static_cast<uInt>(data.size())) == entry.checksum,
          place,
          " is damaged: its checksum is wrong");
  return data;
}

}  // namespace coppice
