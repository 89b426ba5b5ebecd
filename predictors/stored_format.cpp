#include "predictors/stored_format.hpp"

#include <string>

#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {

void write_format(Hdf5Writer& file, const StoredFormat& format) {
  file.attribute("/", "format", std::string(format.name));
  file.attribute("/", "layout", format.layout);
}

void check_format(const Hdf5Reader& file, const StoredFormat& format) {
  const bool named = file.has_attribute("/", "format") && file.has_attribute("/", "layout");
  const std::string found = named ? file.attribute<std::string>("/", "format") : "";
  require(found == format.name,
          file.path().string(),
          " is no Coppice ",
          format.described,
          found.empty() ? "" : "; it is of the kind " + found);
  const auto layout = file.attribute<std::int64_t>("/", "layout");
  require(layout <= format.layout,
          file.path().string(),
          " was written by a newer Coppice (layout ",
          layout,
          ", this one reads up to ",
          format.layout,
          ")");
  require(layout >= 1, file.path().string(), " is damaged: layout ", layout);
}

}  // namespace coppice
