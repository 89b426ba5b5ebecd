// What reading and writing HDF5 share: handles that close themselves, and errors with a reason.
// Internal to hdf5_reader.cpp and hdf5_writer.cpp; no other file names HDF5.
#pragma once

#include <hdf5.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace coppice::hdf5 {

/// Keeps HDF5 from printing while it lives. Error stacks belong to threads, so each public call
/// makes its own.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Owns one HDF5 identifier; a negative one means that the call which made it failed.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  [[nodiscard]] hid_t id() const noexcept { return id_; }
  [[nodiscard]] bool valid() const noexcept { return id_ >= 0; }

 private:
  hid_t id_;
  Close close_;
};

/// The innermost reason why the last HDF5 call of this thread failed, in one line.
[[nodiscard]] std::string reason();

/// Throws "cannot <verb> '<object>' in <path>: <reason>" unless `ok`. Call it right after the call
/// that it judges: any other HDF5 call forgets the reason.
void check(bool ok, const char* verb, const std::string& object, const std::filesystem::path& path);

/// Whether every link on the way to the absolute `name` exists; "/" always does.
[[nodiscard]] bool exists(hid_t file, const std::string& name);

/// The number of values of a dataset of this shape; SIZE_MAX when it does not fit.
[[nodiscard]] std::size_t product(const std::vector<std::size_t>& shape);

/// What lies in a file for the number T: little-endian, of the same width.
template <class T>
[[nodiscard]] Handle stored_type();

/// What lies in memory for the number T.
template <class T>
[[nodiscard]] Handle memory_type();

/// UTF-8 text of at most `bytes` > 0 bytes, filled up with zero bytes; the same in both places.
/// Text of variable length would lie in a heap without checksums, and a damaged heap crashes HDF5.
[[nodiscard]] Handle text_type(std::size_t bytes);

/// UTF-8 text of any length, for formats that ask for it.
[[nodiscard]] Handle variable_text_type();

}  // namespace coppice::hdf5
