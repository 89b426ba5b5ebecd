#include "experiments/tensors/scratch_folder.hpp"

#include <atomic>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {

namespace {

// One a process and time: two at once must not be the same.
std::filesystem::path unused_place(const std::filesystem::path& parent) {
  static std::atomic<int> count{0};
  return temporary_beside(parent / text("unfinished-", ++count));
}

}  // namespace

ScratchFolder::ScratchFolder(const std::filesystem::path& parent)
    : parent_(parent), path_(unused_place(parent)), made_parent_(!std::filesystem::exists(parent)) {
  make_folder(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  if (made_parent_) std::filesystem::remove(parent_, ignored);  // only when it is empty
}

}  // namespace coppice
