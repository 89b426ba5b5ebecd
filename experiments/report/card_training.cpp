#include "experiments/report/card_training.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/run_folder.hpp"
#include "predictors/energy_csv.hpp"

namespace coppice {
namespace {

std::vector<EnergyRow> rows_of(const std::filesystem::path& path) {
  return std::filesystem::exists(path) ? read_energy_csv(path) : std::vector<EnergyRow>{};
}

// The rows of one phase, and what is said about all that were added.
class Sum {
 public:
  std::optional<CardSpent> phase(const std::vector<EnergyRow>& rows, const std::string& name) {
    std::optional<CardSpent> part;
    for (const EnergyRow& row : rows) {
      if (row.phase != name) continue;
      if (!part) part.emplace();
      part->energy_j = part->energy_j + row.energy_j;
      part->co2e_g = part->co2e_g + row.co2e_g;
      describe_row(row);
    }
    return part;
  }

  [[nodiscard]] CardTraining card() const {
    CardTraining card = card_;
    card.pue = metered_j_ > 0 ? card_.energy_j.nominal / metered_j_ : 1;
    return card;
  }

 private:
  void describe_row(const EnergyRow& row) {
    card_.energy_j = card_.energy_j + row.energy_j;
    card_.co2e_g = card_.co2e_g + row.co2e_g;
    metered_j_ += row.energy_j.nominal / row.pue;
    append_once(card_.method, row.basis + " (" + row.method + ")");
    append_once(card_.device, row.device);
    append_once(card_.region, row.grid.name);
    append_once(card_.grid, describe(row.grid));
  }

  CardTraining card_;
  double metered_j_ = 0;  // without PUE
};

Known<CardSpent> part_or(const std::optional<CardSpent>& part, const std::string& reason) {
  return part ? Known<CardSpent>(*part) : Known<CardSpent>::unknown(reason);
}

}  // namespace

Known<CardTraining> training_of_run(const std::filesystem::path& run) {
  using Unknown = Known<CardTraining>;
  const auto origin = run / kRunPretrainingFile;
  const bool from_run = std::filesystem::exists(origin);
  if (!from_run && !std::filesystem::exists(run / kRunEnergyFile)) {
    return Unknown::unknown("the run has no energy.csv");
  }
  std::vector<EnergyRow> rows = rows_of(origin);
  for (EnergyRow& row : rows_of(run / kRunEnergyFile)) rows.push_back(std::move(row));
  Sum sum;
  const auto trained = sum.phase(rows, "train");
  const auto tuned = sum.phase(rows, "finetune");
  if (!trained && !tuned) return Unknown::unknown("the run's energy.csv has no training");
  CardTraining card = sum.card();
  const bool fine_tuned = tuned || from_run;
  card.pretraining = part_or(trained,
                             "the run of the supernet recorded no training, or the network was "
                             "fine-tuned from a bare supernet");
  card.fine_tuning =
      part_or(tuned, fine_tuned ? "the run's energy.csv has no fine-tuning" : "not fine-tuned");
  if (!fine_tuned) {
    card.kind = kPreTraining;
    card.shared = "shared by all networks of this supernet";
  } else if (trained) {
    card.kind = std::string(kPreTraining) + " and " + kFineTuning;
    card.shared = "the pre-training is shared by all networks of the supernet";
  } else {
    card.kind = kFineTuning;
  }
  return card;
}

}  // namespace coppice
