// `coppice measure`: accuracy and latency of sampled subnets, for predictors to learn from.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <unordered_set>

#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/runtime_options.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/network_measurer.hpp"
#include "experiments/tensors/ranks.hpp"
#include "experiments/tensors/session.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

// The extremes, then networks of all sizes: every second one uniform over the space, the others
// leaning to small or large choices, which uniform sampling hardly ever meets.
// Where training coupled expansions to depths, only such networks were trained.
std::vector<Architecture> sample_architectures(const SearchSpace& space,
                                               int count,
                                               bool coupled,
                                               Random random) {
  std::vector<Architecture> chosen{
      space.with_resolution(space.smallest(), space.spec().resolutions.back()), space.largest()};
  std::unordered_set<Architecture, ArchitectureHash> seen(chosen.begin(), chosen.end());
  // A space may hold fewer networks than are asked for.
  for (int tries = 0; static_cast<int>(chosen.size()) < count && tries < 100 * count; ++tries) {
    Architecture architecture = space.sample(random);
    if (tries % 2 == 1) {
      const double lean = random.uniform();
      for (std::size_t i = 0; i < space.genes().size(); ++i) {
        const std::size_t top = space.genes()[i].choices.size() - 1;
        std::size_t choice = 0;
        for (std::size_t step = 0; step < top; ++step) choice += random.uniform() < lean ? 1 : 0;
        architecture.genes[i] = static_cast<std::uint8_t>(choice);
      }
    }
    if (coupled) couple(space, architecture);
    space.canonicalize(architecture);
    if (seen.insert(architecture).second) chosen.push_back(architecture);
  }
  chosen.resize(std::min(chosen.size(), static_cast<std::size_t>(count)));
  return chosen;
}

// "accuracy", "energy_mj", "latency_ms", "latency_onnxruntime_ms" ... as this call measures them.
std::vector<std::string> targets_of(const MeasureCommand& command) {
  std::vector<std::string> names;
  for (const std::string& what : command.what) {
    if (what == "accuracy" || what == "energy") {
      names.push_back(what == "energy" ? "energy_mj" : what);
      continue;
    }
    for (const std::string& runtime : command.runtime) names.push_back(latency_target(runtime));
  }
  return names;
}

MeasurerOptions measurer_options(const MeasureCommand& command) {
  MeasurerOptions options;
  options.targets = targets_of(command);
  options.onnxruntime = command.onnxruntime;
  options.held_out_images = static_cast<std::size_t>(command.held_out_images);
  options.repeats = command.repeats;
  options.energy_seconds = command.energy_seconds;
  return options;
}

// Those of --arch, or sampled ones.
std::vector<Architecture> asked_architectures(const MeasureCommand& command,
                                              const NetworkMeasurer& measurer) {
  if (!command.arch.empty()) {
    return parse_architectures(
        measurer.space(), read_text_file(command.arch), command.arch.string());
  }
  return sample_architectures(measurer.space(),
                              command.count,
                              measurer.schedule() == Schedule::compound,
                              Random(command.common.seed).fork("measure"));
}

void measure_all(const std::vector<Architecture>& all,
                 const MeasureCommand& command,
                 Session& session,
                 NetworkMeasurer& measurer) {
  print_warning(
      "the supernet has not gone through all phases; its networks change when its training goes on",
      command.common.quiet || measurer.finished());
  const auto total = static_cast<std::int64_t>(all.size());
  Progress progress("measure",
                    "networks",
                    total,
                    progress_style(command.common.quiet),
                    session.clock(),
                    std::cerr);
  std::int64_t done = 0;
  measurer.measure(all, [&] { progress.update(++done); });
}

// What is known of each network of --arch, in its order.
Json networks_json(const std::vector<Architecture>& asked, const NetworkMeasurer& measurer) {
  Json networks = Json::array();
  for (const Architecture& architecture : asked) {
    Json network{{"arch", Json::parse(to_text(measurer.space(), architecture))}};
    for (const auto& [target, value] : measurer.row_of(architecture)->targets) {
      network[target] = value;
    }
    networks.push_back(std::move(network));
  }
  return networks;
}

std::string networks_table(const std::vector<Architecture>& asked,
                           const std::vector<std::string>& targets,
                           const NetworkMeasurer& measurer) {
  std::string table;
  for (const std::string& target : targets) table += fmt::format("{:>24}", target);
  table += "  network\n";
  for (const Architecture& architecture : asked) {
    const Measurement& row = *measurer.row_of(architecture);
    for (const std::string& target : targets) {
      table += fmt::format("{:>24.5g}", row.targets.at(target));
    }
    table += "  " + to_text(measurer.space(), architecture) + "\n";
  }
  return table;
}

// `spent`: what the session says, with noise_floor_percent.
std::string as_json(const MeasureCommand& command,
                    const std::vector<Architecture>& asked,
                    const NetworkMeasurer& measurer,
                    const Json& spent) {
  Json result{{"count", measurer.table().rows.size()},
              {"images", measurer.images()},
              {"file", measurer.file().string()}};
  if (!command.arch.empty()) result["networks"] = networks_json(asked, measurer);
  result["run"] = spent;
  return result.dump();
}

std::string as_table(const MeasureCommand& command,
                     const std::vector<Architecture>& asked,
                     const NetworkMeasurer& measurer,
                     const Json& spent) {
  std::string table;
  if (!command.arch.empty()) table = networks_table(asked, targets_of(command), measurer);
  const Json& floor = spent["noise_floor_percent"];
  const std::string noise =
      floor.is_null() ? "" : fmt::format(", latency noise floor {:.1f} %", floor.get<double>());
  return table + fmt::format("{} networks in {}{}\n{:.0f} s, {:.0f} J ({})\n",
                             measurer.table().rows.size(),
                             measurer.file().string(),
                             noise,
                             spent["seconds"].get<double>(),
                             spent["energy_j"].get<double>(),
                             spent["energy_basis"].get<std::string>());
}

}  // namespace

void run_measure(const MeasureCommand& given) {
  MeasureCommand command = given;
  const auto ranks = join_ranks(command.common);
  Session session(command.common, command.charge, "measure", ranks);
  if (ranks) {
    ranks->set_advice("; what was measured is kept, the same commands go on");
    ranks->require_same(
        effective_options(command), {}, text("the options of rank ", ranks->rank()));
  }
  std::optional<FolderLock> lock;
  if (session.leads()) {
    require_run(command.run);
    lock.emplace(command.run);
  }
  NetworkMeasurer measurer(command.run, measurer_options(command), session);
  const std::vector<Architecture> asked = asked_architectures(command, measurer);
  try {
    measure_all(asked, command, session, measurer);
  } catch (const Error& error) {
    if (error.failure() != Failure::interrupted) throw;
    session.record_energy(command.run);
    if (ranks) ranks->leave();
    throw Error(fmt::format("interrupted; {} measured networks are kept, the same command goes on",
                            measurer.table().rows.size()),
                Failure::interrupted);
  }
  Json spent = session.spent();
  session.record_energy(command.run);
  if (ranks) ranks->leave();
  if (!session.leads()) return;
  record_options(command.run, MeasureCommand::kName, effective_options(command));
  const auto floor = measurer.noise_floor_percent();
  spent["noise_floor_percent"] = floor ? Json(*floor) : Json(nullptr);
  print_result(command.common.json ? as_json(command, asked, measurer, spent)
                                   : as_table(command, asked, measurer, spent));
}

}  // namespace coppice
