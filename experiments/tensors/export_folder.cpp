#include "experiments/tensors/export_folder.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "export/format.hpp"
#include "export/model_card.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

bool is_export(const fs::path& folder) { return fs::exists(folder / kCardJsonFile); }

// The folder itself, or those in it, that hold an export.
std::vector<fs::path> exports_in(const fs::path& folder) {
  std::vector<fs::path> found;
  if (is_export(folder)) found.push_back(folder);
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool numbered =
        std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (numbered && is_export(entry.path())) found.push_back(entry.path());
  }
  return found;
}

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
  for (const CardFile& file : files) fs::remove(folder / file.name);
}

void move_export(const fs::path& from, const fs::path& to) {
  make_folder(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path name = entry.path().filename();
    if (name != kCardJsonFile) fs::rename(entry.path(), to / name);
  }
  publish_file(from / kCardJsonFile, to / kCardJsonFile);
}

}  // namespace

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
