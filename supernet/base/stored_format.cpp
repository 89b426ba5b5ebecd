#include "supernet/base/stored_format.hpp"

#include <string>

#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {
namespace {

// Empty when the file names no format.
std::string format_of(const Hdf5Reader& file) {
  const bool named = file.has_attribute("/", "format") && file.has_attribute("/", "layout");
  return named ? file.attribute<std::string>("/", "format") : "";
}

}  // namespace

void write_format(Hdf5Writer& file, const StoredFormat& format) {
  file.attribute("/", "format", std::string(format.name));
  file.attribute("/", "layout", format.layout);
}

bool has_format(const Hdf5Reader& file, const StoredFormat& format) {
  return format_of(file) == format.name;
}

void check_format(const Hdf5Reader& file, const StoredFormat& format) {
  const std::string found = format_of(file);
  require(found == format.name,
          file.path().string(),
          " is not a ",
          format.described,
          " of Coppice",
          found.empty() ? "" : "; it is of the kind " + found);
  const auto layout = file.attribute<std::int64_t>("/", "layout");
  require(layout <= format.layout,
          file.path().string(),
          " was written by a newer Coppice (layout ",
          layout,
          ", this one reads up to ",
          format.layout,
          "); update the program");
  require(layout >= 1, file.path().string(), " is damaged: layout ", layout);
}

}  // namespace coppice
