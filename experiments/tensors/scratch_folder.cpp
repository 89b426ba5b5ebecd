#include "experiments/tensors/scratch_folder.hpp"

#include "supernet/base/files.hpp"

namespace coppice {

ScratchFolder::ScratchFolder(const std::filesystem::path& parent)
    : parent_(parent),
      path_(temporary_beside(parent / "unfinished")),
      made_parent_(!std::filesystem::exists(parent)) {
  make_folder(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  if (made_parent_) std::filesystem::remove(parent_, ignored);  // only when it is empty
}

}  // namespace coppice
