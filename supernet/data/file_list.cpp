#include "supernet/data/file_list.hpp"

#include <algorithm>
#include <limits>

#include "supernet/base/error.hpp"

namespace coppice {

void FileList::add_folder(const std::filesystem::path& folder,
                          const std::vector<std::string>& names) {
  folders_.push_back({folder, ends_.size(), names_.size()});
  for (const std::string& name : names) {
    names_ += name;
    const std::size_t end = names_.size() - folders_.back().first_byte;
    require(end <= std::numeric_limits<std::uint32_t>::max(),
            folder.string(),
            " has more files than can be listed; divide it");
    ends_.push_back(static_cast<std::uint32_t>(end));
  }
}

void FileList::finish() {
  names_.shrink_to_fit();
  ends_.shrink_to_fit();
}

std::filesystem::path FileList::path(std::size_t index) const {
  const Folder& folder = folders_[this->folder(index)];
  const std::size_t begin = index == folder.first_file ? 0 : ends_[index - 1];
  return folder.path / names_.substr(folder.first_byte + begin, ends_[index] - begin);
}

std::size_t FileList::folder(std::size_t index) const {
  require(index < size(), "file ", index, " of a list, must be < ", size(), " (its size)");
  const auto next = std::upper_bound(
      folders_.begin(), folders_.end(), index, [](std::size_t file, const Folder& folder) {
        return file < folder.first_file;
      });
  return static_cast<std::size_t>(next - folders_.begin()) - 1;
}

std::size_t FileList::bytes() const {
  std::size_t sum = names_.capacity() + ends_.capacity() * sizeof(std::uint32_t);
  for (const Folder& folder : folders_) sum += sizeof folder + folder.path.native().capacity();
  return sum;
}

}  // namespace coppice
