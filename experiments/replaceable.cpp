#include "experiments/replaceable.hpp"

#include <fstream>
#include <functional>
#include <string>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

bool begins_like_hdf5(const std::filesystem::path& path) {
  constexpr const char* kSignature = "\x89HDF";
  std::string beginning(4, '\0');
  std::ifstream(path, std::ios::binary).read(beginning.data(), 4);
  return beginning == kSignature;
}

bool begins_with_mark(const std::filesystem::path& path, const std::string& mark) {
  constexpr std::size_t kBeginning = 1024;
  if (!std::filesystem::is_regular_file(path)) return false;
  std::string beginning(kBeginning, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(in.gcount()));
  return beginning.find(mark) != std::string::npos;
}

// Throws Error(usage) when `out` exists and is no HDF5 file that `is_ours` takes for one of its
// kind.
void require_hdf5_replaceable(const std::filesystem::path& out,
                              const std::string& described,
                              const std::function<bool(const Hdf5Reader&)>& is_ours) {
  std::error_code unknown;
  if (!std::filesystem::exists(out, unknown)) return;
  try {
    if (begins_like_hdf5(out) && is_ours(Hdf5Reader(out))) return;
  } catch (const Error& error) {
    throw Error(text("--out = ",
                     out.string(),
                     ", exists and cannot be replaced (",
                     error.what(),
                     "); choose another name or remove it"),
                Failure::usage);
  }
  throw Error(text("--out = ",
                   out.string(),
                   ", exists and is not ",
                   described,
                   "; choose another name or remove it"),
              Failure::usage);
}

}  // namespace

void require_replaceable(const std::filesystem::path& out, const StoredFormat& format) {
  require_hdf5_replaceable(out, text("a ", format.described), [&](const Hdf5Reader& file) {
    if (!has_format(file, format)) return false;
    check_format(file, format);
    return true;
  });
}

void require_imported_supernet_replaceable(const std::filesystem::path& out) {
  require_hdf5_replaceable(out, "an imported supernet", [](const Hdf5Reader& file) {
    return file.has_attribute("/", "source") &&
           file.attribute<std::string>("/", "source").rfind("imported from ", 0) == 0;
  });
}

// Other tools' files, too: they have these two in common (FORMAT.md).
void require_nir_replaceable(const std::filesystem::path& out) {
  require_hdf5_replaceable(out, "a NIR file", [](const Hdf5Reader& file) {
    return file.contains("/version") && file.contains("/node");
  });
}

void require_replaceable(const std::filesystem::path& out, const TextKind& kind) {
  std::error_code unknown;
  require_usage(!std::filesystem::exists(out, unknown) || begins_with_mark(out, kind.mark),
                kind.place,
                " = ",
                out.string(),
                ", exists and is not ",
                kind.described,
                "; choose another name or remove it");
}

void require_networks_replaceable(const char* option,
                                  const std::filesystem::path& out,
                                  const SearchSpace& space) {
  if (out.empty() || !std::filesystem::exists(out)) return;
  require_usage(std::filesystem::is_regular_file(out),
                option,
                " = ",
                out.string(),
                ", is no file; choose another name");
  try {
    static_cast<void>(parse_architectures(space, read_text_file(out), out.string()));
  } catch (const Error& error) {
    throw Error(text(option,
                     " = ",
                     out.string(),
                     ", exists and cannot be read as networks of the space ",
                     space.name(),
                     " (",
                     error.what(),
                     "); choose another name or remove it"),
                Failure::usage);
  }
}

void require_no_input(const std::filesystem::path& out,
                      const char* option,
                      const std::vector<std::filesystem::path>& inputs,
                      const char* place) {
  for (const auto& input : inputs) {
    std::error_code unknown;  // a missing file is no input, and is reported when it is read
    require_usage(!std::filesystem::equivalent(out, input, unknown) || unknown,
                  place,
                  " = ",
                  out.string(),
                  ", is also given with ",
                  option,
                  "; choose another name");
  }
}

}  // namespace coppice
