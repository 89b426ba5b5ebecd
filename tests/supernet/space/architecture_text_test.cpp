#include "supernet/space/architecture_text.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

constexpr const char* kSmallest = R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})";

std::string failure_of(const SearchSpace& space, const std::string& line) {
  try {
    static_cast<void>(parse_architecture(space, line, "a.jsonl line 3"));
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
    return error.what();
  }
  return "no error";
}

TEST(ArchitectureText, WritesTheCanonicalSpelling) {
  const SearchSpace space = tiny_space();
  EXPECT_EQ(to_text(space, space.smallest()), kSmallest);
}

TEST(ArchitectureText, EverySampleReadsBack) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = builtin_space(name);
    Random random(1);
    for (int i = 0; i < 50; ++i) {
      const Architecture a = space.sample(random);
      EXPECT_EQ(parse_architecture(space, to_text(space, a), "x"), a);
    }
  }
}

TEST(ArchitectureText, InactiveGenesDoNotDistinguishLines) {
  const SearchSpace space = tiny_space();
  const std::string other = R"({"ks":[3,7,3,5],"e":[2,4,2,3],"d":[1,1],"r":[12]})";
  EXPECT_EQ(parse_architecture(space, other, "x"), parse_architecture(space, kSmallest, "x"));
}

TEST(ArchitectureText, AcceptsTheReferencesVariants) {
  const SearchSpace space = tiny_space();
  const std::string line = R"({"wid":null,"d":[1,1],"image_size":12,"e":[2,2,2,2],"ks":[3,3,3,3]})";
  EXPECT_EQ(to_text(space, parse_architecture(space, line, "x")), kSmallest);
  EXPECT_EQ(space.resolution(
                parse_architecture(space, R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1]})", "x")),
            16);
}

TEST(ArchitectureText, TheResNetStemGeneIsTwoOrNothing) {
  const SearchSpace space = builtin_space("ofa-resnet50");
  std::string line = to_text(space, space.smallest());
  const auto with_stem = [&](const std::string& stem) {
    std::string edited = line;
    return edited.replace(edited.find("[0,") + 1, 1, stem);
  };
  EXPECT_EQ(to_text(space, parse_architecture(space, with_stem("1"), "x")), line);
  EXPECT_TRUE(space.stem_unit(parse_architecture(space, with_stem("2"), "x")));
  EXPECT_FALSE(space.stem_unit(parse_architecture(space, with_stem("0"), "x")));
  EXPECT_EQ(to_text(space, parse_architecture(space, with_stem("3"), "x")), line);
}

TEST(ArchitectureText, ErrorsNameLineKeyValueAndWhatIsAllowed) {
  const SearchSpace space = tiny_space();
  EXPECT_EQ(failure_of(space, R"({"ks":[3,3,3,9],"e":[2,2,2,2],"d":[1,1],"r":[12]})"),
            "a.jsonl line 3: ks[3] = 9, must be one of 3, 5");
  EXPECT_EQ(failure_of(space, R"({"ks":[3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})"),
            "a.jsonl line 3: ks has 3 values, the space tiny needs 4");
  EXPECT_EQ(failure_of(space, R"({"e":[2,2,2,2],"d":[1,1],"r":[12]})"),
            "a.jsonl line 3: the key ks is missing");
  EXPECT_EQ(failure_of(space, R"({"kernels":[3],"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1]})"),
            "a.jsonl line 3: unknown key kernels; the nearest known one is ks");
  EXPECT_EQ(failure_of(space, R"({"wid":1.2,"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1]})"),
            "a.jsonl line 3: wid = 1.2, must be null (the width multiplier belongs to the space)");
  EXPECT_EQ(failure_of(space, R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,"1"],"r":[12]})"),
            "a.jsonl line 3: d[1] = \"1\", must be one of 1, 2");
  EXPECT_EQ(failure_of(space, R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"d":[2,2]})"),
            "a.jsonl line 3: the key d is given twice");
  EXPECT_EQ(failure_of(space, "[1,2]").substr(0, 35), "a.jsonl line 3: not a JSON object o");
}

TEST(ArchitectureText, ErrorsListAllThatIsAllowed) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  std::string line = to_text(space, space.largest());
  line.replace(line.find("[224]"), 5, "[225]");
  EXPECT_EQ(failure_of(space, line),
            "a.jsonl line 3: r[0] = 225, must be one of 128, 132, 136, 140, 144, 148, 152, 156, "
            "160, 164, 168, 172, 176, 180, 184, 188, 192, 196, 200, 204, 208, 212, 216, 220, 224");
}

TEST(ArchitectureText, FilesAreReadLineByLine) {
  const SearchSpace space = tiny_space();
  const std::string lines = std::string(kSmallest) + "\n\n  \n" + kSmallest + "\r\n";
  EXPECT_EQ(parse_architectures(space, lines, "a.jsonl").size(), 2U);
  try {
    static_cast<void>(parse_architectures(space, "\n\n", "a.jsonl"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a.jsonl holds no architecture line");
  }
}

}  // namespace
}  // namespace coppice
