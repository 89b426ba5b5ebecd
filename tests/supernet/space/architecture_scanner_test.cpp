#include "supernet/space/architecture_scanner.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "supernet/space/architecture_text.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

bool scans(const SearchSpace& space, const std::string& line) {
  Architecture architecture;
  return ArchitectureScanner(space).scan(line, architecture);
}

TEST(ArchitectureScanner, ReadsWhatEverySpaceWrites) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = builtin_space(name);
    const ArchitectureScanner scanner(space);
    Random random(1);
    for (int i = 0; i < 200; ++i) {
      const Architecture sample = space.sample(random);
      Architecture scanned;
      ASSERT_TRUE(scanner.scan(to_text(space, sample), scanned)) << to_text(space, sample);
      EXPECT_EQ(scanned, sample);
    }
  }
}

TEST(ArchitectureScanner, AgreesWithTheParserOnAllItTakes) {
  const SearchSpace space = tiny_space();
  const ArchitectureScanner scanner(space);
  for (const std::string line :
       {R"({"ks":[3,7,3,5],"e":[2,4,2,3],"d":[1,1],"r":[12]})",
        R"( {"r" : 12 , "wid":null,"d":[ 1,2],"e":[2,4,2,3], "ks":[3,7,3.0,5] }  )",
        R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1]})",
        "{\"ks\":[3,3,3,3],\t\"e\":[2,2,2,2],\"d\":[1,1],\"r\":[16]}\r"}) {
    Architecture scanned;
    ASSERT_TRUE(scanner.scan(line, scanned)) << line;
    EXPECT_EQ(scanned, parse_architecture(space, line, "x")) << line;
  }
}

TEST(ArchitectureScanner, LeavesEveryOtherSpellingToTheParser) {
  const SearchSpace space = tiny_space();
  for (const std::string line : {"",
                                 "{",
                                 "{}",
                                 "[]",
                                 R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]} x)",
                                 R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12],})",
                                 R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12],"r":[12]})",
                                 R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"image_size":12})",
                                 R"({"ks":[3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[3,3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[4,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[03,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[3.,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[-3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[3e0,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":3,"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"k\u0073":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[3,3,3,3],"e":[2,2,2,2],"r":[12]})",
                                 R"({"wid":1,"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12]})",
                                 R"({"ks":[3,3,3,3],"e":[2,2,2,2],"d":[1,1],"r":[12])"}) {
    EXPECT_FALSE(scans(space, line)) << line;
  }
}

// Cut at every place, a line is never taken for a whole one.
TEST(ArchitectureScanner, TakesNoTruncatedLine) {
  const SearchSpace space = builtin_space("ofa-resnet50");
  const std::string line = to_text(space, space.largest());
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_FALSE(scans(space, line.substr(0, length))) << length;
  }
}

}  // namespace
}  // namespace coppice
