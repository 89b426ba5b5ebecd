#include "supernet/data/cifar.hpp"

#include <sstream>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/data/memory_dataset.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 32;
constexpr std::size_t kPlane = std::size_t{kSide} * kSide;

/// What distinguishes the two sets.
struct Variant {
  std::string format;
  std::string subfolder;
  std::vector<std::string> train;
  std::string test;
  std::string names;
  std::size_t label_bytes;  ///< the last of them is the label
  int classes;
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all = {
      {"CIFAR-10",
       "cifar-10-batches-bin",
       {"data_batch_1.bin",
        "data_batch_2.bin",
        "data_batch_3.bin",
        "data_batch_4.bin",
        "data_batch_5.bin"},
       "test_batch.bin",
       "batches.meta.txt",
       1,
       10},
      {"CIFAR-100", "cifar-100-binary", {"train.bin"}, "test.bin", "fine_label_names.txt", 2, 100},
  };
  return all;
}

bool has_batch(const fs::path& folder, const Variant& variant) {
  if (fs::is_regular_file(folder / variant.test)) return true;
  for (const std::string& name : variant.train) {
    if (fs::is_regular_file(folder / name)) return true;
  }
  return false;
}

struct Found {
  fs::path folder;
  const Variant* variant = nullptr;
};

Found find_variant(const fs::path& folder) {
  for (const Variant& variant : variants()) {
    for (const fs::path& place : {folder, folder / variant.subfolder}) {
      if (has_batch(place, variant)) return {place, &variant};
    }
  }
  return {};
}

struct Batch {
  std::vector<std::uint8_t> pixels;
  std::vector<int> labels;
};

void append_record(const unsigned char* planes, std::vector<std::uint8_t>& pixels) {
  for (std::size_t i = 0; i < kPlane; ++i) {
    pixels.push_back(planes[i]);
    pixels.push_back(planes[kPlane + i]);
    pixels.push_back(planes[2 * kPlane + i]);
  }
}

/// Returns how many records it has.
std::size_t append_file(const fs::path& path, const Variant& variant, Batch& batch) {
  require(fs::is_regular_file(path),
          path.parent_path().string(),
          " has no ",
          path.filename().string(),
          "; all batches of ",
          variant.format,
          " are needed");
  const std::string bytes = read_text_file(path);
  const std::size_t record = variant.label_bytes + 3 * kPlane;
  require(!bytes.empty() && bytes.size() % record == 0,
          path.string(),
          " has ",
          bytes.size(),
          " bytes, a ",
          variant.format,
          " batch has a multiple of ",
          record,
          ": the file is truncated or of another kind");
  const std::size_t count = bytes.size() / record;
  batch.pixels.reserve(batch.pixels.size() + count * 3 * kPlane);
  for (std::size_t i = 0; i < count; ++i) {
    const auto* start = reinterpret_cast<const unsigned char*>(bytes.data()) + i * record;
    const int label = start[variant.label_bytes - 1];
    require(label < variant.classes,
            path.string(),
            " has label ",
            label,
            " in record ",
            i,
            ", must be < ",
            variant.classes);
    batch.labels.push_back(label);
    append_record(start + variant.label_bytes, batch.pixels);
  }
  return count;
}

/// The batches of one set are of one size: one cut short between two records is found by the
/// others.
Batch read_train(const Found& found) {
  Batch batch;
  std::size_t first = 0;
  for (const std::string& name : found.variant->train) {
    const std::size_t count = append_file(found.folder / name, *found.variant, batch);
    if (first == 0) first = count;
    require(count == first,
            (found.folder / name).string(),
            " has ",
            count,
            " images, ",
            found.variant->train.front(),
            " has ",
            first,
            "; one of them is truncated");
  }
  return batch;
}

std::shared_ptr<const Dataset> make_dataset(Batch batch) {
  return std::make_shared<MemoryDataset>(
      Image{kSide, kSide, 3, {}}, std::move(batch.pixels), std::move(batch.labels));
}

std::vector<std::string> read_names(const fs::path& path, int classes) {
  std::vector<std::string> names;
  if (!fs::exists(path)) {
    for (int i = 0; i < classes; ++i) names.push_back(std::to_string(i));
    return names;
  }
  std::istringstream lines(read_text_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  require(names.size() == static_cast<std::size_t>(classes),
          path.string(),
          " has ",
          names.size(),
          " class names, ",
          classes,
          " needed");
  return names;
}

}  // namespace

bool has_cifar_files(const fs::path& folder) { return find_variant(folder).variant != nullptr; }

DataSource open_cifar(const fs::path& folder) {
  const Found found = find_variant(folder);
  require(found.variant != nullptr, folder.string(), " has no CIFAR batches");
  const Variant& variant = *found.variant;
  Batch train = read_train(found);
  Batch test;
  append_file(found.folder / variant.test, variant, test);
  DataSource source;
  source.train = make_dataset(std::move(train));
  source.test = make_dataset(std::move(test));
  source.class_names = read_names(found.folder / variant.names, variant.classes);
  source.channels = 3;
  source.format = variant.format;
  return source;
}

}  // namespace coppice
