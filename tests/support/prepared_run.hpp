// A finished run with known numbers, written by the libraries' own writers; supernet.h5 holds what
// a checkpoint tells beside its tensors.
#pragma once

#include <filesystem>
#include <string>

#include "export/model_card.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/fit.hpp"
#include "predictors/predictor_file.hpp"
#include "search/search_log.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/space/architecture_text.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice::prepared {

using Path = std::filesystem::path;

inline const SearchSpace& space() {
  static const SearchSpace tiny = tiny_search_space();
  return tiny;
}

inline void write_supernet(const Path& run, const std::string& class_name = "boot") {
  Hdf5Writer file(run / "supernet.h5");
  file.attribute("/", "coppice_checkpoint", std::int64_t{1});
  file.attribute("/", "space", space_spec_text(space().spec()));
  file.group("/history");
  file.write("/history/phase", std::vector<std::string>{"full", "kernel"});
  file.write("/history/step", std::vector<std::int64_t>{120, 240});
  file.write("/history/loss", std::vector<double>{0.75, 0.5});
  file.write("/history/smallest", std::vector<double>{61.5, 72.25});
  file.write("/history/largest", std::vector<double>{83.125, 86.75});
  file.group("/data");
  file.write("/data/class_names", std::vector<std::string>{class_name, "shirt"});
  file.attribute("/data", "format", std::string("IDX"));
  file.attribute("/data", "held_out", std::int64_t{5000});
  file.attribute("/", "seed", std::int64_t{7});
  file.attribute("/", "source", std::string("trained"));
  file.publish();
}

inline MeasurementTable measured_table() {
  MeasurementTable table{space().name(), {}, {{"device", "bench board"}, {"threads", "2"}}};
  Random random(3);
  for (int i = 0; i < 24; ++i) {
    Measurement row;
    row.architecture = space().sample(random);
    double size = 0;
    for (const auto gene : row.architecture.genes) size += gene;
    row.targets = {{"accuracy", 80 + size}, {"latency_ms", 1 + 0.25 * size}};
    table.rows.push_back(row);
  }
  return table;
}

inline void write_measured(const Path& run) {
  save_measurements(run / "measurements.h5", space(), measured_table());
  std::filesystem::create_directories(run / "predictors");
  for (const char* target : {"accuracy", "latency_ms"}) {
    FitOptions options;
    options.kinds = {"ridge-choices"};
    save_predictor(run / "predictors" / (std::string(target) + ".h5"),
                   fit(space(), measured_table(), target, options));
  }
}

/// The front: the smallest network at 81.25 % and 1.5 ms, the largest at 88.5 % and 3.25 ms. Where
/// the search has measured, the largest was predicted at 89.25 % (88 to 90.5) and 3 ms (2.5
/// to 3.5).
inline void write_search(const Path& path, const std::string& limit, bool measured = false) {
  SearchProblem problem{
      space(), all_choices(space()), {{"accuracy", true}, {"latency_ms", false}}, {}, {}, {}};
  if (!limit.empty()) problem.limits = {parse_limit(limit)};
  problem.ranges = {{0, 100}, {0, 10}};
  SearchState state;
  state.archive = Archive(2);
  static_cast<void>(state.archive.offer(
      {{space().smallest(), {81.25, 1.5}, 0}, {space().largest(), {88.5, 3.25}, 0}},
      Points{2, {-81.25, 1.5, -88.5, 3.25}},
      0));
  state.history = {{0, 40, 0.625, 2}, {1, 80, 0.6875, 2}};
  state.reason = StopReason::evaluations;
  const SteadyClock clock;
  SearchLog log(path, problem, {"accuracy", "latency_ms"}, {"nsga2", "", {"a", "b"}, 1}, clock);
  if (!measured) {
    log.offer(state);
    return;
  }
  // The front's first is best in accuracy: the largest.
  const FrontPredictions predicted{{89.25, 3, 81, 1.5}, {88, 2.5, 80, 1}, {90.5, 3.5, 82, 2}};
  log.conclude(state, {predicted, {}});
}

inline ModelCard card_of(const Architecture& architecture) {
  ModelCard card;
  card.name = "tiny";
  card.version = "0.1.0";
  card.space = space().name();
  card.architecture = to_text(space(), architecture);
  card.channels = 1;
  card.resolution = 32;
  card.classes = 2;
  card.macs = 1234567;
  card.params = 76543;
  card.batch_norm = "recalibrated on 2000 training images";
  card.accuracy = CardAccuracy{8790, 10000, "Fashion-MNIST", "test"};
  card.latency_measured = CardLatency{
      {3.0, 3.125, 3.5}, "10 % and 90 % quantiles of 50 calls", "bench board", "OpenCV", 2, 1};
  // 3.6 mJ are 1 Wh per million; 5e-7 g are 0.5 g.
  card.inference = CardEnergy{{1.8, 3.6, 7.2},
                              {2.4e-7, 5e-7, 1.05e-6},
                              "modelled from the device profile",
                              "bench board",
                              "500 g CO2e/kWh (Testland, 2024, test)"};
  return card;
}

inline void write_card(const Path& folder, const ModelCard& card) {
  std::filesystem::create_directories(folder);
  write_model_card(card, folder);
}

inline void write_energy(const Path& run) {
  PhaseRecord train;
  train.phase = "train";
  train.duration = Seconds(90);
  train.energy_j = {3600, 7200, 14400};
  train.co2e_g = {0.4, 1, 2.5};
  PhaseRecord measure = train;
  measure.phase = "measure";
  measure.energy_j = {1800, 3600, 7200};
  append_energy_csv(run / "energy.csv",
                    {train, measure},
                    {"TST", "Testland", 500, 2024, "test source"},
                    1.0,
                    {"2026-11-23T08:00:00", "coppice", "r", "", "linux", "cpu", 2, 0, "process"});
}

/// One target, all parts there.
inline void write_run(const Path& run) {
  write_supernet(run);
  write_measured(run);
  write_search(run / "search.h5", "latency_ms<=4");
  write_text_file(run / "best.jsonl", to_text(space(), space().largest()) + "\n");
  write_card(run / "exports", card_of(space().largest()));
  write_energy(run);
  write_text_file(run / "experiment.cfg", "[train]\nspace = tiny\n\n[carbon]\nscenarios = 10\n");
  write_text_file(run / "steps.json",
                  "{\"steps\":[{\"name\":\"train\",\"hash\":\"a\",\"done\":true,\"result\":{}},"
                  "{\"name\":\"report\",\"hash\":\"b\",\"done\":false,\"result\":null}]}\n");
  write_text_file(run / "log.jsonl",
                  "{\"time\":\"2026-11-23T08:00:00Z\",\"event\":\"train\"}\n"
                  "{\"time\":\"2026-11-23T08:01:30Z\",\"event\":\"evaluation\"}\n{\"ti");
}

}  // namespace coppice::prepared
