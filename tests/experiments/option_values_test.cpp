#include "experiments/option_values.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

template <class T>
std::string error_of(const Words& words) {
  T field{};
  try {
    read_words(words, field);
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
    return error.what();
  }
  return "no error";
}

template <class T>
T read_back(const T& value) {
  T field{};
  read_words(write_words(value), field);
  return field;
}

TEST(OptionValues, NumbersReadBackExactly) {
  EXPECT_EQ(read_back(0.1 + 0.2), 0.1 + 0.2);
  EXPECT_EQ(read_back(3e-5), 3e-5);
  EXPECT_EQ(read_back(std::uint64_t{18446744073709551615U}), 18446744073709551615U);
  EXPECT_EQ(read_back(-7), -7);
}

TEST(OptionValues, ListsReadBackToThemselves) {
  EXPECT_EQ(read_back(std::vector<int>{128, 160, 224}), (std::vector<int>{128, 160, 224}));
  EXPECT_EQ(read_back(Words{"accuracy", "macs"}), (Words{"accuracy", "macs"}));
  const std::vector<std::filesystem::path> paths{"a, b.h5", "c.h5"};
  EXPECT_EQ(read_back(paths), paths);
}

TEST(OptionValues, NumbersMayBeSeparatedBySpacesCommasOrBeARange) {
  std::vector<int> field;
  read_words({"28, 32", "40-64/8"}, field);
  EXPECT_EQ(field, (std::vector<int>{28, 32, 40, 48, 56, 64}));
}

TEST(OptionValues, LimitsMayHaveSpacesAroundTheSign) {
  std::vector<Limit> limits;
  read_words({"latency_ms <= 25", "accuracy>=70"}, limits);
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(to_text(limits[0]), "latency_ms<=25");
  EXPECT_EQ(to_text(limits[1]), "accuracy>=70");
}

TEST(OptionValues, SwitchesReadWhatConfigurationFilesUse) {
  for (const char* word : {"yes", "true", "on", "1"}) {
    bool field = false;
    read_words({word}, field);
    EXPECT_TRUE(field) << word;
  }
  for (const char* word : {"no", "false", "off", "0"}) {
    bool field = true;
    read_words({word}, field);
    EXPECT_FALSE(field) << word;
  }
  EXPECT_EQ(write_words(true), Words{"yes"});
}

TEST(OptionValues, ErrorsSayWhatWasFoundAndWhatIsAllowed) {
  EXPECT_EQ(error_of<int>({"3.5"}), "= 3.5, must be a whole number");
  EXPECT_EQ(error_of<int>({"99999999999"}),
            "= 99999999999, is far too large; no number is read above 2147483647");
  EXPECT_EQ(error_of<double>({"1e999"}),
            "= 1e999, must be 0 or of a size from 2.2250738585072014e-308 to "
            "1.7976931348623157e+308");
  EXPECT_EQ(error_of<std::uint64_t>({"-1"}), "= -1, must be a whole number, 0 or above");
  EXPECT_EQ(error_of<double>({"nan"}), "= nan, must be a number");
  EXPECT_EQ(error_of<double>({"1.5x"}), "= 1.5x, must be a number");
  EXPECT_EQ(error_of<bool>({"maybe"}), "= maybe, must be yes or no");
  EXPECT_EQ(error_of<std::string>({"a", "b"}), "takes one value, 2 are given");
  EXPECT_EQ(error_of<std::string>({""}), "needs a value");
  EXPECT_EQ(error_of<std::vector<int>>({" ,"}), "needs a value");
  EXPECT_EQ(error_of<std::vector<Limit>>({"x<2"}), "= x<2, must be 'NAME<=VALUE' or 'NAME>=VALUE'");
}

}  // namespace
}  // namespace coppice
