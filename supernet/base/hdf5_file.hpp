// HDF5 files with plain vectors: every C call checked once, new files published by renaming.
//
// HDF5 is not crash-safe while a file is open for writing, so a file is always written anew beside
// its final place and renamed when complete. Datasets carry a Fletcher-32 checksum and the file's
// own structures have theirs: a flipped bit is found when they are read. Text is UTF-8 and comes
// back without trailing zero bytes; the strings of a dataset are padded to the longest and packed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace coppice {

/// Writes one new file. Objects are named by absolute paths, "/weights/stem"; missing groups are
/// created. Nothing appears at the final path before publish().
class Hdf5Writer {
 public:
  /// Throws Error naming the path when it cannot be written.
  explicit Hdf5Writer(const std::filesystem::path& path);
  /// Removes the temporary file unless published.
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// T is float, double, std::int64_t, std::uint8_t or std::string. The product of `shape` must
  /// be values.size(); an empty shape means one dimension. Strings are always one dimension.
  template <class T>
  void write(const std::string& name,
             const std::vector<T>& values,
             const std::vector<std::size_t>& shape = {});

  /// The same from memory owned by the caller (T numeric).
  template <class T>
  void write(const std::string& name, const T* values, const std::vector<std::size_t>& shape);

  /// A single value as a dataset without dimensions, T as in attribute; and text of variable length
  /// in any shape. Both for formats that other programs read: our own keep single values in
  /// attributes, and text where a checksum covers it.
  template <class T>
  void scalar(const std::string& name, const T& value);
  void variable_text(const std::string& name,
                     const std::vector<std::string>& values,
                     const std::vector<std::size_t>& shape);

  /// Numbers written from now on are packed (deflate), as text always is.
  void pack_numbers() noexcept { pack_numbers_ = true; }

  /// A single value beside an object: the group "/" or any object written or created before.
  /// T is double, std::int64_t or std::string.
  template <class T>
  void attribute(const std::string& object, const std::string& name, const T& value);

  /// Creates a group and its parents; does nothing when it exists.
  void group(const std::string& name);

  /// Flushes, closes and renames to the final path. Throws Error (disk full ...) and leaves what
  /// existed there untouched.
  void publish();

  /// Closes the file and returns its bytes in place of publishing them. The temporary file is
  /// removed.
  [[nodiscard]] std::string finish();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  std::unique_ptr<std::string> image_;  // receives the file's bytes when HDF5 closes it
  std::int64_t file_ = -1;
  bool pack_numbers_ = false;
};

/// Reads one file. Every error names the file and the object.
class Hdf5Reader {
 public:
  /// Throws Error when the file is missing, no HDF5 file, or truncated.
  explicit Hdf5Reader(const std::filesystem::path& path);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  [[nodiscard]] bool contains(const std::string& name) const;
  /// Names directly inside a group, sorted.
  [[nodiscard]] std::vector<std::string> names(const std::string& group) const;
  [[nodiscard]] std::vector<std::size_t> shape(const std::string& name) const;

  /// T as in Hdf5Writer::write. Throws Error when missing, of another class of type (text against
  /// number), or damaged.
  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& name) const;

  /// Throws Error when damage keeps that from being known.
  [[nodiscard]] bool has_attribute(const std::string& object, const std::string& name) const;
  template <class T>
  [[nodiscard]] T attribute(const std::string& object, const std::string& name) const;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::int64_t file_ = -1;
};

}  // namespace coppice
