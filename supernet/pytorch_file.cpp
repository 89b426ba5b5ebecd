#include "supernet/pytorch_file.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/pickle.hpp"
#include "supernet/pytorch_storage.hpp"
#include "supernet/zip_archive.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;
using Kind = PickleNode::Kind;

/// PyTorch's own magic number for the older form: the pickle of 0x1950a86a20f9469cfc6c.
constexpr std::string_view kLegacyStart("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
                                        15);
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kLongestName = 1000;
constexpr std::size_t kMostDimensions = 16;

std::set<std::string> allowed_names() {
  std::set<std::string> names = storage_names();
  names.insert({"torch._utils._rebuild_tensor",
                "torch._utils._rebuild_tensor_v2",
                "torch._utils._rebuild_parameter"});
  return names;
}

/// What a persistent id says: ("storage", type, key, device, elements[, view]).
struct StorageId {
  std::string key;
  ElementType type = ElementType::float32;
  std::size_t elements = 0;
  std::size_t view_offset = 0;  ///< the older form may name a part of a storage
};

/// Where the bytes of storages come from; the two forms of file differ in nothing else.
class StorageSource {
 public:
  virtual ~StorageSource() = default;
  [[nodiscard]] virtual std::string bytes(const StorageId& id) const = 0;
};

class ZipStorages final : public StorageSource {
 public:
  ZipStorages(const ZipArchive& archive, std::string folder)
      : archive_(archive), folder_(std::move(folder)) {}
  [[nodiscard]] std::string bytes(const StorageId& id) const override {
    return archive_.read(folder_ + "data/" + id.key);
  }

 private:
  const ZipArchive& archive_;
  std::string folder_;
};

class LegacyStorages final : public StorageSource {
 public:
  LegacyStorages(std::string_view rest, std::vector<std::string> keys, const std::string& source)
      : rest_(rest), keys_(std::move(keys)), source_(source) {}

  /// Where a storage starts depends on the element types of all before it, so those are asked for.
  void locate(const std::map<std::string, ElementType>& types) {
    std::size_t at = 0;
    for (const std::string& key : keys_) {
      const auto type = types.find(key);
      require(type != types.end(), source_, " is damaged: nothing uses its storage '", key, "'");
      require(rest_.size() - at >= 8, source_, " is truncated in storage '", key, "'");
      std::uint64_t elements = 0;
      for (std::size_t i = 8; i > 0; --i) {
        elements = elements << 8U | static_cast<unsigned char>(rest_[at + i - 1]);
      }
      at += 8;
      const std::size_t item = bytes_of(type->second);
      require(
          elements <= (rest_.size() - at) / item, source_, " is truncated in storage '", key, "'");
      parts_[key] = rest_.substr(at, elements * item);
      at += elements * item;
    }
  }

  [[nodiscard]] std::string bytes(const StorageId& id) const override {
    const auto found = parts_.find(id.key);
    require(found != parts_.end(), source_, " has no storage '", id.key, "'");
    return std::string(found->second);
  }

 private:
  std::string_view rest_;
  std::vector<std::string> keys_;
  const std::string& source_;
  std::map<std::string, std::string_view> parts_;
};

/// Turns the graph of a pickle into named tensors.
class Reader {
 public:
  Reader(const Pickle& pickle, const std::string& source, std::size_t file_bytes)
      : pickle_(pickle),
        source_(source),
        values_left_(4 * file_bytes + 4096),
        bytes_left_(16 * file_bytes) {}

  /// The element type of every storage that the pickle names.
  [[nodiscard]] std::map<std::string, ElementType> storage_types() const {
    std::map<std::string, ElementType> types;
    for (const PickleNode& node : pickle_.nodes) {
      if (node.kind != Kind::persistent) continue;
      const StorageId id = storage_id(node);
      const auto known = types.emplace(id.key, id.type).first;
      check(known->second == id.type, text("storage '", id.key, "' has two types"));
    }
    return types;
  }

  std::map<std::string, StoredTensor> read(const StorageSource& storages) {
    storages_ = &storages;
    collect(state_dict(), "", 0);
    require(!tensors_.empty(), source_, " holds no tensors");
    return std::move(tensors_);
  }

 private:
  void check(bool ok, const std::string& what) const {
    if (!ok) throw Error(text(source_, " is damaged: ", what));
  }
  [[nodiscard]] const PickleNode& node(std::size_t index) const { return pickle_.nodes[index]; }

  [[nodiscard]] std::int64_t integer(std::size_t index) const {
    check(node(index).kind == Kind::integer, "a whole number is expected in a tensor");
    return node(index).integer;
  }

  /// Lengths and offsets; the bound keeps sums of products inside 64 bits.
  [[nodiscard]] std::int64_t size(std::size_t index) const {
    const std::int64_t value = integer(index);
    check(value >= 0 && value < std::int64_t{1} << 40U, "a tensor's size is out of range");
    return value;
  }

  [[nodiscard]] std::vector<std::int64_t> sizes(std::size_t index) const {
    const PickleNode& list = node(index);
    check(list.kind == Kind::tuple || list.kind == Kind::list, "a tensor's shape is malformed");
    check(list.items.size() <= kMostDimensions, "a tensor has too many dimensions");
    std::vector<std::int64_t> values;
    for (const std::size_t item : list.items) values.push_back(size(item));
    return values;
  }

  [[nodiscard]] const PickleNode& state_dict() const {
    const PickleNode& top = node(pickle_.root);
    require(top.kind == Kind::dictionary, source_, " holds no dictionary of tensors");
    for (std::size_t i = 0; i + 1 < top.items.size(); i += 2) {
      const PickleNode& value = node(top.items[i + 1]);
      if (node(top.items[i]).text == "state_dict" && value.kind == Kind::dictionary) return value;
    }
    return top;
  }

  void collect(const PickleNode& dictionary, const std::string& prefix, std::size_t depth) {
    check(depth < kDeepest, "its dictionaries are nested too deeply");
    for (std::size_t i = 0; i + 1 < dictionary.items.size(); i += 2) {
      check(++visited_ <= 16 * pickle_.nodes.size(), "its dictionaries repeat without end");
      const PickleNode& key = node(dictionary.items[i]);
      const PickleNode& value = node(dictionary.items[i + 1]);
      if (value.kind != Kind::dictionary && value.kind != Kind::call) continue;
      check(key.kind == Kind::text || key.kind == Kind::integer, "a tensor has no name");
      const std::string name =
          prefix + (key.kind == Kind::text ? key.text : std::to_string(key.integer));
      check(name.size() <= kLongestName, "a tensor's name is too long");
      if (value.kind == Kind::dictionary) {
        collect(value, name + ".", depth + 1);
      } else {
        const bool added = tensors_.emplace(name, tensor(value, name, 0)).second;
        check(added, "two tensors are named '" + name + "'");
      }
    }
  }

  [[nodiscard]] StorageId storage_id(const PickleNode& reference) const {
    check(reference.kind == Kind::persistent, "a tensor has no storage");
    const PickleNode& id = node(reference.items.front());
    check(id.kind == Kind::tuple && id.items.size() >= 5 && node(id.items[0]).text == "storage" &&
              node(id.items[1]).kind == Kind::global && node(id.items[2]).kind == Kind::text,
          "a storage is malformed");
    const auto type = element_type(node(id.items[1]).text);
    check(type.has_value(), "a storage has an unknown type");
    StorageId found{node(id.items[2]).text, *type, static_cast<std::size_t>(size(id.items[4])), 0};
    if (id.items.size() > 5 && node(id.items[5]).kind != Kind::none) {
      const PickleNode& view = node(id.items[5]);
      check(view.kind == Kind::tuple && view.items.size() == 3, "a storage's view is malformed");
      found.view_offset = static_cast<std::size_t>(size(view.items[1]));
    }
    return found;
  }

  /// Storages are often shared by several tensors; each is converted once.
  const std::vector<float>& storage(const StorageId& id) {
    const auto known = storage_values_.find(id.key);
    if (known != storage_values_.end()) return known->second;
    const std::string bytes = storages_->bytes(id);
    check(bytes.size() <= bytes_left_, "its storages are larger than the file can explain");
    bytes_left_ -= bytes.size();
    check(bytes.size() / bytes_of(id.type) >= id.elements && bytes.size() % bytes_of(id.type) == 0,
          text("storage '", id.key, "' has ", bytes.size(), " bytes for ", id.elements, " values"));
    return storage_values_.emplace(id.key, to_floats(bytes, id.type)).first->second;
  }

  StoredTensor tensor(const PickleNode& call, const std::string& name, std::size_t depth) {
    check(depth < kDeepest, "tensor '" + name + "' is nested too deeply");
    const std::string& function = node(call.items[0]).text;
    const std::vector<std::size_t>& arguments = node(call.items[1]).items;
    if (function == "torch._utils._rebuild_parameter") {
      check(!arguments.empty() && node(arguments[0]).kind == Kind::call,
            "parameter '" + name + "' is malformed");
      return tensor(node(arguments[0]), name, depth + 1);
    }
    check(function.rfind("torch._utils._rebuild_tensor", 0) == 0 && arguments.size() >= 4,
          "tensor '" + name + "' is malformed");
    const StorageId id = storage_id(node(arguments[0]));
    const auto offset = static_cast<std::size_t>(size(arguments[1])) + id.view_offset;
    return gather(id, offset, {sizes(arguments[2]), sizes(arguments[3])}, name);
  }

  struct Layout {
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
  };

  /// The number of values, after checking that the first and the last lie inside `available`.
  std::size_t checked_count(const Layout& layout,
                            std::size_t offset,
                            std::size_t available,
                            const std::string& name) {
    check(layout.shape.size() == layout.strides.size(),
          "tensor '" + name + "' has not one stride a dimension");
    const auto& shape = layout.shape;
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    std::int64_t count = 1;
    auto last = static_cast<std::int64_t>(offset);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      std::int64_t reach = 0;
      const bool overflow = __builtin_mul_overflow(count, shape[i], &count) ||
                            __builtin_mul_overflow(shape[i] - 1, layout.strides[i], &reach) ||
                            __builtin_add_overflow(last, reach, &last);
      check(!overflow, "tensor '" + name + "' is too large");
    }
    check(static_cast<std::size_t>(last) < available,
          "tensor '" + name + "' reaches beyond its storage");
    // Strides of 0 let a small storage fill any amount of memory.
    check(static_cast<std::size_t>(count) <= values_left_,
          "tensor '" + name + "' is larger than the file can explain");
    values_left_ -= static_cast<std::size_t>(count);
    return static_cast<std::size_t>(count);
  }

  StoredTensor gather(const StorageId& id,
                      std::size_t offset,
                      Layout layout,
                      const std::string& name) {
    const std::vector<float>& from = storage(id);
    const std::size_t count = checked_count(layout, offset, from.size(), name);
    StoredTensor result;
    result.values.reserve(count);
    std::vector<std::int64_t> at(layout.shape.size(), 0);
    auto position = static_cast<std::int64_t>(offset);
    while (result.values.size() < count) {
      result.values.push_back(from[static_cast<std::size_t>(position)]);
      for (std::size_t i = at.size(); i > 0; --i) {  // counts up like an odometer
        position += layout.strides[i - 1];
        if (++at[i - 1] < layout.shape[i - 1]) break;
        position -= layout.strides[i - 1] * layout.shape[i - 1];
        at[i - 1] = 0;
      }
    }
    result.shape = std::move(layout.shape);
    return result;
  }

  const Pickle& pickle_;
  const std::string& source_;
  std::size_t values_left_;
  std::size_t bytes_left_;
  std::size_t visited_ = 0;
  const StorageSource* storages_ = nullptr;
  std::map<std::string, std::vector<float>> storage_values_;
  std::map<std::string, StoredTensor> tensors_;
};

std::map<std::string, StoredTensor> read_zip(const fs::path& path, std::size_t file_bytes) {
  const ZipArchive archive(path);
  const std::string source = path.string();
  std::string folder;
  for (const std::string& name : archive.names()) {
    const std::size_t slash = name.rfind('/');
    if (slash != std::string::npos && name.substr(slash + 1) == "data.pkl") {
      folder = name.substr(0, slash + 1);
    }
  }
  require(!folder.empty(), source, " is a zip file without data.pkl; PyTorch writes one");
  if (archive.contains(folder + "byteorder")) {
    require(archive.read(folder + "byteorder") == "little",
            source,
            " comes from a big-endian machine, which is not supported");
  }
  const Pickle pickle = read_pickle(archive.read(folder + "data.pkl"), source, allowed_names());
  return Reader(pickle, source, file_bytes).read(ZipStorages(archive, folder));
}

std::map<std::string, StoredTensor> read_legacy(std::string_view content,
                                                const std::string& source) {
  const std::size_t file_bytes = content.size();
  content.remove_prefix(kLegacyStart.size());
  content.remove_prefix(read_pickle(content, source, {}).bytes);  // protocol version
  content.remove_prefix(read_pickle(content, source, {}).bytes);  // sizes of C types
  const Pickle object = read_pickle(content, source, allowed_names());
  content.remove_prefix(object.bytes);
  const Pickle list = read_pickle(content, source, {});
  content.remove_prefix(list.bytes);
  std::vector<std::string> keys;
  for (const std::size_t item : list.nodes[list.root].items) {
    keys.push_back(list.nodes[item].text);
  }
  Reader reader(object, source, file_bytes);
  LegacyStorages storages(content, std::move(keys), source);
  storages.locate(reader.storage_types());
  return reader.read(storages);
}

}  // namespace

std::map<std::string, StoredTensor> read_state_dict(const fs::path& path) {
  const std::string source = path.string();
  std::string start(kLegacyStart.size(), '\0');
  std::ifstream(path, std::ios::binary)
      .read(start.data(), static_cast<std::streamsize>(start.size()));
  if (start.compare(0, 2, "PK") == 0) return read_zip(path, fs::file_size(path));
  const std::string content = read_text_file(path);
  require(start == kLegacyStart,
          source,
          " is not a file of torch.save (neither its zip form nor its older form)");
  return read_legacy(content, source);
}

}  // namespace coppice
