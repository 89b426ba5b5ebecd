#include "predictors/carbon.hpp"

#include <algorithm>
#include <utility>

#include "predictors/processor_time.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

Estimate component_estimate(const ComponentEnergy& component) {
  return within_factor(component.energy.value(), component.factor);
}

ComponentEnergy sum(const ComponentEnergy& a, const ComponentEnergy& b) {
  ComponentEnergy result = a.method == "none" ? b : a;
  result.energy = a.energy + b.energy;
  result.factor = std::max(a.factor, b.factor);
  return result;
}

}  // namespace

std::string basis_text(const EnergyReading& reading) {
  const std::pair<const ComponentEnergy*, const char*> parts[] = {
      {&reading.cpu, "cpu"}, {&reading.gpu, "gpu"}, {&reading.ram, "ram"}};
  std::string measured;
  std::string modelled;
  for (const auto& [component, name] : parts) {
    if (component->method == "none") continue;
    std::string& list = component->measured ? measured : modelled;
    list += (list.empty() ? "" : ", ") + std::string(name);
  }
  if (measured.empty() && modelled.empty()) return "not metered";
  if (modelled.empty()) return "measured";
  if (measured.empty()) return "modelled";
  return text("measured (", measured, ") and modelled (", modelled, ")");
}

Estimate energy_estimate(const EnergyReading& reading, double pue) {
  const Estimate components = component_estimate(reading.cpu) + component_estimate(reading.gpu) +
                              component_estimate(reading.ram);
  // A PUE of exactly 1 means that there is no data centre to be unsure about.
  return components * overhead_of(pue);
}

Estimate carbon_estimate(const Estimate& energy_j, const GridIntensity& grid) {
  return energy_j * within_factor(grid.grams_per_kwh / kJoulesPerKilowattHour, kGridFactor);
}

CarbonLedger::Scope::Scope(CarbonLedger& ledger, std::string name)
    : ledger_(&ledger),
      name_(std::move(name)),
      start_(ledger.clock_.now()),
      cpu_start_(process_cpu_time()),
      begin_(ledger.meter_.read()) {}

CarbonLedger::Scope::Scope(Scope&& other) noexcept
    : ledger_(std::exchange(other.ledger_, nullptr)),
      name_(std::move(other.name_)),
      start_(other.start_),
      cpu_start_(other.cpu_start_),
      begin_(std::move(other.begin_)) {}

PhaseRecord CarbonLedger::Scope::so_far() const {
  PhaseRecord record;
  record.phase = name_;
  record.duration = ledger_->clock_.now() - start_;
  record.energy = ledger_->meter_.read() - begin_;
  record.energy_j = energy_estimate(record.energy, ledger_->pue_);
  record.co2e_g = carbon_estimate(record.energy_j, ledger_->grid_);
  record.cpu_time = process_cpu_time() - cpu_start_;
  return record;
}

void CarbonLedger::Scope::end() {
  if (ledger_ == nullptr) return;
  ledger_->records_.push_back(so_far());
  ledger_->open_.clear();
  ledger_ = nullptr;
}

CarbonLedger::CarbonLedger(PowerMeter& meter, const Clock& clock, GridIntensity grid, double pue)
    : meter_(meter), clock_(clock), grid_(std::move(grid)), pue_(pue) {
  require_usage(pue >= 1, "pue = ", pue, ", must be >= 1 (1: no data centre around the machine)");
}

CarbonLedger::Scope CarbonLedger::phase(const std::string& name) {
  require(!name.empty(), "a phase needs a name");
  require(open_.empty(), "phase '", name, "' cannot start while '", open_, "' is running");
  open_ = name;
  return {*this, name};
}

PhaseRecord CarbonLedger::total() const {
  PhaseRecord total;
  total.phase = "total";
  for (const auto& record : records_) {
    total.duration += record.duration;
    total.energy = {sum(total.energy.cpu, record.energy.cpu),
                    sum(total.energy.gpu, record.energy.gpu),
                    sum(total.energy.ram, record.energy.ram)};
    total.energy_j = total.energy_j + record.energy_j;
    total.co2e_g = total.co2e_g + record.co2e_g;
    total.cpu_time += record.cpu_time;
  }
  return total;
}

}  // namespace coppice
