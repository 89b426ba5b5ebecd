#include "search/objective.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

std::string parse_message(const std::string& limit) {
  return message_of([&] { static_cast<void>(parse_limit(limit)); });
}

TEST(Objective, LimitsAreReadInBothDirections) {
  const Limit most = parse_limit("latency_ms<=24.5");
  EXPECT_EQ(most.name, "latency_ms");
  EXPECT_EQ(most.kind, LimitKind::at_most);
  EXPECT_EQ(most.value, 24.5);
  const Limit least = parse_limit(" accuracy >= 7e1 ");
  EXPECT_EQ(least.name, "accuracy");
  EXPECT_EQ(least.kind, LimitKind::at_least);
  EXPECT_EQ(least.value, 70);
  EXPECT_EQ(to_text(least), "accuracy>=70");
  EXPECT_EQ(to_text(parse_limit("x<=0.1")), "x<=0.1");
}

TEST(Objective, BadLimitsAreQuoted) {
  EXPECT_EQ(parse_message("latency_ms<20"),
            "limit 'latency_ms<20' must be NAME<=VALUE or NAME>=VALUE");
  EXPECT_EQ(parse_message("latency_ms=20"),
            "limit 'latency_ms=20' must be NAME<=VALUE or NAME>=VALUE");
  EXPECT_EQ(parse_message("<=20"), "limit '<=20' has no name before the sign");
  EXPECT_EQ(parse_message("a<=20ms"), "limit 'a<=20ms': '20ms' is not a number");
  EXPECT_EQ(parse_message("a<="), "limit 'a<=': '' is not a number");
  EXPECT_EQ(parse_message("a<=inf"), "limit 'a<=inf': 'inf' is not a number");
}

TEST(Objective, BadLimitsAreUsageErrors) {
  try {
    static_cast<void>(parse_limit("nonsense"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
  }
}

TEST(Objective, TheBoundItselfIsAllowed) {
  EXPECT_EQ(excess(parse_limit("a<=2"), 2.0), 0);
  EXPECT_EQ(excess(parse_limit("a<=2"), 2.5), 0.5);
  EXPECT_EQ(excess(parse_limit("a>=2"), 2.0), 0);
  EXPECT_EQ(excess(parse_limit("a>=2"), 1.5), 0.5);
  EXPECT_TRUE(std::isinf(excess(parse_limit("a>=2"), std::nan(""))));
}

TEST(Objective, UnknownNamesSuggestTheNearest) {
  const std::vector<std::string> names = {"accuracy", "latency_ms"};
  EXPECT_EQ(position_of("latency_ms", names), 1U);
  EXPECT_EQ(message_of([&] { static_cast<void>(position_of("latncy_ms", names)); }),
            "'latncy_ms' is not known here; known are accuracy, latency_ms; did you mean "
            "'latency_ms'?");
}

}  // namespace
}  // namespace coppice
