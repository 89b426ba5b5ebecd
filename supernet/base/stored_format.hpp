// The name and layout that an HDF5 file of Coppice starts with.
#pragma once

#include <cstdint>

namespace coppice {

class Hdf5Reader;
class Hdf5Writer;

struct StoredFormat {
  const char* name;       ///< in the file: the attribute `format` of "/"
  const char* described;  ///< in messages, after "a": "measurement file"
  std::int64_t layout;    ///< newest that this program reads, and the one it writes
};

void write_format(Hdf5Writer& file, const StoredFormat& format);

/// Whether the file says it is of this format, in whatever layout.
[[nodiscard]] bool has_format(const Hdf5Reader& file, const StoredFormat& format);

/// Throws Error when the file is of another kind, or newer than this program.
void check_format(const Hdf5Reader& file, const StoredFormat& format);

}  // namespace coppice
