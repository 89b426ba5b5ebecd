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

SourceImages open_images(const SupernetSource& source, const std::filesystem::path& folder) {
  const CheckpointInfo& info = source.checkpoint.info;
  const Preprocessing* preprocessing =
      info.preprocessing.mean.empty() ? nullptr : &info.preprocessing;
  SourceImages images;
  if (source.training) {
    const RunData run = open_run_data(*source.training, preprocessing);
    images.calibration = run.parts.calibration;
    images.held_out = run.parts.held_out;
    images.test.reset(new PreparedImages(test_images(run.source, run.parts.preprocessing)));
    images.dataset = std::filesystem::weakly_canonical(source.training->recipe.data).filename();
  }
  if (!folder.empty()) {
    TrainCommand command = source.training.value_or(TrainCommand{});
    command.recipe.data = folder;
    const RunData given = open_run_data(command, preprocessing);
    images.calibration = given.parts.calibration;
    images.held_out = given.parts.held_out;
  }
  return images;
}

}  // namespace coppice
