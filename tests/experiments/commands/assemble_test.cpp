#include "experiments/commands/assemble.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

const SearchSpace& space() {
  static const SearchSpace tiny = tiny_search_space();
  return tiny;
}

MeasuredNetworks one_network(double latency_ms) {
  MeasurementTable table{space().name(), {}, {}};
  table.rows.push_back({space().largest(), {{"accuracy", 90}, {"latency_ms", latency_ms}}, {}});
  return {table, {{"accuracy", true}, {"latency_ms", false}}};
}

SearchCommand with_profile() {
  SearchCommand command;
  command.profile =
      std::filesystem::path(COPPICE_DEPLOY_NODE) / "../../devices/raspberry-pi-4.json";
  return command;
}

TEST(Assemble, TargetsComeFirstThenTheProfileThenCosts) {
  const SearchCommand command = with_profile();
  const GivenPredictors others;
  const MeasuredNetworks measured = one_network(2);
  const auto values = measured_values(measured, assemble_with(command, space(), others, {"macs"}));
  EXPECT_EQ(values->names(),
            (std::vector<std::string>{"accuracy", "latency_ms", "energy_mj", "co2e_g", "macs"}));
  const auto row = values->evaluate({space().largest()});
  EXPECT_EQ(row[0], 90);
  EXPECT_EQ(row[1], 2);
}

TEST(Assemble, EnergyIsModelledOnTheMeasuredLatency) {
  const SearchCommand command = with_profile();
  const GivenPredictors others;
  const Assemble assemble = assemble_with(command, space(), others, {});
  const MeasuredNetworks quick = one_network(2);
  const MeasuredNetworks slow = one_network(200);
  const auto energy = [&](const MeasuredNetworks& measured) {
    return measured_values(measured, assemble)->evaluate({space().largest()})[2];
  };
  EXPECT_GT(energy(slow), 5 * energy(quick));
}

TEST(Assemble, ANetworkThatIsNotMeasuredHasNoValue) {
  const SearchCommand command;
  const GivenPredictors others;
  const MeasuredNetworks measured = one_network(2);
  const auto values = measured_values(measured, assemble_with(command, space(), others, {}));
  EXPECT_THROW(static_cast<void>(values->evaluate({space().smallest()})), Error);
}

}  // namespace
}  // namespace coppice
