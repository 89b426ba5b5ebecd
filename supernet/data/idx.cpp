#include "supernet/data/idx.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iomanip>

#include "supernet/base/error.hpp"
#include "supernet/data/memory_dataset.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

/// A plain or gzip file read from front to back; zlib tells them apart.
class PackedFile {
 public:
  explicit PackedFile(const fs::path& path) : path_(path), file_(::gzopen(path.c_str(), "rb")) {
    require(file_ != nullptr, "cannot read ", path.string(), ": ", std::strerror(errno));
    ::gzbuffer(file_, 1U << 17U);
  }
  ~PackedFile() { ::gzclose(file_); }
  PackedFile(const PackedFile&) = delete;
  PackedFile& operator=(const PackedFile&) = delete;

  /// Up to `count` bytes, fewer at the end of the file.
  std::size_t read(std::uint8_t* to, std::size_t count) {
    const int got = ::gzread(file_, to, static_cast<unsigned>(count));
    int code = Z_OK;
    ::gzerror(file_, &code);
    // A gzip file that stops early gives what it has and then Z_BUF_ERROR.
    require(got >= 0 && (code == Z_OK || code == Z_STREAM_END),
            "cannot read ",
            path_.string(),
            ": its gzip data are truncated or damaged");
    return static_cast<std::size_t>(got);
  }

 private:
  const fs::path& path_;
  gzFile file_;
};

struct IdxArray {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> values;
};

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
         std::uint32_t{bytes[2]} << 8U | std::uint32_t{bytes[3]};
}

std::string hexadecimal(std::uint32_t value) {
  std::ostringstream out;
  out << "0x" << std::hex << std::setw(8) << std::setfill('0') << value;
  return out.str();
}

std::uint32_t read_number(PackedFile& file, const fs::path& path) {
  std::array<std::uint8_t, 4> bytes{};
  require(file.read(bytes.data(), 4) == 4, path.string(), " is too short for an IDX header");
  return big_endian(bytes.data());
}

/// Reads piece by piece, so that a header that lies about its size cannot take all memory.
std::vector<std::uint8_t> read_values(PackedFile& file, const fs::path& path, std::size_t needed) {
  constexpr std::size_t piece = std::size_t{1} << 20U;
  std::vector<std::uint8_t> values;
  while (values.size() < needed) {
    const std::size_t start = values.size();
    const std::size_t wanted = std::min(piece, needed - start);
    values.resize(start + wanted);
    const std::size_t got = file.read(values.data() + start, wanted);
    require(got == wanted,
            path.string(),
            " is truncated: its header promises ",
            needed,
            " bytes, ",
            start + got,
            " found");
  }
  std::uint8_t extra = 0;
  require(file.read(&extra, 1) == 0,
          path.string(),
          " holds more than the ",
          needed,
          " bytes that its header promises");
  return values;
}

IdxArray read_idx(const fs::path& path, std::uint32_t dimensions) {
  constexpr std::size_t largest = std::size_t{1} << 36U;
  PackedFile file(path);
  const std::uint32_t magic = read_number(file, path);
  const std::uint32_t wanted = 0x0800U + dimensions;
  require(magic == wanted,
          path.string(),
          " starts with ",
          hexadecimal(magic),
          ", an IDX file of ",
          dimensions == 1 ? "labels" : "images",
          " starts with ",
          hexadecimal(wanted));
  IdxArray array;
  std::size_t count = 1;
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    array.shape.push_back(read_number(file, path));
    require(array.shape.back() > 0, path.string(), " holds no values: dimension ", i, " is 0");
    count = array.shape.back() > largest / count ? largest : count * array.shape.back();
  }
  array.values = read_values(file, path, count);
  return array;
}

/// The file of one part, whichever spelling it has; empty when there is none.
fs::path find_part(const fs::path& folder, const std::string& part, int dimensions) {
  for (const char* separator : {"-", "."}) {
    for (const char* ending : {"", ".gz"}) {
      auto path = folder / text(part, separator, "idx", dimensions, "-ubyte", ending);
      if (fs::is_regular_file(path)) return path;
    }
  }
  return {};
}

fs::path require_part(const fs::path& folder, const std::string& part, int dimensions) {
  auto path = find_part(folder, part, dimensions);
  require(!path.empty(),
          folder.string(),
          " has no ",
          part,
          "-idx",
          dimensions,
          "-ubyte (or .gz); all four IDX files are needed");
  return path;
}

struct Part {
  fs::path label_path;
  IdxArray images;
  std::vector<int> labels;
};

Part read_part(const fs::path& folder, const std::string& name) {
  Part part;
  const auto image_path = require_part(folder, name + "-images", 3);
  part.label_path = require_part(folder, name + "-labels", 1);
  part.images = read_idx(image_path, 3);
  require(part.images.shape[1] <= 65535 && part.images.shape[2] <= 65535,
          image_path.string(),
          " has images larger than 65535 pixels a side");
  const IdxArray labels = read_idx(part.label_path, 1);
  require(labels.shape[0] == part.images.shape[0],
          image_path.string(),
          " holds ",
          part.images.shape[0],
          " images, ",
          part.label_path.string(),
          " ",
          labels.shape[0],
          " labels; the counts must be equal");
  part.labels.assign(labels.values.begin(), labels.values.end());
  return part;
}

/// The number of classes: the largest label + 1. A damaged label would stand alone above a gap.
int count_classes(const Part& train) {
  std::array<bool, 256> seen{};
  for (const int label : train.labels) seen[static_cast<std::size_t>(label)] = true;
  const int largest = *std::max_element(train.labels.begin(), train.labels.end());
  for (int label = 1; label < largest; ++label) {  // EMNIST letters start at 1
    require(seen[static_cast<std::size_t>(label)],
            train.label_path.string(),
            " has label ",
            largest,
            " but no label ",
            label,
            "; labels must be 0 ... classes - 1 without a gap");
  }
  return largest + 1;
}

void require_labels(const Part& test, int classes) {
  for (std::size_t i = 0; i < test.labels.size(); ++i) {
    require(test.labels[i] < classes,
            test.label_path.string(),
            " has label ",
            test.labels[i],
            " at position ",
            i,
            ", must be < ",
            classes,
            " (the classes of training)");
  }
}

std::shared_ptr<const Dataset> make_dataset(Part part) {
  const auto height = static_cast<int>(part.images.shape[1]);
  const auto width = static_cast<int>(part.images.shape[2]);
  return std::make_shared<MemoryDataset>(
      Image{height, width, 1, {}}, std::move(part.images.values), std::move(part.labels));
}

}  // namespace

bool has_idx_files(const fs::path& folder) {
  for (const char* name : {"train", "t10k"}) {
    if (!find_part(folder, text(name, "-images"), 3).empty()) return true;
    if (!find_part(folder, text(name, "-labels"), 1).empty()) return true;
  }
  return false;
}

DataSource open_idx(const fs::path& folder) {
  for (const char* name : {"train", "t10k"}) {
    (void)require_part(folder, text(name, "-images"), 3);
    (void)require_part(folder, text(name, "-labels"), 1);
  }
  Part train = read_part(folder, "train");
  Part test = read_part(folder, "t10k");
  const bool same = train.images.shape[1] == test.images.shape[1] &&
                    train.images.shape[2] == test.images.shape[2];
  require(same, folder.string(), ": the images of train and t10k differ in size");
  const int classes = count_classes(train);
  require_labels(test, classes);
  DataSource source;
  source.train = make_dataset(std::move(train));
  source.test = make_dataset(std::move(test));
  for (int i = 0; i < classes; ++i) source.class_names.push_back(std::to_string(i));
  source.channels = 1;
  source.format = "IDX";
  return source;
}

}  // namespace coppice
