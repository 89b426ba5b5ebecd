#include "supernet/base/hdf5_handle.hpp"

#include <algorithm>
#include <cstdint>

#include "supernet/base/error.hpp"

namespace coppice::hdf5 {
namespace {

herr_t keep_first(unsigned position, const H5E_error2_t* error, void* kept) {
  if (position == 0 && error->desc != nullptr) *static_cast<std::string*>(kept) = error->desc;
  return 0;
}

Handle number_type(hid_t type) { return Handle(H5Tcopy(type), H5Tclose); }

}  // namespace

Quiet::Quiet() {
  // Before the first use of HDF5. Every file is closed by its owner; what the library itself lost
  // while failing on a damaged file is no reason to complain at exit.
  static const herr_t without_exit_handler = H5dont_atexit();
  (void)without_exit_handler;
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Quiet::~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

std::string reason() {
  std::string found = "unknown reason";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &found);
  std::replace(found.begin(), found.end(), '\n', ' ');
  return found;
}

void check(bool ok,
           const char* verb,
           const std::string& object,
           const std::filesystem::path& path) {
  if (ok) return;
  throw Error(text("cannot ", verb, " '", object, "' in ", path.string(), ": ", reason()));
}

bool exists(hid_t file, const std::string& name) {
  if (name == "/") return true;
  if (name.empty() || name.front() != '/' || name.back() == '/') return false;
  for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
    const std::string part = name.substr(0, end);
    if (H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (H5Oexists_by_name(file, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

std::size_t product(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t extent : shape) {
    if (extent == 0) return 0;
    count = count > SIZE_MAX / extent ? SIZE_MAX : count * extent;
  }
  return count;
}

template <>
Handle stored_type<float>() {
  return number_type(H5T_IEEE_F32LE);
}
template <>
Handle stored_type<double>() {
  return number_type(H5T_IEEE_F64LE);
}
template <>
Handle stored_type<std::int64_t>() {
  return number_type(H5T_STD_I64LE);
}
template <>
Handle stored_type<std::uint8_t>() {
  return number_type(H5T_STD_U8LE);
}

template <>
Handle memory_type<float>() {
  return number_type(H5T_NATIVE_FLOAT);
}
template <>
Handle memory_type<double>() {
  return number_type(H5T_NATIVE_DOUBLE);
}
template <>
Handle memory_type<std::int64_t>() {
  return number_type(H5T_NATIVE_INT64);
}
template <>
Handle memory_type<std::uint8_t>() {
  return number_type(H5T_NATIVE_UINT8);
}

Handle text_type(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  const bool ok = type.valid() && H5Tset_size(type.id(), bytes) >= 0 &&
                  H5Tset_strpad(type.id(), H5T_STR_NULLPAD) >= 0 &&
                  H5Tset_cset(type.id(), H5T_CSET_UTF8) >= 0;
  require(ok, "HDF5 cannot make a text type: ", reason());
  return type;
}

Handle variable_text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  const bool ok = type.valid() && H5Tset_size(type.id(), H5T_VARIABLE) >= 0 &&
                  H5Tset_cset(type.id(), H5T_CSET_UTF8) >= 0;
  require(ok, "HDF5 cannot make a text type: ", reason());
  return type;
}

}  // namespace coppice::hdf5
