#include "supernet/data/dataset.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"
#include "supernet/data/cifar.hpp"
#include "supernet/data/idx.hpp"
#include "supernet/data/image_folder.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

/// The first few names in a folder, for the message that says what was found.
std::string contents(const fs::path& folder) {
  constexpr std::size_t shown = 5;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  std::string list;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) {
    list += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > shown ? list + ", ..." : list;
}

DataSource open_folder(const fs::path& path) {
  const bool idx = has_idx_files(path);
  const bool cifar = has_cifar_files(path);
  const bool images = has_image_folders(path);
  require(int{idx} + int{cifar} + int{images} <= 1,
          path.string(),
          " holds several data sets (",
          idx ? "IDX files" : "CIFAR batches",
          images ? " and folders of images" : " and CIFAR batches",
          "); give a folder with one of them");
  if (idx) return open_idx(path);
  if (cifar) return open_cifar(path);
  if (images) return open_image_folders(path);
  throw Error(text(path.string(),
                   fs::is_empty(path) ? " is empty" : " holds " + contents(path),
                   "; needed: the four IDX files of the MNIST family, the binary batches of "
                   "CIFAR-10 or CIFAR-100, or folders 'train' and 'val' with one folder of images "
                   "a class"));
}

}  // namespace

DataSource open_data(const fs::path& path) {
  try {
    require(fs::exists(path), "data folder ", path.string(), " does not exist");
    require(fs::is_directory(path), path.string(), " is a file; a folder with data is needed");
    return open_folder(path);
  } catch (const fs::filesystem_error& error) {
    throw Error(text("cannot read ", error.path1().string(), ": ", error.code().message()));
  }
}

}  // namespace coppice
