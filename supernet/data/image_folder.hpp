// Photographs in folders, one folder a class: DATA/train/CLASS/x.jpg and DATA/val/CLASS/y.png.
#pragma once

#include <filesystem>

#include "supernet/data/dataset.hpp"

namespace coppice {

/// True when the folder has a `train`, `val` or `test` folder.
[[nodiscard]] bool has_image_folders(const std::filesystem::path& folder);

/// Lists the images; each is read and decoded when it is asked for, and not kept. The test part is
/// `val`, or `test` where there is no `val`. Classes and files are in byte order of their names;
/// hidden files and files that do not end in .jpg, .jpeg or .png (any case) are passed over.
/// Every sample has 3 channels: grey is repeated, transparency dropped, orientation tags ignored
/// (as the usual ImageNet pipelines do). Throws Error naming the folder: a part or class missing,
/// fewer than two classes, a class without images or with folders of its own.
[[nodiscard]] DataSource open_image_folders(const std::filesystem::path& folder);

/// Decodes one JPEG or PNG file to RGB. Throws Error naming it when it is neither, truncated or
/// damaged.
[[nodiscard]] Image read_image(const std::filesystem::path& path);

}  // namespace coppice
