#include "supernet/base/units.hpp"

#include <gtest/gtest.h>

#include <type_traits>
#include <utility>

namespace coppice {
namespace {

template <class A, class B, class = void>
struct CanAdd : std::false_type {};
template <class A, class B>
struct CanAdd<A, B, std::void_t<decltype(std::declval<A>() + std::declval<B>())>> : std::true_type {
};

TEST(Units, DifferentUnitsDoNotAdd) {
  EXPECT_TRUE((CanAdd<Joules, Joules>::value));
  EXPECT_FALSE((CanAdd<Joules, Watts>::value));
  EXPECT_FALSE((CanAdd<Joules, double>::value));
  EXPECT_FALSE((std::is_convertible_v<double, Joules>));
}

TEST(Units, PowerTimesTimeIsEnergy) {
  EXPECT_EQ(Watts(65) * Seconds(2), Joules(130));
  EXPECT_EQ(Seconds(2) * Watts(65), Joules(130));
}

TEST(Units, ArithmeticKeepsTheUnit) {
  Joules energy(3);
  energy += Joules(4);
  EXPECT_EQ(energy, Joules(7));
  EXPECT_EQ(energy - Joules(2), Joules(5));
  EXPECT_EQ(2 * energy, Joules(14));
  EXPECT_EQ(energy * 2, Joules(14));
  EXPECT_EQ(energy / 2, Joules(3.5));
  EXPECT_EQ(energy / Joules(2), 3.5);
}

TEST(Units, ComparisonsFollowTheValue) {
  EXPECT_TRUE(Seconds(1) < Seconds(2));
  EXPECT_TRUE(Seconds(2) > Seconds(1));
  EXPECT_TRUE(Seconds(2) <= Seconds(2));
  EXPECT_TRUE(Seconds(2) >= Seconds(2));
  EXPECT_FALSE(Seconds(2) <= Seconds(1));
  EXPECT_EQ(Seconds().value(), 0.0);
}

}  // namespace
}  // namespace coppice
