#include "experiments/tensors/export_folder.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "experiments/run_folder.hpp"
#include "export/format.hpp"
#include "export/model_card.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 7> kExportedFiles{kOnnxFile,
                                                    kInt8OnnxFile,
                                                    kDynamicOnnxFile,
                                                    kMobileOnnxFile,
                                                    kTorchScriptFile,
                                                    kNirFile,
                                                    kCardMarkdownFile};

bool is_export(const fs::path& folder) { return fs::exists(folder / kCardJsonFile); }

// A file of that name may be someone else's.
bool has_readable_card(const fs::path& folder) {
  try {
    static_cast<void>(read_card_files(folder / kCardJsonFile));
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The folder itself and those in it where exports put networks.
std::vector<fs::path> places_in(const fs::path& folder) {
  std::vector<fs::path> places{folder};
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool numbered =
        std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (numbered && entry.is_directory()) places.push_back(entry.path());
  }
  return places;
}

std::vector<fs::path> exports_in(const fs::path& folder) {
  std::vector<fs::path> found = places_in(folder);
  const auto other = [](const fs::path& place) { return !is_export(place); };
  found.erase(std::remove_if(found.begin(), found.end(), other), found.end());
  return found;
}

// What a process that was killed left of an export: reference.h5 comes first and goes last.
bool is_part_of_export(const fs::path& folder) { return fs::exists(folder / kReferenceFile); }

// The card goes first: it must not vouch for what is no longer there.
void remove_export(const fs::path& folder) {
  std::vector<CardFile> files;
  try {
    files = read_card_files(folder / kCardJsonFile);
  } catch (const Error&) {
    // A damaged card lists nothing; what it stood for is left to its owner.
  }
  fs::remove(folder / kCardJsonFile);
  fs::remove(folder / kCardMarkdownFile);
  for (const CardFile& file : files) {
    if (file.name != kReferenceFile) fs::remove(folder / file.name);
  }
  if (!files.empty()) fs::remove(folder / kReferenceFile);
}

void move_export(const fs::path& from, const fs::path& to) {
  make_folder(to);
  if (is_part_of_export(from)) fs::rename(from / kReferenceFile, to / kReferenceFile);
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path name = entry.path().filename();
    if (name != kCardJsonFile) fs::rename(entry.path(), to / name);
  }
  publish_file(from / kCardJsonFile, to / kCardJsonFile);
}

}  // namespace

void require_exports_replaceable(const fs::path& out) {
  if (!fs::exists(out)) return;
  require_usage(fs::is_directory(out), "--out = ", out.string(), ", is a file; a folder is needed");
  require_usage(!fs::exists(out / kRunSupernetFile),
                "--out = ",
                out.string(),
                ", is the folder of a run; choose a folder of its own, such as ",
                (out / kRunExportsFolder).string());
  for (const fs::path& place : places_in(out)) {
    if (is_part_of_export(place) || has_readable_card(place)) continue;
    for (const char* name : kExportedFiles) {
      require_usage(!fs::exists(place / name),
                    "--out = ",
                    out.string(),
                    ": ",
                    (place / name).string(),
                    " is there without the card.json of an export; move it away or choose another "
                    "folder");
    }
  }
}

void replace_exports(const fs::path& finished, const fs::path& out) {
  try {
    for (const fs::path& old : exports_in(out)) {
      remove_export(old);
      std::error_code not_empty;
      if (old != out) fs::remove(old, not_empty);
    }
    for (const fs::path& made : exports_in(finished)) {
      move_export(made, made == finished ? out : out / made.filename());
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(text("cannot replace the exports in ", out.string(), ": ", error.what()));
  }
}

}  // namespace coppice
