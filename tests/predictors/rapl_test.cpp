#include "predictors/rapl.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

void write_zone(const std::filesystem::path& zone,
                const std::string& name,
                std::uint64_t microjoules,
                std::uint64_t range = 262143328850) {
  write_bytes(zone / "name", name + "\n");
  write_bytes(zone / "energy_uj", std::to_string(microjoules) + "\n");
  write_bytes(zone / "max_energy_range_uj", std::to_string(range) + "\n");
}

void set_counter(const std::filesystem::path& zone, std::uint64_t microjoules) {
  write_bytes(zone / "energy_uj", std::to_string(microjoules) + "\n");
}

// Each look at it is ten minutes later.
class SlowClock final : public Clock {
 public:
  [[nodiscard]] Seconds now() const override { return now_ += Seconds(600); }

 private:
  mutable Seconds now_;
};

const SlowClock kClock;

TEST(Rapl, AStepThatNoPackageCanDrawIsLeftOut) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 1000000);
  FakeClock time;
  RaplReader reader(root.path(), time);
  time.advance(Seconds(1));
  set_counter(root / "intel-rapl:0", 101000000);  // 100 J in 1 s
  EXPECT_DOUBLE_EQ(reader.read().value(), 100);
  EXPECT_EQ(reader.jumps(), 0);
  time.advance(Seconds(1));
  set_counter(root / "intel-rapl:0", 5101000000);  // 5000 J in 1 s
  EXPECT_DOUBLE_EQ(reader.read().value(), 100);
  EXPECT_EQ(reader.jumps(), 1);
  time.advance(Seconds(1));
  set_counter(root / "intel-rapl:0", 0);  // a reset looks like a wrap of 257 kJ
  EXPECT_DOUBLE_EQ(reader.read().value(), 100);
  EXPECT_EQ(reader.jumps(), 2);
  time.advance(Seconds(1));
  set_counter(root / "intel-rapl:0", 50000000);
  EXPECT_DOUBLE_EQ(reader.read().value(), 150);
}

TEST(Rapl, ReadingsThatFollowEachOtherAtOnceAreNoJump) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 0);
  const FakeClock still;
  RaplReader reader(root.path(), still);
  set_counter(root / "intel-rapl:0", 200000);  // a millisecond's update
  EXPECT_DOUBLE_EQ(reader.read().value(), 0.2);
}

TEST(Rapl, AddsPackagesOnly) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 0);
  write_zone(root / "intel-rapl:0:0", "core", 0);
  write_zone(root / "intel-rapl:0:1", "dram", 0);
  write_zone(root / "intel-rapl:1", "package-1", 0);
  write_zone(root / "intel-rapl:2", "psys", 0);
  RaplReader reader(root.path(), kClock);
  EXPECT_EQ(reader.zones(), "package-0, package-1");
  for (const char* zone : {"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:0:1", "intel-rapl:2"}) {
    set_counter(root / zone, 5000000);
  }
  set_counter(root / "intel-rapl:1", 2000000);
  EXPECT_DOUBLE_EQ(reader.read().value(), 7.0);
}

TEST(Rapl, CountsFromConstructionNotFromBoot) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 123456789);
  RaplReader reader(root.path(), kClock);
  EXPECT_EQ(reader.read().value(), 0);
}

TEST(Rapl, WrappedCounterGoesOn) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 9000000, 10000000);
  RaplReader reader(root.path(), kClock);
  set_counter(root / "intel-rapl:0", 500000);
  EXPECT_DOUBLE_EQ(reader.read().value(), 1.5);
  set_counter(root / "intel-rapl:0", 700000);
  EXPECT_DOUBLE_EQ(reader.read().value(), 1.7);
}

TEST(Rapl, WrapWithoutAKnownRangeIsLeftOut) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 9000000);
  std::filesystem::remove(root / "intel-rapl:0/max_energy_range_uj");
  RaplReader reader(root.path(), kClock);
  set_counter(root / "intel-rapl:0", 500000);
  EXPECT_EQ(reader.read().value(), 0);
  set_counter(root / "intel-rapl:0", 1500000);
  EXPECT_DOUBLE_EQ(reader.read().value(), 1.0);
}

TEST(Rapl, ZoneSeenTwiceIsCountedOnceFromMemory) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 0);
  write_zone(root / "intel-rapl-mmio:0", "package-0", 0);
  RaplReader reader(root.path(), kClock);
  EXPECT_EQ(reader.zones(), "package-0");
  set_counter(root / "intel-rapl:0", 5000000);
  set_counter(root / "intel-rapl-mmio:0", 3000000);
  EXPECT_DOUBLE_EQ(reader.read().value(), 3.0);
}

TEST(Rapl, CounterThatVanishesStandsStillAndIsNamed) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 0);
  RaplReader reader(root.path(), kClock);
  set_counter(root / "intel-rapl:0", 1000000);
  EXPECT_DOUBLE_EQ(reader.read().value(), 1.0);
  EXPECT_EQ(reader.lost(), "");
  std::filesystem::remove(root / "intel-rapl:0/energy_uj");
  EXPECT_DOUBLE_EQ(reader.read().value(), 1.0);
  EXPECT_EQ(reader.lost(), "package-0");
}

TEST(Rapl, MissingCountersAreExplained) {
  const TemporaryFolder root;
  EXPECT_EQ(why_no_rapl(root / "none"),
            "this machine offers no energy counters (no folder " + (root / "none").string() +
                "); virtual machines rarely do");
  EXPECT_EQ(why_no_rapl(root.path()), "no package energy counter in " + root.path().string());
  EXPECT_EQ(message_of([&] { RaplReader reader(root.path(), kClock); }),
            "no package energy counter in " + root.path().string());
}

TEST(Rapl, WhereThereAreNoCountersNothingIsUnreadable) {
  const TemporaryFolder root;
  EXPECT_EQ(why_unreadable_rapl(root / "none"), "");
  write_zone(root / "intel-rapl:0", "package-0", 0);
  EXPECT_EQ(why_unreadable_rapl(root.path()), "");
}

TEST(Rapl, DamagedCounterIsExplained) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 0);
  write_bytes(root / "intel-rapl:0/energy_uj", "");
  EXPECT_EQ(why_no_rapl(root.path()),
            "cannot read the energy counter " + (root / "intel-rapl:0/energy_uj").string() +
                ": not a number");
}

TEST(Rapl, ForbiddenCounterSaysHowToAllowIt) {
  const TemporaryFolder root;
  write_zone(root / "intel-rapl:0", "package-0", 0);
  std::filesystem::permissions(root / "intel-rapl:0/energy_uj", std::filesystem::perms::none);
  // Root may read everything, so a test that runs as root steps down for a moment.
  const uid_t user = ::geteuid();
  if (user == 0) {
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const std::string why = why_no_rapl(root.path());
  const std::string why_unreadable = why_unreadable_rapl(root.path());
  if (user == 0) {
    ASSERT_EQ(::seteuid(user), 0);
  }
  EXPECT_EQ(why_unreadable, why);
  EXPECT_EQ(why,
            "cannot read the energy counter " + (root / "intel-rapl:0/energy_uj").string() +
                ": Permission denied; allow it until the next boot with: sudo chmod a+r " +
                root.path().string() + "/*/energy_uj");
}

}  // namespace
}  // namespace coppice
