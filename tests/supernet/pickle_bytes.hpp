// Pickles, zip files and PyTorch files written byte by byte, honest or not.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace coppice {

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string result;
  for (int i = 0; i < bytes; ++i) result.push_back(static_cast<char>(value >> (8 * i)));
  return result;
}

namespace pickled {

inline std::string text(const std::string& value) {
  return "X" + little_endian(value.size(), 4) + value;
}
inline std::string integer(std::int64_t value) {
  return "\x8a\x08" + little_endian(static_cast<std::uint64_t>(value), 8);
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string result = "(";
  for (const std::string& item : items) result += item;
  return result + "t";
}
inline std::string integers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> items;
  for (const std::int64_t value : values) items.push_back(integer(value));
  return tuple(items);
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string call(const std::string& function, const std::string& arguments) {
  return function + arguments + "R";
}
inline std::string dictionary(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string result = "}(";
  for (const auto& [key, value] : items) result += text(key) + value;
  return result + "u";
}
inline std::string storage(const std::string& type, const std::string& key, std::int64_t elements) {
  return tuple(
             {text("storage"), global("torch", type), text(key), text("cpu"), integer(elements)}) +
         "Q";
}
inline std::string tensor(const std::string& storage,
                          std::int64_t offset,
                          const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides) {
  return call(global("torch._utils", "_rebuild_tensor_v2"),
              tuple({storage,
                     integer(offset),
                     integers(shape),
                     integers(strides),
                     "\x89",
                     call(global("collections", "OrderedDict"), ")")}));
}
inline std::string pickle(const std::string& body) { return "\x80\x02" + body + "."; }

}  // namespace pickled

template <class T>
std::string raw(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

struct ZipEntry {
  std::string name;
  std::string content;
  bool deflated = false;
};

inline std::string deflate_raw(const std::string& content) {
  z_stream stream{};
  ::deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(content.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ::deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  return packed;
}

inline std::string zip(const std::vector<ZipEntry>& entries) {
  std::string body;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    const auto* bytes = reinterpret_cast<const Bytef*>(entry.content.data());
    const std::string packed = entry.deflated ? deflate_raw(entry.content) : entry.content;
    const std::string common =
        little_endian(0, 2) + little_endian(entry.deflated ? 8 : 0, 2) + little_endian(0, 4) +
        little_endian(::crc32(0, bytes, static_cast<uInt>(entry.content.size())), 4) +
        little_endian(packed.size(), 4) + little_endian(entry.content.size(), 4) +
        little_endian(entry.name.size(), 2);
    directory += "PK\x01\x02" + little_endian(20, 2) + little_endian(20, 2) + common +
                 std::string(12, '\0') + little_endian(body.size(), 4) + entry.name;
    // The extra field pads the header, as PyTorch does to align storages.
    body += "PK\x03\x04" + little_endian(20, 2) + common + little_endian(5, 2) + entry.name +
            std::string(5, 'Z') + packed;
  }
  const std::string end = "PK\x05\x06" + little_endian(0, 4) + little_endian(entries.size(), 2) +
                          little_endian(entries.size(), 2) + little_endian(directory.size(), 4) +
                          little_endian(body.size(), 4) + little_endian(0, 2);
  return body + directory + end;
}

}  // namespace coppice
