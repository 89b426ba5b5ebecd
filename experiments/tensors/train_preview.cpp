#include "experiments/tensors/train_preview.hpp"

#include <fmt/format.h>

#include <utility>

#include "experiments/progress.hpp"
#include "experiments/tensors/ranks.hpp"
#include "supernet/training/forecast.hpp"
#include "supernet/training/rate_test.hpp"

namespace coppice {
namespace {

double megabytes(std::int64_t bytes) { return static_cast<double>(bytes) / (1024.0 * 1024.0); }

double phase_seconds(const PhaseForecast& phase) {
  return phase.step.seconds * static_cast<double>(phase.steps);
}

std::string forecast_json(const Forecast& forecast, Json spent) {
  Json phases = Json::array();
  Json costs = Json::array();
  for (const PhaseForecast& phase : forecast.phases) {
    phases.push_back({{"name", phase.name},
                      {"epochs", phase.epochs},
                      {"steps", phase.steps},
                      {"subnets", phase.subnets}});
    costs.push_back({{"name", phase.name},
                     {"step_ms", 1000 * phase.step.seconds},
                     {"step_ms_error", 1000 * phase.step.seconds_error},
                     {"step_j", phase.step.joules},
                     {"seconds", phase_seconds(phase)}});
  }
  spent["forecast"] = {{"phases", costs},
                       {"seconds", forecast.seconds()},
                       {"energy_j", forecast.joules()},
                       {"evaluation_seconds", forecast.evaluation.seconds},
                       {"peak_memory_mb", megabytes(forecast.peak_memory_bytes)}};
  return Json{{"phases", phases}, {"evaluations", forecast.evaluations}, {"run", spent}}.dump();
}

std::string forecast_table(const Forecast& forecast, const Json& spent) {
  std::string out = fmt::format("{:<10}{:>9}{:>10}{:>9}{:>18}{:>14}{:>12}\n",
                                "phase",
                                "epochs",
                                "steps",
                                "subnets",
                                "a step",
                                "time",
                                "energy");
  for (const PhaseForecast& phase : forecast.phases) {
    out += fmt::format(
        "{:<10}{:>9g}{:>10}{:>9}{:>18}{:>14}{:>9.3g} kJ\n",
        phase.name,
        phase.epochs,
        phase.steps,
        phase.subnets,
        fmt::format(
            "{:.0f} +- {:.0f} ms", 1000 * phase.step.seconds, 1000 * phase.step.seconds_error),
        duration_text(Seconds(phase_seconds(phase))),
        phase.step.joules * static_cast<double>(phase.steps) / 1000);
  }
  return out + fmt::format(
                   "all, with {} evaluations of {:.1f} s, without the test at the end: {}, {:.3g} "
                   "kJ ({}); peak "
                   "memory {:.0f} MB\nthis forecast took {:.0f} s and {:.0f} J; nothing was kept\n",
                   forecast.evaluations,
                   forecast.evaluation.seconds,
                   duration_text(Seconds(forecast.seconds())),
                   forecast.joules() / 1000,
                   spent["energy_basis"].get<std::string>(),
                   megabytes(forecast.peak_memory_bytes),
                   spent["seconds"].get<double>(),
                   spent["energy_j"].get<double>());
}

std::string dry_run(Supernet& supernet,
                    const TrainData& data,
                    const TrainOptions& options,
                    Session& session) {
  const Forecast forecast = forecast_training(
      supernet, data, options, session.clock(), [&] { return session.energy_so_far().value(); });
  const Json spent = session.spent();
  return session.common().json ? forecast_json(forecast, spent) : forecast_table(forecast, spent);
}

std::string find_rate(Checkpoint& start,
                      const TrainData& data,
                      const TrainOptions& options,
                      Session& session) {
  const RateTest test = test_rates(start.supernet, data, options, start.state.teacher);
  const Json spent = session.spent();
  if (session.common().json) {
    Json curve = Json::array();
    for (const RatePoint& point : test.curve) {
      curve.push_back({{"rate", point.rate}, {"loss", point.loss}});
    }
    return Json{{"rate", test.rate}, {"curve", curve}, {"run", spent}}.dump();
  }
  return fmt::format(
      "learning rate {:.2g} (peak, for a batch of 64); {} steps with rates up to {:.2g}, {:.0f} s, "
      "{:.0f} J ({})\n",
      test.rate,
      test.curve.size(),
      test.curve.back().rate,
      spent["seconds"].get<double>(),
      spent["energy_j"].get<double>(),
      spent["energy_basis"].get<std::string>());
}

}  // namespace

std::string previewed(const PreviewOptions& preview,
                      Checkpoint start,
                      const TrainData& data,
                      const TrainOptions& options,
                      Session& session) {
  start.supernet.to(session.device());
  return preview.dry_run ? dry_run(start.supernet, data, options, session)
                         : find_rate(start, data, options, session);
}

void require_one_process(const PreviewOptions& preview) {
  if (preview.asked()) require_one_process(preview.dry_run ? "--dry-run" : "--find-rate");
}

}  // namespace coppice
