#include "experiments/tensors/supernet_source.hpp"

#include <utility>

#include "experiments/run_folder.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {

SupernetSource open_supernet(const NetworkOptions& network) {
  SupernetSource source{load_checkpoint(supernet_file(network)), {}, {}};
  if (!network.run.empty()) source.training = recorded_training(network.run);
  source.architectures = parse_architectures(
      source.checkpoint.supernet.space(), read_text_file(network.arch), network.arch.string());
  const std::string& only = source.checkpoint.info.only;
  for (const Architecture& architecture : source.architectures) {
    const std::string asked = to_text(source.checkpoint.supernet.space(), architecture);
    require_usage(only.empty() || asked == only,
                  supernet_file(network).string(),
                  " holds one trained network, ",
                  only,
                  "; it cannot give ",
                  asked);
  }
  return source;
}

std::shared_ptr<const PreparedImages> calibration_images(const SupernetSource& source,
                                                         const std::filesystem::path& folder) {
  const CheckpointInfo& info = source.checkpoint.info;
  TrainCommand command;
  if (source.training) {
    command = *source.training;
  } else if (folder.empty()) {
    return nullptr;
  }
  if (!folder.empty()) command.recipe.data = folder;
  const Preprocessing* preprocessing =
      info.preprocessing.mean.empty() ? nullptr : &info.preprocessing;
  return open_run_data(command, preprocessing).parts.calibration;
}

}  // namespace coppice
