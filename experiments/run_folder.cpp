#include "experiments/run_folder.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void require_run(const std::filesystem::path& run) {
  require(std::filesystem::is_directory(run),
          "--run = ",
          run.string(),
          std::filesystem::exists(run) ? " is no folder" : " does not exist",
          "; give the folder that coppice train --out made");
}

std::unique_ptr<FolderLock> lock_run_around(const std::filesystem::path& file,
                                            const std::filesystem::path& locked) {
  if (file.empty()) return nullptr;
  const auto folder = std::filesystem::absolute(file).lexically_normal().parent_path();
  for (const auto& run : {folder, folder.parent_path()}) {
    if (!std::filesystem::exists(run / kRunOptionsFile)) continue;
    std::error_code unknown;  // an empty or missing `locked` is another
    if (std::filesystem::equivalent(run, locked, unknown)) return nullptr;
    return std::make_unique<FolderLock>(run);
  }
  return nullptr;
}

}  // namespace coppice
