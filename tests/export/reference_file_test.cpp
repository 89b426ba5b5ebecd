#include "export/reference_file.hpp"

#include <gtest/gtest.h>

#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

ReferenceData sample() { return {1, 1, 2, 3, {1, 2, 3, 4}, {0.5F, -1, 2}}; }

TEST(ReferenceFile, ComesBackUnchanged) {
  const TemporaryFolder folder;
  write_reference(sample(), folder / "reference.h5");
  const ReferenceData data = read_reference(folder / "reference.h5");
  EXPECT_EQ(data.count, 1U);
  EXPECT_EQ(data.channels, 1U);
  EXPECT_EQ(data.size, 2U);
  EXPECT_EQ(data.classes, 3U);
  EXPECT_EQ(data.inputs, sample().inputs);
  EXPECT_EQ(data.logits, sample().logits);
}

TEST(ReferenceFile, SameDataGivesTheSameBytes) {
  const TemporaryFolder folder;
  write_reference(sample(), folder / "a.h5");
  write_reference(sample(), folder / "b.h5");
  EXPECT_EQ(read_bytes(folder / "a.h5"), read_bytes(folder / "b.h5"));
}

TEST(ReferenceFile, SizesThatDisagreeAreRefused) {
  const TemporaryFolder folder;
  ReferenceData data = sample();
  data.logits.pop_back();
  EXPECT_EQ(message_of([&] { write_reference(data, folder / "a.h5"); }),
            (folder / "a.h5").string() +
                ": 4 input values and 2 logits do not fit 1 images of 1 x 2 x 2 with 3 classes");
}

TEST(ReferenceFile, NewerVersionAndOtherShapesAreNamed) {
  const TemporaryFolder folder;
  const auto path = folder / "a.h5";
  const auto message = [&path](std::int64_t version) {
    Hdf5Writer out(path);
    out.write("/inputs", std::vector<float>{1, 2}, {2});
    out.write("/logits", std::vector<float>{1, 2}, {1, 2});
    out.attribute("/", "reference_version", version);
    out.publish();
    return message_of([&] { return read_reference(path); });
  };
  EXPECT_EQ(
      message(2),
      path.string() + " has reference_version 2, this program reads up to 1; use a newer coppice");
  EXPECT_EQ(message(1),
            path.string() +
                ": /inputs must be [count, channels, size, size] and /logits [count, classes]");
}

}  // namespace
}  // namespace coppice
