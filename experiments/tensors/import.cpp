// `coppice import`: what the Once-For-All reference implementation wrote, as files of Coppice.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/session.hpp"
#include "predictors/ofa_accuracy_predictor.hpp"
#include "predictors/ofa_latency_table.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/checkpoint.hpp"
#include "supernet/ofa_checkpoint.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/ofa_net_config.hpp"

namespace coppice {
namespace {

// The space that was named, or the one that the reference's files are for.
SpaceOptions space_options(const ImportCommand& command) {
  SpaceOptions options = command.space;
  if (options.space.empty()) options.space = "ofa-mobilenetv3";
  return options;
}

// What was found out about an imported file, for the user.
Json facts(const SearchSpace& space) {
  return {{"space", space.name()}, {"width_mult", space.spec().width_mult}};
}

Json import_checkpoint(const ImportCommand& command) {
  require_imported_supernet_replaceable(command.out);
  Supernet supernet = Supernet::blank(make_space(space_options(command)));
  load_ofa_weights(supernet, read_state_dict(command.file), command.file.string());
  CheckpointInfo info;
  info.source = "imported from " + command.file.filename().string();
  save_checkpoint(command.out, supernet, {}, info);
  return facts(supernet.space());
}

Json import_accuracy_predictor(const ImportCommand& command) {
  require_replaceable(command.out, kPredictorFormat);
  const SearchSpace space = make_space(space_options(command));
  const ChoiceNetwork network = read_ofa_accuracy_predictor(command.file, space);
  save_predictor(command.out, network, space);
  return {{"space", space.name()},
          {"target", network.info().target},
          {"resolutions", network.info().resolutions}};
}

Json import_latency_table(const ImportCommand& command) {
  require_replaceable(command.out, kPredictorFormat);
  const SpaceOptions options = space_options(command);
  const BlockTable table =
      read_ofa_latency_table(command.file, make_space(options), options.width_mult.has_value());
  save_predictor(command.out, table);
  Json found = facts(table.space());
  found["target"] = table.info().target;
  found["resolutions"] = table.info().resolutions;
  return found;
}

// The image size that stands beside a net.config in its run.config, where there is one.
std::optional<int> image_size_beside(const std::filesystem::path& file) {
  std::string name = file.filename().string();
  const auto net = name.rfind("net.config");
  if (net == std::string::npos) return std::nullopt;
  const auto run = file.parent_path() / name.replace(net, 3, "run");
  if (!std::filesystem::exists(run)) return std::nullopt;
  const Json json = Json::parse(read_text_file(run), nullptr, false);
  if (!json.is_object() || !json.contains("image_size")) return std::nullopt;
  const Json& size = json["image_size"];
  require(
      size.is_number_integer(), run.string(), ": image_size = ", size.dump(), ", must be a number");
  return size.get<int>();
}

void warn_of_resolution(const ImportCommand& command,
                        const SearchSpace& space,
                        const OfaNetConfig& config,
                        bool known) {
  const int pixels = space.resolution(config.architecture);
  print_warning(text(command.file.string(),
                     " does not say how large its images are; ",
                     pixels,
                     " pixels are assumed, --resolutions names others"),
                command.common.quiet || known);
  const std::vector<int> offered = builtin_space(config.space).spec().resolutions;
  const bool foreign = std::find(offered.begin(), offered.end(), pixels) == offered.end();
  print_warning(text("the space ",
                     config.space,
                     " does not offer ",
                     pixels,
                     " pixels by itself: other commands take ",
                     command.out.string(),
                     " with --resolutions ",
                     pixels),
                command.common.quiet || !foreign);
}

Json import_net_config(const ImportCommand& command) {
  const SpaceOptions& options = command.space;
  require_usage(options.resolutions.size() <= 1,
                "--resolutions names several sizes; a network has one");
  const std::optional<int> resolution = options.resolutions.empty()
                                            ? image_size_beside(command.file)
                                            : std::optional<int>(options.resolutions.front());
  const OfaNetConfig config = parse_ofa_net_config(
      read_text_file(command.file), command.file.string(), resolution, options.width_mult);
  require_usage(options.space.empty() || options.space == config.space,
                "--space = ",
                options.space,
                ", but ",
                command.file.string(),
                " is a network of ",
                config.space);
  const SearchSpace space = builtin_space(config.space, config.parameters);
  warn_of_resolution(command, space, config, resolution.has_value());
  require_networks_replaceable("--out", command.out, space);
  write_text_file(command.out, to_text(space, config.architecture) + "\n");
  Json found = facts(space);
  found["arch"] = Json::parse(to_text(space, config.architecture));
  found["resolution_known"] = resolution.has_value();
  return found;
}

}  // namespace

void run_import(const ImportCommand& command) {
  static const std::map<std::string, Json (*)(const ImportCommand&)> importers{
      {"ofa-checkpoint", import_checkpoint},
      {"ofa-accuracy-predictor", import_accuracy_predictor},
      {"ofa-latency-table", import_latency_table},
      {"ofa-net-config", import_net_config}};
  require_no_input(command.out, "FILE", {command.file});
  const auto lock = lock_run_around(command.out);
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());
  const Json found = importers.at(command.from)(command);
  if (command.common.json) {
    Json document{{"imported", command.from}};
    document.update(found);
    document["run"] = {{"file", command.out.string()}};
    print_result(document.dump());
    return;
  }
  print_result(fmt::format("{} imported as {}", command.file.string(), command.out.string()));
  for (const auto& [name, value] : found.items()) {
    print_result(fmt::format(
        "  {:<18}{}", name, value.is_string() ? value.get<std::string>() : value.dump()));
  }
}

}  // namespace coppice
