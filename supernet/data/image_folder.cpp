#include "supernet/data/image_folder.hpp"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string_view>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/data/file_list.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

class ImageFolder final : public Dataset {
 public:
  /// One folder a label, in order.
  explicit ImageFolder(FileList files) : files_(std::move(files)) {}
  [[nodiscard]] std::size_t size() const override { return files_.size(); }
  [[nodiscard]] Sample get(std::size_t index) const override {
    return {read_image(files_.path(index)), label(index)};
  }
  [[nodiscard]] int label(std::size_t index) const override {
    return static_cast<int>(files_.folder(index));
  }

 private:
  FileList files_;
};

bool is_hidden(const fs::path& path) { return path.filename().string().front() == '.'; }

bool ends_in(const fs::path& path, std::initializer_list<const char*> endings) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

/// Whether the entry of a class folder is a picture to read. What looks like one and cannot be
/// read is an error: a training without it would not be the one that was asked for.
bool is_image(const fs::directory_entry& entry) {
  if (is_hidden(entry.path())) return false;
  require(!ends_in(entry.path(), {".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"}),
          entry.path().string(),
          " is a picture of a kind that is not read; JPEG and PNG are: convert it or take it away");
  if (!ends_in(entry.path(), {".jpg", ".jpeg", ".png"})) return false;
  require(entry.is_regular_file(), entry.path().string(), " is no file; is it a link to nowhere?");
  return true;
}

std::vector<std::string> class_folders(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory() && !is_hidden(entry.path())) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  require(!names.empty(), folder.string(), " has no class folders; one folder a class is needed");
  return names;
}

std::vector<std::string> images_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    require(!entry.is_directory() || is_hidden(entry.path()),
            entry.path().string(),
            " is a folder within a class; class folders hold pictures only, so move its pictures "
            "up or take it away");
    if (is_image(entry)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  require(!names.empty(), folder.string(), " has no JPEG or PNG images; every class needs one");
  return names;
}

std::shared_ptr<const Dataset> list_images(const fs::path& folder,
                                           const std::vector<std::string>& classes) {
  FileList files;
  for (const std::string& name : classes) {
    files.add_folder(folder / name, images_in(folder / name));
  }
  files.finish();
  return std::make_shared<ImageFolder>(std::move(files));
}

void require_class(const std::vector<std::string>& classes,
                   const std::string& name,
                   const fs::path& having,
                   const fs::path& lacking) {
  require(std::binary_search(classes.begin(), classes.end(), name),
          having.string(),
          " has a class '",
          name,
          "', ",
          lacking.string(),
          " has not; both need the same classes");
}

bool is_jpeg(const std::string& bytes) { return bytes.compare(0, 3, "\xff\xd8\xff") == 0; }
bool is_png(const std::string& bytes) { return bytes.compare(0, 8, "\x89PNG\r\n\x1a\n") == 0; }

std::size_t big_endian(const std::string& bytes, std::size_t at, std::size_t count) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

/// Whether the end marker follows the compressed data. The decoder would fill what is missing with
/// grey. Thumbnails have end markers of their own, so the segments before the data are skipped.
bool is_complete_jpeg(const std::string& bytes) {
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xff) {  // padding between segments
      ++at;
      continue;
    }
    if (marker == 0xda) return bytes.find("\xff\xd9", at) != std::string::npos;
    at += 2 + big_endian(bytes, at + 2, 2);
  }
  return false;
}

bool is_complete_png(const std::string& bytes) {
  std::size_t at = 8;
  while (at + 12 <= bytes.size()) {
    if (bytes.compare(at + 4, 4, "IEND") == 0) return true;
    at += 12 + big_endian(bytes, at, 4);
  }
  return false;
}

/// Whether the chunks of a complete PNG that a picture needs (a capital letter begins their names)
/// match their checksums. libpng looks too, but writes to stderr what it finds.
bool is_intact_png(const std::string& bytes) {
  std::size_t at = 8;
  for (bool end = false; !end;) {
    const std::size_t length = big_endian(bytes, at, 4);
    if (bytes.size() - at < 12 + length) return false;
    const std::string_view sealed = std::string_view(bytes).substr(at + 4, 4 + length);
    const auto* data = reinterpret_cast<const Bytef*>(sealed.data());
    const bool needed = (static_cast<unsigned char>(sealed[0]) & 0x20U) == 0;
    const std::size_t checksum = big_endian(bytes, at + 8 + length, 4);
    if (needed && ::crc32_z(0, data, sealed.size()) != checksum) return false;
    end = sealed.substr(0, 4) == "IEND";
    at += 12 + length;
  }
  return true;
}

cv::Mat decode(const std::string& bytes) {
  const cv::Mat packed(1,
                       static_cast<int>(bytes.size()),
                       CV_8UC1,
                       const_cast<char*>(bytes.data()));  // only read
  try {
    return cv::imdecode(packed, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  } catch (const cv::Exception&) {
    return {};
  }
}

}  // namespace

Image read_image(const fs::path& path) {
  const std::string bytes = read_text_file(path);
  const bool jpeg = is_jpeg(bytes);
  require(jpeg || is_png(bytes), path.string(), " is neither a JPEG nor a PNG image");
  require(jpeg ? is_complete_jpeg(bytes) : is_complete_png(bytes),
          "cannot decode ",
          path.string(),
          ": the image is truncated; restore it, or take it out of the folder");
  const cv::Mat decoded = jpeg || is_intact_png(bytes) ? decode(bytes) : cv::Mat();
  require(!decoded.empty(),
          "cannot decode ",
          path.string(),
          ": the image is damaged; restore it, or take it out of the folder");
  Image image{decoded.rows, decoded.cols, 3, {}};
  image.pixels.resize(decoded.total() * 3);
  cv::Mat target(decoded.rows, decoded.cols, CV_8UC3, image.pixels.data());
  cv::cvtColor(decoded, target, cv::COLOR_BGR2RGB);
  return image;
}

bool has_image_folders(const fs::path& folder) {
  return fs::is_directory(folder / "train") || fs::is_directory(folder / "val") ||
         fs::is_directory(folder / "test");
}

DataSource open_image_folders(const fs::path& folder) {
  const fs::path train = folder / "train";
  const fs::path test = fs::is_directory(folder / "val") ? folder / "val" : folder / "test";
  require(fs::is_directory(train), folder.string(), " has no folder 'train'");
  require(fs::is_directory(test),
          folder.string(),
          " has a folder 'train' but neither 'val' nor 'test'; one of them is needed");
  DataSource source;
  source.class_names = class_folders(train);
  const auto test_names = class_folders(test);
  for (const auto& name : source.class_names) require_class(test_names, name, train, test);
  for (const auto& name : test_names) require_class(source.class_names, name, test, train);
  require(source.class_names.size() > 1,
          train.string(),
          " has one class folder, '",
          source.class_names.front(),
          "'; at least two are needed");
  source.train = list_images(train, source.class_names);
  source.test = list_images(test, source.class_names);
  source.channels = 3;
  source.format = "image folder";
  return source;
}

}  // namespace coppice
