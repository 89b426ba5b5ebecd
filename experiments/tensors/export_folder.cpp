#include "experiments/tensors/export_folder.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "experiments/run_folder.hpp"
#include "export/format.hpp"
#include "export/model_card.hpp"
#include "export/verify.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

bool is_export(const fs::path& folder) { return fs::exists(folder / kCardJsonFile); }

// What an export's own card lists; nothing where the file is someone else's or damaged.
std::vector<CardFile> files_of_own_card(const fs::path& folder) {
  const fs::path card = folder / kCardJsonFile;
  try {
    check_card_unedited(read_text_file(card), card);
    return read_card_files(card);
  } catch (const Error&) {
    return {};
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
    if (is_model(file.name)) fs::remove(folder / file.name);
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

// Whoever made a model that no export's card lists wants to keep it.
void require_models_listed(const fs::path& out, const fs::path& place) {
  const std::vector<CardFile> listed = files_of_own_card(place);
  const bool earlier = listed.empty() && is_part_of_export(place);
  if (earlier) return;  // of a program before cards had hashes, or of one that was killed
  for (const auto& entry : fs::directory_iterator(place)) {
    const std::string name = entry.path().filename().string();
    const bool own = std::any_of(
        listed.begin(), listed.end(), [&name](const CardFile& file) { return file.name == name; });
    const bool taken = is_model(name) || (listed.empty() && name == kCardMarkdownFile);
    require_usage(own || !taken,
                  "--out = ",
                  out.string(),
                  ": ",
                  entry.path().string(),
                  listed.empty() ? " is there without the card.json of an export"
                                 : " is there, and the card.json beside it does not list it",
                  "; move it away or choose another folder");
  }
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
    require_models_listed(out, place);
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
