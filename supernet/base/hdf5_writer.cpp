#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/base/hdf5_handle.hpp"

namespace coppice {
namespace {

using hdf5::check;
using hdf5::exists;
using hdf5::Handle;
using hdf5::product;
using hdf5::Quiet;

constexpr std::size_t kLargestChunkBytes = std::size_t{4} << 20U;

std::vector<hsize_t> extents(const std::vector<std::size_t>& shape) {
  return {shape.begin(), shape.end()};
}

/// The whole dataset, its longest dimension halved until a chunk is small enough to be cached.
std::vector<hsize_t> chunk_extents(const std::vector<std::size_t>& shape, std::size_t item_bytes) {
  std::vector<std::size_t> chunk = shape;
  while (product(chunk) * item_bytes > kLargestChunkBytes) {
    auto longest = std::max_element(chunk.begin(), chunk.end());
    if (*longest == 1) break;
    *longest = (*longest + 1) / 2;
  }
  return extents(chunk);
}

/// Properties of a new dataset: checksummed chunks (HDF5 has no empty chunk), packed where text is
/// padded to one length or `pack` says so, and without time stamps, so that equal content gives
/// equal bytes. Filters do not reach text of variable length and single values: those lie as they
/// are.
Handle dataset_properties(const std::vector<std::size_t>& shape, hid_t type, bool pack) {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const hid_t id = properties.id();
  bool ok = properties.valid() && H5Pset_obj_track_times(id, false) >= 0;
  const bool plain = shape.empty() || H5Tis_variable_str(type) > 0;
  if (ok && product(shape) > 0 && !plain) {
    const auto chunk = chunk_extents(shape, H5Tget_size(type));
    const bool packed = pack || H5Tget_class(type) == H5T_STRING;
    ok = H5Pset_chunk(id, static_cast<int>(chunk.size()), chunk.data()) >= 0 &&
         (!packed || H5Pset_deflate(id, 6) >= 0) && H5Pset_fletcher32(id) >= 0;
  }
  require(ok, "HDF5 cannot describe a dataset: ", hdf5::reason());
  return properties;
}

/// Groups without time stamps, for the same reason.
Handle group_properties() {
  Handle properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  const bool ok = properties.valid() && H5Pset_obj_track_times(properties.id(), false) >= 0;
  require(ok, "HDF5 cannot describe a group: ", hdf5::reason());
  return properties;
}

/// Creates a group unless it exists. HDF5 can create missing groups on the way to an object, but
/// stamps the time into them.
void create_group(hid_t file, const std::string& name, const std::filesystem::path& path) {
  if (exists(file, name)) return;
  const Handle properties = group_properties();
  const Handle made(H5Gcreate2(file, name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                    H5Gclose);
  check(made.valid(), "write", name, path);
}

/// The groups on the way to an absolute name.
void create_parents(hid_t file, const std::string& name, const std::filesystem::path& path) {
  for (std::size_t end = name.find('/', 1); end != std::string::npos;
       end = name.find('/', end + 1)) {
    create_group(file, name.substr(0, end), path);
  }
}

void* take_memory(std::size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); }

void* resize_memory(void* memory, std::size_t size, H5FD_file_image_op_t, void*) {
  return std::realloc(memory, size);
}

void* copy_memory(void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
  return std::memcpy(to, from, size);
}

/// Closing a file hands its bytes to the image, as many as the image has room for.
herr_t release_memory(void* memory, H5FD_file_image_op_t operation, void* data) {
  auto& image = *static_cast<std::string*>(data);
  if (operation == H5FD_FILE_IMAGE_OP_FILE_CLOSE && !image.empty()) {
    std::memcpy(image.data(), memory, image.size());
  }
  std::free(memory);
  return 0;
}

void* same_data(void* data) { return data; }
herr_t keep_data(void*) { return 0; }

/// A file built in memory and written in one go by publish(): HDF5 itself cannot let go of a file
/// whose disk is full, and would complain about it until the process ends. The newer format
/// checksums its own structures; with the oldest, damage crashes the library that reads it. The
/// root group, too, carries no time stamp.
hid_t create_in_memory(const std::string& name, std::string& image) {
  constexpr std::size_t growth = 64;
  H5FD_file_image_callbacks_t calls = {
      take_memory, copy_memory, resize_memory, release_memory, same_data, keep_data, &image};
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  const bool ok = access.valid() && creation.valid() &&
                  H5Pset_obj_track_times(creation.id(), false) >= 0 &&
                  H5Pset_fapl_core(access.id(), growth, false) >= 0 &&
                  H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0 &&
                  H5Pset_file_image_callbacks(access.id(), &calls) >= 0;
  return ok ? H5Fcreate(name.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()) : -1;
}

void require_absolute(const std::string& name, const std::filesystem::path& path) {
  require(name.size() > 1 && name.front() == '/' && name.back() != '/',
          "cannot write '",
          name,
          "' in ",
          path.string(),
          ": an object's name starts with '/' and does not end with it");
}

void require_no_nul(const std::string& value,
                    const std::string& name,
                    const std::filesystem::path& path) {
  require(value.find('\0') == std::string::npos,
          "cannot write '",
          name,
          "' in ",
          path.string(),
          ": the text contains a zero byte");
}

/// Where a dataset goes.
struct Place {
  hid_t file;
  const std::filesystem::path& path;
  const std::string& name;
  bool pack = false;
};

void write_dataset(const Place& place,
                   const void* memory,
                   const std::vector<std::size_t>& shape,
                   const Handle& stored,
                   const Handle& in_memory) {
  const auto& [file, path, name, pack] = place;
  require(file >= 0, "cannot write '", name, "' in ", path.string(), ": it is already published");
  require_absolute(name, path);
  const auto extent = extents(shape);
  const Handle space(
      extent.empty() ? H5Screate(H5S_SCALAR)
                     : H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr),
      H5Sclose);
  check(space.valid(), "write", name, path);
  const Handle properties = dataset_properties(shape, stored.id(), pack);
  create_parents(file, name, path);
  const hid_t made = H5Dcreate2(
      file, name.c_str(), stored.id(), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT);
  check(made >= 0, "write", name, path);
  const Handle dataset(made, H5Dclose);
  if (product(shape) == 0) return;
  const herr_t result =
      H5Dwrite(dataset.id(), in_memory.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, memory);
  check(result >= 0, "write", name, path);
}

void write_attribute(const Place& object,
                     const std::string& name,
                     const void* memory,
                     const Handle& stored,
                     const Handle& in_memory) {
  const std::string place = object.name + "@" + name;
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const hid_t made = H5Acreate_by_name(object.file,
                                       object.name.c_str(),
                                       name.c_str(),
                                       stored.id(),
                                       space.id(),
                                       H5P_DEFAULT,
                                       H5P_DEFAULT,
                                       H5P_DEFAULT);
  check(made >= 0, "write", place, object.path);
  const Handle attribute(made, H5Aclose);
  check(H5Awrite(attribute.id(), in_memory.id(), memory) >= 0, "write", place, object.path);
}

/// All values at the width of the longest, which is at least one byte.
std::pair<std::string, std::size_t> padded(const std::vector<std::string>& values) {
  std::size_t width = 1;
  for (const std::string& value : values) width = std::max(width, value.size());
  std::string memory(width * values.size(), '\0');
  for (std::size_t i = 0; i < values.size(); ++i) values[i].copy(&memory[i * width], width);
  return {std::move(memory), width};
}

}  // namespace

Hdf5Writer::Hdf5Writer(const std::filesystem::path& path)
    : path_(path), temporary_(temporary_beside(path)), image_(std::make_unique<std::string>()) {
  // Claims the place now: a folder that cannot be written is worth knowing before hours of work.
  const int descriptor = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  require(descriptor >= 0, "cannot write ", path_.string(), ": ", std::strerror(errno));
  ::close(descriptor);
  const Quiet quiet;
  file_ = create_in_memory(temporary_.string(), *image_);
  if (file_ < 0) {
    ::unlink(temporary_.c_str());
    throw Error(text("cannot write ", path_.string(), ": ", hdf5::reason()));
  }
}

Hdf5Writer::~Hdf5Writer() {
  if (file_ < 0) return;
  const Quiet quiet;
  H5Fclose(file_);
  ::unlink(temporary_.c_str());
}

template <class T>
void Hdf5Writer::write(const std::string& name,
                       const std::vector<T>& values,
                       const std::vector<std::size_t>& shape) {
  const std::vector<std::size_t> full = shape.empty() ? std::vector{values.size()} : shape;
  require(product(full) == values.size(),
          "cannot write '",
          name,
          "' in ",
          path_.string(),
          ": its shape has ",
          product(full),
          " values, ",
          values.size(),
          " given");
  if constexpr (std::is_same_v<T, std::string>) {
    require(full.size() == 1, "cannot write '", name, "': text has one dimension");
    for (const std::string& value : values) require_no_nul(value, name, path_);
    const Quiet quiet;
    const auto [memory, width] = padded(values);
    const Handle type = hdf5::text_type(width);
    write_dataset({file_, path_, name}, memory.data(), full, type, type);
  } else {
    write(name, values.data(), full);
  }
}

template <class T>
void Hdf5Writer::write(const std::string& name,
                       const T* values,
                       const std::vector<std::size_t>& shape) {
  const Quiet quiet;
  const Handle stored = hdf5::stored_type<T>();
  write_dataset({file_, path_, name, pack_numbers_}, values, shape, stored, hdf5::memory_type<T>());
}

template <class T>
void Hdf5Writer::scalar(const std::string& name, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    variable_text(name, {value}, {});
  } else {
    write(name, &value, {});
  }
}

void Hdf5Writer::variable_text(const std::string& name,
                               const std::vector<std::string>& values,
                               const std::vector<std::size_t>& shape) {
  require(product(shape) == values.size(),
          "cannot write '",
          name,
          "' in ",
          path_.string(),
          ": its shape has ",
          product(shape),
          " values, ",
          values.size(),
          " given");
  std::vector<const char*> pointers;
  for (const std::string& value : values) {
    require_no_nul(value, name, path_);
    pointers.push_back(value.c_str());
  }
  const Quiet quiet;
  const Handle type = hdf5::variable_text_type();
  write_dataset({file_, path_, name}, pointers.data(), shape, type, type);
}

template <class T>
void Hdf5Writer::attribute(const std::string& object, const std::string& name, const T& value) {
  const Quiet quiet;
  const std::string place = object + "@" + name;
  require(
      file_ >= 0, "cannot write '", place, "' in ", path_.string(), ": it is already published");
  require(exists(file_, object), path_.string(), " has no object '", object, "'");
  if constexpr (std::is_same_v<T, std::string>) {
    require_no_nul(value, place, path_);
    const Handle type = hdf5::text_type(std::max<std::size_t>(value.size(), 1));
    write_attribute({file_, path_, object}, name, value.c_str(), type, type);
  } else {
    const Handle stored = hdf5::stored_type<T>();
    write_attribute({file_, path_, object}, name, &value, stored, hdf5::memory_type<T>());
  }
}

void Hdf5Writer::group(const std::string& name) {
  const Quiet quiet;
  if (exists(file_, name)) return;
  require_absolute(name, path_);
  create_parents(file_, name, path_);
  create_group(file_, name, path_);
}

void Hdf5Writer::publish() { write_text_file(path_, finish()); }

std::string Hdf5Writer::finish() {
  require(file_ >= 0, path_.string(), " is already published");
  const Quiet quiet;
  check(H5Fflush(file_, H5F_SCOPE_GLOBAL) >= 0, "write", "/", path_);
  hsize_t bytes = 0;
  check(H5Fget_filesize(file_, &bytes) >= 0, "write", "/", path_);
  image_->resize(static_cast<std::size_t>(bytes));
  const herr_t closed = H5Fclose(std::exchange(file_, -1));
  std::string image = std::move(*image_);
  ::unlink(temporary_.c_str());
  check(closed >= 0, "write", "/", path_);
  return image;
}

// What the header promises, and nothing else.
template void Hdf5Writer::write(const std::string&,
                                const std::vector<float>&,
                                const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&,
                                const std::vector<double>&,
                                const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&,
                                const std::vector<std::int64_t>&,
                                const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&,
                                const std::vector<std::uint8_t>&,
                                const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&,
                                const std::vector<std::string>&,
                                const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&, const float*, const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&, const double*, const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&,
                                const std::int64_t*,
                                const std::vector<std::size_t>&);
template void Hdf5Writer::write(const std::string&,
                                const std::uint8_t*,
                                const std::vector<std::size_t>&);
template void Hdf5Writer::scalar(const std::string&, const double&);
template void Hdf5Writer::scalar(const std::string&, const std::int64_t&);
template void Hdf5Writer::scalar(const std::string&, const std::string&);
template void Hdf5Writer::attribute(const std::string&, const std::string&, const double&);
template void Hdf5Writer::attribute(const std::string&, const std::string&, const std::int64_t&);
template void Hdf5Writer::attribute(const std::string&, const std::string&, const std::string&);

}  // namespace coppice
