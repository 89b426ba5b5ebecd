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

}  // namespace coppice
