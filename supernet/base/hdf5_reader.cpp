#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>

#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/base/hdf5_handle.hpp"

namespace coppice {
namespace {

using hdf5::check;
using hdf5::exists;
using hdf5::Handle;
using hdf5::product;
using hdf5::Quiet;

/// Opens the dataset for reading; the message says when it is missing or no dataset.
Handle open_dataset(hid_t file, const std::filesystem::path& path, const std::string& name) {
  require(exists(file, name), path.string(), " has no dataset '", name, "'");
  const hid_t id = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
  check(id >= 0, "read", name, path);
  return Handle(id, H5Dclose);
}

std::vector<std::size_t> shape_of(const Handle& dataset,
                                  const std::filesystem::path& path,
                                  const std::string& name) {
  const Handle space(H5Dget_space(dataset.id()), H5Sclose);
  check(space.valid(), "read", name, path);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  check(rank >= 0, "read", name, path);
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  if (rank > 0) {
    check(H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr) >= 0, "read", name, path);
  }
  return {extent.begin(), extent.end()};
}

template <class T>
void require_class(hid_t type, const std::string& name, const std::filesystem::path& path) {
  const H5T_class_t found = H5Tget_class(type);
  const bool is_text = found == H5T_STRING;
  const bool is_number = found == H5T_INTEGER || found == H5T_FLOAT;
  constexpr bool wants_text = std::is_same_v<T, std::string>;
  require(wants_text ? is_text : is_number,
          "'",
          name,
          "' in ",
          path.string(),
          " holds ",
          is_text     ? "text"
          : is_number ? "numbers"
                      : "neither numbers nor text",
          ", ",
          wants_text ? "text" : "numbers",
          " needed");
}

/// Keeps a damaged extent from asking for more memory than the file can fill. Filters may pack:
/// deflate reaches about 1 : 1030.
void require_plausible(const Handle& dataset,
                       std::size_t count,
                       const std::string& name,
                       const std::filesystem::path& path) {
  constexpr std::uintmax_t largest_packing = 1100;
  std::error_code code;
  const std::uintmax_t bytes = std::filesystem::file_size(path, code);
  const Handle type(H5Dget_type(dataset.id()), H5Tclose);
  const std::uintmax_t item = std::max<std::size_t>(H5Tget_size(type.id()), 1);
  require(code || count / largest_packing <= bytes / item,
          "cannot read '",
          name,
          "' in ",
          path.string(),
          ": it claims ",
          count,
          " values, more than the file can hold");
}

/// Text of fixed or variable length; `read(memory)` is the H5Dread or H5Aread in the stored type.
template <class Read>
std::vector<std::string> read_texts(const Handle& stored,
                                    std::size_t count,
                                    const Read& read,
                                    bool& ok) {
  std::vector<std::string> values(count);
  if (H5Tis_variable_str(stored.id()) <= 0) {
    const std::size_t width = H5Tget_size(stored.id());
    std::vector<char> memory(count * width);
    ok = read(memory.data()) >= 0;
    for (std::size_t i = 0; ok && i < count; ++i) {
      const char* start = memory.data() + i * width;
      values[i].assign(start, ::strnlen(start, width));
    }
    return values;
  }
  std::vector<char*> pointers(count, nullptr);
  ok = read(pointers.data()) >= 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (ok && pointers[i] != nullptr) values[i] = pointers[i];
    if (ok) H5free_memory(pointers[i]);
  }
  return values;
}

}  // namespace

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path) : path_(path) {
  const Quiet quiet;
  std::error_code code;
  require(!std::filesystem::is_directory(path, code),
          path.string(),
          " is a folder; an HDF5 file is needed");
  require(
      ::access(path.c_str(), R_OK) == 0, "cannot read ", path.string(), ": ", std::strerror(errno));
  require(H5Fis_hdf5(path.c_str()) > 0, path.string(), " is not an HDF5 file");
  // Published files never change, so no lock is needed (and network disks often have none).
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access.id(), false, true);
  file_ = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
  require(file_ >= 0,
          "cannot read ",
          path.string(),
          ": the file is truncated or damaged (",
          hdf5::reason(),
          ")");
}

Hdf5Reader::~Hdf5Reader() {
  const Quiet quiet;
  H5Fclose(file_);
}

bool Hdf5Reader::contains(const std::string& name) const {
  const Quiet quiet;
  return exists(file_, name);
}

std::vector<std::string> Hdf5Reader::names(const std::string& group) const {
  const Quiet quiet;
  require(exists(file_, group), path_.string(), " has no group '", group, "'");
  const Handle opened(H5Gopen2(file_, group.c_str(), H5P_DEFAULT), H5Gclose);
  check(opened.valid(), "read", group, path_);
  std::vector<std::string> found;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  const herr_t result =
      H5Literate(opened.id(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add, &found);
  check(result >= 0, "read", group, path_);
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::size_t> Hdf5Reader::shape(const std::string& name) const {
  const Quiet quiet;
  return shape_of(open_dataset(file_, path_, name), path_, name);
}

template <class T>
std::vector<T> Hdf5Reader::read(const std::string& name) const {
  const Quiet quiet;
  const Handle dataset = open_dataset(file_, path_, name);
  const Handle stored(H5Dget_type(dataset.id()), H5Tclose);
  check(stored.valid(), "read", name, path_);
  require_class<T>(stored.id(), name, path_);
  const std::size_t count = product(shape_of(dataset, path_, name));
  require_plausible(dataset, count, name, path_);
  if constexpr (std::is_same_v<T, std::string>) {
    bool ok = true;
    const auto read_all = [&](void* memory) {
      return H5Dread(dataset.id(), stored.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, memory);
    };
    auto values = read_texts(stored, count, read_all, ok);
    check(ok, "read", name, path_);
    return values;
  } else {
    std::vector<T> values(count);
    const Handle type = hdf5::memory_type<T>();
    check(H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0,
          "read",
          name,
          path_);
    return values;
  }
}

bool Hdf5Reader::has_attribute(const std::string& object, const std::string& name) const {
  const Quiet quiet;
  if (!exists(file_, object)) return false;
  const htri_t found = H5Aexists_by_name(file_, object.c_str(), name.c_str(), H5P_DEFAULT);
  check(found >= 0, "read", object + "@" + name, path_);  // else damage would pass for absence
  return found > 0;
}

template <class T>
T Hdf5Reader::attribute(const std::string& object, const std::string& name) const {
  const Quiet quiet;
  const std::string place = object + "@" + name;
  require(has_attribute(object, name), path_.string(), " has no attribute '", place, "'");
  const Handle opened(
      H5Aopen_by_name(file_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(opened.valid(), "read", place, path_);
  const Handle stored(H5Aget_type(opened.id()), H5Tclose);
  const Handle space(H5Aget_space(opened.id()), H5Sclose);
  check(stored.valid() && space.valid(), "read", place, path_);
  require_class<T>(stored.id(), place, path_);
  require(H5Sget_simple_extent_npoints(space.id()) == 1,
          "'",
          place,
          "' in ",
          path_.string(),
          " is not a single value");
  if constexpr (std::is_same_v<T, std::string>) {
    bool ok = true;
    const auto read_it = [&](void* memory) { return H5Aread(opened.id(), stored.id(), memory); };
    auto values = read_texts(stored, 1, read_it, ok);
    check(ok, "read", place, path_);
    return values.front();
  } else {
    T value{};
    const Handle type = hdf5::memory_type<T>();
    check(H5Aread(opened.id(), type.id(), &value) >= 0, "read", place, path_);
    return value;
  }
}

template std::vector<float> Hdf5Reader::read(const std::string&) const;
template std::vector<double> Hdf5Reader::read(const std::string&) const;
template std::vector<std::int64_t> Hdf5Reader::read(const std::string&) const;
template std::vector<std::uint8_t> Hdf5Reader::read(const std::string&) const;
template std::vector<std::string> Hdf5Reader::read(const std::string&) const;
template double Hdf5Reader::attribute(const std::string&, const std::string&) const;
template std::int64_t Hdf5Reader::attribute(const std::string&, const std::string&) const;
template std::string Hdf5Reader::attribute(const std::string&, const std::string&) const;

}  // namespace coppice
