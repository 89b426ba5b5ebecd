#include "supernet/pytorch_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "supernet/base/random.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/supernet/pickle_bytes.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;
using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::vector<float> kSix = {0, 1, 2, 3, 4, 5};

std::string zip_form(const std::string& object, const std::vector<ZipEntry>& more = {}) {
  std::vector<ZipEntry> entries = {{"net/data.pkl", pickled::pickle(object)}};
  entries.insert(entries.end(), more.begin(), more.end());
  return zip(entries);
}

std::string legacy_form(const std::string& object,
                        const std::vector<std::pair<std::string, std::string>>& storages,
                        std::size_t item_bytes) {
  std::string keys = "](";
  std::string data;
  for (const auto& [key, bytes] : storages) {
    keys += pickled::text(key);
    data += little_endian(bytes.size() / item_bytes, 8) + bytes;
  }
  const std::string magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  return magic + pickled::pickle("M\xe9\x03") + pickled::pickle("}") + pickled::pickle(object) +
         pickled::pickle(keys + "e") + data;
}

/// A dictionary with one tensor "w" of six floats in the storage "0".
std::string one_tensor(std::int64_t offset,
                       const std::vector<std::int64_t>& shape,
                       const std::vector<std::int64_t>& strides) {
  return pickled::dictionary(
      {{"w", pickled::tensor(pickled::storage("FloatStorage", "0", 6), offset, shape, strides)}});
}

class PytorchFile : public ::testing::Test {
 protected:
  std::map<std::string, StoredTensor> read(const std::string& bytes) const {
    write_bytes(path_, bytes);
    return read_state_dict(path_);
  }
  [[nodiscard]] std::string message(const std::string& bytes) const {
    return message_of([&] { (void)read(bytes); });
  }
  /// The message for a zip form whose storage "0" holds kSix.
  [[nodiscard]] std::string object_message(const std::string& object) const {
    return message(zip_form(object, {{"net/data/0", raw(kSix)}}));
  }
  [[nodiscard]] std::string damaged(const std::string& what) const {
    return path_.string() + " is damaged: " + what;
  }

  TemporaryFolder folder_;
  fs::path path_ = folder_ / "net.pth";
};

TEST_F(PytorchFile, BothFormsGiveTheSameTensors) {
  const std::string object = one_tensor(0, {2, 3}, {3, 1});
  const auto packed = read(zip_form(object, {{"net/data/0", raw(kSix)}}));
  const auto legacy = read(legacy_form(object, {{"0", raw(kSix)}}, 4));
  ASSERT_EQ(packed.size(), 1U);
  EXPECT_EQ(packed.at("w").shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(packed.at("w").values, kSix);
  EXPECT_EQ(legacy.at("w").shape, packed.at("w").shape);
  EXPECT_EQ(legacy.at("w").values, kSix);
}

TEST_F(PytorchFile, OffsetsAndStridesAreHonoured) {
  const auto at = [&](std::int64_t offset,
                      const std::vector<std::int64_t>& shape,
                      const std::vector<std::int64_t>& strides) {
    const std::string object = one_tensor(offset, shape, strides);
    return read(zip_form(object, {{"net/data/0", raw(kSix)}})).at("w").values;
  };
  EXPECT_EQ(at(0, {3, 2}, {1, 3}), (std::vector<float>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(at(4, {2}, {1}), (std::vector<float>{4, 5}));
  EXPECT_EQ(at(1, {2, 2}, {3, 1}), (std::vector<float>{1, 2, 4, 5}));
  EXPECT_EQ(at(3, {}, {}), std::vector<float>{3});
  EXPECT_EQ(at(2, {3}, {0}), (std::vector<float>{2, 2, 2}));
  EXPECT_TRUE(at(0, {0, 5}, {5, 1}).empty());
}

TEST_F(PytorchFile, DeflatedEntriesAreRead) {
  const std::string object = one_tensor(0, {6}, {1});
  EXPECT_EQ(read(zip_form(object, {{"net/data/0", raw(kSix), true}})).at("w").values, kSix);
}

TEST_F(PytorchFile, StateDictIsPreferredAndFlattened) {
  const std::string tensor = pickled::tensor(pickled::storage("FloatStorage", "0", 6), 1, {1}, {1});
  const std::string inner = pickled::dictionary({{"b", tensor}, {"name", pickled::text("x")}});
  const std::vector<ZipEntry> data = {{"net/data/0", raw(kSix)}};
  const auto whole = read(zip_form(
      pickled::dictionary({{"epoch", "K\x05"},
                           {"other", tensor},
                           {"state_dict", pickled::dictionary({{"a", inner}, {"c", tensor}})}}),
      data));
  ASSERT_EQ(whole.size(), 2U);
  EXPECT_EQ(whole.at("a.b").values, std::vector<float>{1});
  EXPECT_EQ(whole.count("c"), 1U);
  const auto plain = read(zip_form(pickled::dictionary({{"x", inner}, {"step", "K\x05"}}), data));
  EXPECT_EQ(plain.count("x.b"), 1U);
}

TEST_F(PytorchFile, ParametersAndOldTensorsAreRead) {
  const std::string storage = pickled::storage("FloatStorage", "0", 6);
  const std::string old_tensor = pickled::call(
      pickled::global("torch._utils", "_rebuild_tensor"),
      pickled::tuple({storage, "K\x02", pickled::integers({2}), pickled::integers({1})}));
  const std::string parameter = pickled::call(pickled::global("torch._utils", "_rebuild_parameter"),
                                              pickled::tuple({old_tensor, "\x88", "}"}));
  const auto tensors =
      read(zip_form(pickled::dictionary({{"p", parameter}}), {{"net/data/0", raw(kSix)}}));
  EXPECT_EQ(tensors.at("p").values, (std::vector<float>{2, 3}));
}

TEST_F(PytorchFile, EveryElementTypeBecomesFloat) {
  const auto value = [&](const std::string& type, const std::string& bytes, std::int64_t count) {
    const std::string object = pickled::dictionary(
        {{"w", pickled::tensor(pickled::storage(type, "0", count), 0, {count}, {1})}});
    return read(zip_form(object, {{"net/data/0", bytes}})).at("w").values;
  };
  using Floats = std::vector<float>;
  EXPECT_EQ(value("DoubleStorage", raw<double>({0.5, -3}), 2), (Floats{0.5F, -3}));
  EXPECT_EQ(value("LongStorage", raw<std::int64_t>({-7, 24}), 2), (Floats{-7, 24}));
  EXPECT_EQ(value("IntStorage", raw<std::int32_t>({-7}), 1), Floats{-7});
  EXPECT_EQ(value("ShortStorage", raw<std::int16_t>({-7}), 1), Floats{-7});
  EXPECT_EQ(value("CharStorage", raw<std::int8_t>({-7}), 1), Floats{-7});
  EXPECT_EQ(value("ByteStorage", raw<std::uint8_t>({249}), 1), Floats{249});
  EXPECT_EQ(value("BoolStorage", raw<std::uint8_t>({1, 0}), 2), (Floats{1, 0}));
  EXPECT_EQ(value("BFloat16Storage", raw<std::uint16_t>({0x3fc0, 0xc000}), 2), (Floats{1.5F, -2}));
  const auto half = raw<std::uint16_t>({0x3e00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000});
  EXPECT_EQ(value("HalfStorage", half, 6), (Floats{1.5F, -2, 0x1p-24F, 65504, INFINITY, -0.0F}));
  EXPECT_TRUE(std::isnan(value("HalfStorage", raw<std::uint16_t>({0x7e00}), 1).front()));
}

TEST_F(PytorchFile, HostilePicklesAreRefusedByNameInBothForms) {
  const std::string attack = pickled::call(
      "cposix\nsystem\n", pickled::tuple({pickled::text("touch " + (folder_ / "owned").string())}));
  const std::string expected = "refused: the pickle in " + path_.string() +
                               " asks for 'posix.system', only tensors, collections, numbers and "
                               "text are read";
  EXPECT_EQ(message(zip_form(pickled::dictionary({{"w", attack}}))), expected);
  EXPECT_EQ(message(legacy_form(attack, {}, 4)), expected);
  EXPECT_FALSE(fs::exists(folder_ / "owned"));
}

TEST_F(PytorchFile, WholeModulesAreRefusedByName) {
  EXPECT_EQ(object_message(pickled::global("torchvision.models.resnet", "ResNet")),
            "refused: the pickle in " + path_.string() +
                " asks for 'torchvision.models.resnet.ResNet', only tensors, collections, numbers "
                "and text are read");
}

TEST_F(PytorchFile, TensorsBeyondTheirStorageAreRefused) {
  const std::string beyond = damaged("tensor 'w' reaches beyond its storage");
  EXPECT_EQ(object_message(one_tensor(0, {7}, {1})), beyond);
  EXPECT_EQ(object_message(one_tensor(1, {6}, {1})), beyond);
  EXPECT_EQ(object_message(one_tensor(0, {2, 3}, {4, 1})), beyond);
  EXPECT_EQ(object_message(one_tensor(6, {}, {})), beyond);
  EXPECT_EQ(object_message(one_tensor(-1, {1}, {1})), damaged("a tensor's size is out of range"));
  EXPECT_EQ(object_message(one_tensor(0, {2}, {-1})), damaged("a tensor's size is out of range"));
  EXPECT_EQ(object_message(one_tensor(0, {2, 2}, {1})),
            damaged("tensor 'w' has not one stride a dimension"));
}

TEST_F(PytorchFile, SizesThatFillTheMemoryAreRefused) {
  EXPECT_EQ(object_message(one_tensor(0, {1LL << 39U, 1LL << 39U}, {0, 0})),
            damaged("tensor 'w' is too large"));
  EXPECT_EQ(object_message(one_tensor(0, {1LL << 39U}, {0})),
            damaged("tensor 'w' is larger than the file can explain"));
}

TEST_F(PytorchFile, EndlessDictionariesAreRefused) {
  EXPECT_EQ(object_message("}q\x01" + pickled::text("a") + "h\x01s"),
            damaged("its dictionaries are nested too deeply"));
  std::string doubling = "}q\x01";
  for (char level = 2; level < 30; ++level) {
    doubling = "(" + doubling + "t0}q" + level + "(";
    for (const char* name : {"a", "b"}) {
      doubling += pickled::text(name) + "h" + static_cast<char>(level - 1);
    }
    doubling += "u";
  }
  EXPECT_EQ(object_message(doubling), damaged("its dictionaries repeat without end"));
}

TEST_F(PytorchFile, StorageOfAnotherSizeIsQuoted) {
  const std::string object = one_tensor(0, {1}, {1});
  EXPECT_EQ(message(zip_form(object, {{"net/data/0", "12345678"}})),
            damaged("storage '0' has 8 bytes for 6 values"));
  EXPECT_EQ(message(zip_form(object)), path_.string() + " has no entry 'net/data/0'");
}

TEST_F(PytorchFile, FilesWithoutTensorsAreRefused) {
  EXPECT_EQ(message(zip_form("}")), path_.string() + " holds no tensors");
  EXPECT_EQ(message(zip_form("K\x01")), path_.string() + " holds no dictionary of tensors");
  EXPECT_EQ(message(zip({{"net/other", "x"}})),
            path_.string() + " is a zip file without data.pkl; PyTorch writes one");
  EXPECT_EQ(
      message("arch,accuracy\n"),
      path_.string() + " is not a file of torch.save (neither its zip form nor its older form)");
  EXPECT_EQ(message(zip_form("}", {{"net/byteorder", "big"}})),
            path_.string() + " comes from a big-endian machine, which is not supported");
}

TEST_F(PytorchFile, SameNameTwiceIsRefused) {
  const std::string tensor = pickled::tensor(pickled::storage("FloatStorage", "0", 6), 0, {1}, {1});
  EXPECT_EQ(object_message(pickled::dictionary(
                {{"a.b", tensor}, {"a", pickled::dictionary({{"b", tensor}})}})),
            damaged("two tensors are named 'a.b'"));
}

TEST_F(PytorchFile, TruncatedLegacyFilesAreFound) {
  const std::string whole = legacy_form(one_tensor(0, {6}, {1}), {{"0", raw(kSix)}}, 4);
  for (std::size_t keep = 0; keep < whole.size(); ++keep) {
    EXPECT_NE(message(whole.substr(0, keep)), "no error") << keep;
  }
  EXPECT_EQ(message(whole.substr(0, whole.size() - 1)),
            path_.string() + " is truncated in storage '0'");
}

void survive_damage(const fs::path& path, const std::string& whole, std::uint64_t seed) {
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    std::string bytes = whole;
    if (round % 5 == 0) bytes.resize(random.below(bytes.size()));
    const std::uint64_t flips = bytes.empty() ? 0 : 1 + random.below(4);
    for (std::uint64_t i = 0; i < flips; ++i) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    write_bytes(path, bytes);
    const std::string message = message_of([&] { (void)read_state_dict(path); });
    EXPECT_FALSE(message.empty()) << "seed " << seed << ", round " << round;
  }
}

TEST_F(PytorchFile, RandomDamageGivesTensorsOrErrors) {
  const std::string object = pickled::dictionary(
      {{"state_dict", one_tensor(1, {2, 2}, {2, 1})},
       {"more", pickled::dictionary({{"step", "K\x05"}, {"rate", "G12345678"}})}});
  survive_damage(path_, zip_form(object, {{"net/data/0", raw(kSix), true}}), 11);
  survive_damage(path_, legacy_form(object, {{"0", raw(kSix)}}, 4), 12);
}

fs::path shared(const std::string& name) {
  const char* folder = std::getenv("COPPICE_SHARED_DATA");
  return fs::path(folder == nullptr ? "" : folder) / name;
}

TEST(PytorchFileSample, OnceForAllCheckpointHasItsTensors) {
  const fs::path path = shared("ofa_reference_mbv3/checkpoint.pth");
  if (!fs::exists(path)) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA has no " << path.filename();
  const auto tensors = read_state_dict(path);
  EXPECT_EQ(tensors.size(), 475U);
  const StoredTensor& stem = tensors.at("first_conv.conv.weight");
  EXPECT_EQ(stem.shape, (std::vector<std::int64_t>{8, 3, 3, 3}));
  EXPECT_EQ(stem.values.front(), -0.135083914F);
  EXPECT_EQ(stem.values.back(), -0.147614792F);
}

TEST(PytorchFileSample, AccuracyPredictorIsAnMlpOfFourLayers) {
  const fs::path path = shared("ofa_acc_predictor/acc_predictor.pth");
  if (!fs::exists(path)) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA has no " << path.filename();
  const auto tensors = read_state_dict(path);
  ASSERT_EQ(tensors.size(), 8U);
  using Shape = std::vector<std::int64_t>;
  EXPECT_EQ(tensors.at("0.weight").shape, (Shape{400, 128}));
  EXPECT_EQ(tensors.at("2.weight").shape, (Shape{400, 400}));
  EXPECT_EQ(tensors.at("4.weight").shape, (Shape{400, 400}));
  EXPECT_EQ(tensors.at("6.weight").shape, (Shape{1, 400}));
  EXPECT_EQ(tensors.at("6.bias").shape, Shape{1});
  EXPECT_FLOAT_EQ(tensors.at("0.weight").values.front(), -0.06205279F);
  EXPECT_FLOAT_EQ(tensors.at("0.weight").values.back(), -0.07395779F);
  EXPECT_FLOAT_EQ(tensors.at("4.bias").values[0], 0.030247483F);
}

}  // namespace
}  // namespace coppice
