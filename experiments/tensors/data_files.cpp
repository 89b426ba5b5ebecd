#include "experiments/tensors/data_files.hpp"

#include <algorithm>
#include <string>

#include "supernet/base/error.hpp"
#include "supernet/base/sha256.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

CardFile listing(const fs::path& folder, const std::string& name) {
  std::vector<std::string> lines;
  CardFile all{name + " (names and sizes of its files)", 0, {}};
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::uintmax_t bytes = entry.file_size();
    all.bytes += bytes;
    lines.push_back(entry.path().lexically_relative(folder).generic_string() + "\t" +
                    std::to_string(bytes) + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line;
  all.sha256 = sha256(text);
  return all;
}

}  // namespace

std::vector<CardFile> describe_data(const fs::path& folder) {
  const std::string name = fs::weakly_canonical(folder).filename().string();
  try {
    std::vector<CardFile> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.is_directory()) return {listing(folder, name)};
      if (!entry.is_regular_file()) continue;
      files.push_back(describe_file(entry.path()));
      files.back().name = name + "/" + files.back().name;
    }
    std::sort(files.begin(), files.end(), [](const CardFile& a, const CardFile& b) {
      return a.name < b.name;
    });
    return files;
  } catch (const fs::filesystem_error& error) {
    throw Error(text("cannot read ", folder.string(), ": ", error.what()));
  }
}

}  // namespace coppice
