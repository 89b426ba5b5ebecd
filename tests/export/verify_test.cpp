#include "export/verify.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "export/format.hpp"
#include "export/model_card.hpp"
#include "export/onnx_file.hpp"
#include "supernet/base/sha256.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/hand_made_onnx.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

// What an export writes; `shift` is added to the first stored logit.
void write_export(const std::filesystem::path& folder, double shift = 0) {
  const PlainNetwork network = tiny_network();
  ReferenceData data{3, 3, 28, 7, random_images(network.plan, 3, Random(8)), {}};
  for (const double logit : reference_logits(network, data.inputs, 3)) {
    data.logits.push_back(static_cast<float>(logit));
  }
  data.logits[0] += static_cast<float>(shift);
  write_onnx(network, {}, folder / kOnnxFile);
  write_reference(data, folder / kReferenceFile);
  ModelCard card;
  card.architecture = "{}";
  card.files = {describe_file(folder / kOnnxFile), describe_file(folder / kReferenceFile)};
  write_model_card(card, folder);
}

std::string verify_message(const std::filesystem::path& folder) {
  return message_of([&] { return verify_folder(folder, {opencv_runtime()}); });
}

TEST(Verify, UntouchedFolderPasses) {
  const TemporaryFolder folder;
  write_export(folder.path());
  const VerifyReport report = verify_folder(folder.path(), {opencv_runtime()});
  EXPECT_TRUE(report.ok);
  ASSERT_EQ(report.runtimes.size(), 1U);
  EXPECT_EQ(report.runtimes[0].file, "model.onnx");
  EXPECT_EQ(report.runtimes[0].runtime.substr(0, 6), "OpenCV");
  EXPECT_EQ(report.runtimes[0].comparison.top1_agreement, 100);
  EXPECT_LT(report.largest_difference.value(), 1e-5);
  EXPECT_TRUE(report.not_run.empty());
}

TEST(Verify, OtherLogitsAreNotOk) {
  const TemporaryFolder folder;
  write_export(folder.path(), 0.01);
  const VerifyReport report = verify_folder(folder.path(), {opencv_runtime()});
  EXPECT_FALSE(report.ok);
  EXPECT_FALSE(report.runtimes[0].ok);
  EXPECT_GT(report.largest_difference.value(), kLogitTolerance);
}

TEST(Verify, WithoutARuntimeNothingIsOk) {
  const TemporaryFolder folder;
  write_export(folder.path());
  const VerifyReport report = verify_folder(folder.path(), {});
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.not_run, std::vector<std::string>{"model.onnx"});
}

TEST(Verify, EditedFileIsFoundByItsHash) {
  const TemporaryFolder folder;
  write_export(folder.path());
  const std::string before = read_bytes(folder / "model.onnx");
  std::string bytes = before;
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_bytes(folder / "model.onnx", bytes);
  EXPECT_EQ(verify_message(folder.path()),
            (folder / "model.onnx").string() + " was edited after the export: its SHA-256 is " +
                sha256(bytes) + ", card.json says " + sha256(before) + "; export again");
}

TEST(Verify, EveryEditOfTheCardIsFound) {
  const TemporaryFolder folder;
  write_export(folder.path());
  const std::string card = read_bytes(folder / "card.json");
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string text = card;
    text.replace(text.find(from), from.size(), to);
    write_bytes(folder / "card.json", text);
    return verify_message(folder.path());
  };
  const std::string message =
      (folder / "card.json").string() +
      " was edited after the export: its text has another SHA-256 than it says; export again";
  EXPECT_EQ(edited("\"architecture\": {}", "\"architecture\": {\"d\": [1]}"), message);
  EXPECT_EQ(edited("\"latency_elsewhere\": []", "\"latency_elsewhere\": [1]"), message);
  EXPECT_EQ(edited("\"macs\": 0", "\"macs\": 1"), message);
  EXPECT_EQ(edited("card_sha256", "card_sha"),
            (folder / "card.json").string() +
                " has no card_sha256 under run: an earlier program wrote it, or it was edited; "
                "export again");
}

TEST(Verify, AModelThatTheCardDoesNotListIsNotPassedOver) {
  const TemporaryFolder folder;
  write_export(folder.path());
  write_bytes(folder / "notes.txt", "the user's own");
  EXPECT_TRUE(verify_folder(folder.path(), {opencv_runtime()}).ok);
  write_bytes(folder / "model-int8.onnx", "of another export");
  EXPECT_EQ(verify_message(folder.path()),
            (folder / "model-int8.onnx").string() +
                " is not listed in card.json: it does not belong to this export; move it away");
}

TEST(Verify, TruncatedFileIsFoundByItsSize) {
  const TemporaryFolder folder;
  write_export(folder.path());
  const std::string bytes = read_bytes(folder / "reference.h5");
  write_bytes(folder / "reference.h5", bytes.substr(0, 100));
  EXPECT_EQ(verify_message(folder.path()),
            (folder / "reference.h5").string() + " has 100 bytes, card.json says " +
                std::to_string(bytes.size()) + ": it was truncated or edited; export again");
}

TEST(Verify, MissingFilesAreNamed) {
  const TemporaryFolder folder;
  EXPECT_EQ(verify_message(folder.path()),
            "cannot read " + (folder / "card.json").string() + ": No such file or directory");
  write_export(folder.path());
  std::filesystem::remove(folder / "model.onnx");
  EXPECT_EQ(
      verify_message(folder.path()),
      (folder / "model.onnx").string() + " is missing, although card.json lists it; export again");
}

// Softmax over the batch: each image's result depends on its neighbours.
TEST(Verify, FileThatDependsOnItsBatchIsFound) {
  const TemporaryFolder folder;
  const ReferenceData data{2, 2, 1, 2, {0, 1, 0, 1}, {0.5F, 0.5F, 0.5F, 0.5F}};
  write_bytes(folder / kOnnxFile, batch_softmax_model(2, -1));
  const Runtime runtime = opencv_runtime();
  EXPECT_EQ(message_of([&] { return runtime.run(folder / kOnnxFile, data); }),
            (folder / kOnnxFile).string() +
                ": the first image alone gives logits that differ by 1 from those in a batch of 2");
}

TEST(Verify, ComparisonIsRelativeToTheLargestLogit) {
  const LogitComparison c = compare_logits({1, -4, 0, 2, 3, 0}, {1.5F, -4, 0, 3, 2, 0}, 3);
  EXPECT_EQ(c.largest_difference, 0.25);
  EXPECT_EQ(c.top1_agreement, 50);
  EXPECT_EQ(compare_logits({0, 0}, {0, 0}, 2).largest_difference, 0);
}

TEST(Verify, NotANumberDiffersInfinitely) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(compare_logits({1, 2}, {1, nan}, 2).largest_difference,
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(compare_logits({nan, 2}, {nan, 2}, 2).largest_difference,
            std::numeric_limits<double>::infinity());
}

TEST(Verify, LogitsOfOtherSizesAreRefused) {
  EXPECT_EQ(message_of([] {
              return compare_logits({1, 2, 3}, {1, 2}, 3);
            }),
            "cannot compare 2 logits with 3 in rows of 3");
}

}  // namespace
}  // namespace coppice
