#include "experiments/tensors/run_data.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "experiments/config_file.hpp"
#include "experiments/run_folder.hpp"
#include "supernet/base/error.hpp"
#include "supernet/data/split.hpp"

namespace coppice {
namespace {

constexpr std::size_t kEvaluationBatch = 250;
constexpr std::size_t kPreprocessingImages = 10'000;
// Photographs are larger than the network's input and centred; small pictures are used whole.
constexpr double kPhotographCrop = 0.875;

std::shared_ptr<const Dataset> first_images(std::shared_ptr<const Dataset> dataset, int count) {
  const auto wanted = static_cast<std::size_t>(count);
  require_usage(wanted <= dataset->size(),
                "--train-images = ",
                count,
                ", but there are ",
                dataset->size(),
                " training images");
  if (count == 0 || wanted == dataset->size()) return dataset;
  std::vector<std::size_t> indices(wanted);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return subset(std::move(dataset), std::move(indices));
}

// A random part, in the order of the data set.
std::shared_ptr<const Dataset> random_part(const std::shared_ptr<const Dataset>& dataset,
                                           double percent,
                                           Random random) {
  if (percent >= 100) return dataset;
  std::vector<std::size_t> indices(dataset->size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  random.shuffle(indices);
  const double wanted = std::ceil(static_cast<double>(dataset->size()) * percent / 100);
  indices.resize(static_cast<std::size_t>(wanted));
  std::sort(indices.begin(), indices.end());
  return subset(dataset, std::move(indices));
}

std::size_t held_out_count(int asked, std::size_t images) {
  if (asked > 0) return static_cast<std::size_t>(asked);
  return std::clamp<std::size_t>(images / 10, 1, 10'000);
}

// Spread evenly over the training part, so that data sorted by class serves too.
std::shared_ptr<const Dataset> calibration_part(const std::shared_ptr<const Dataset>& train,
                                                int asked) {
  const std::size_t count = std::min(static_cast<std::size_t>(asked), train->size());
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < count; ++i) indices.push_back(i * train->size() / count);
  return subset(train, std::move(indices));
}

// A command as it was recorded in its run's experiment.cfg. The folder may have moved, and `coppice
// run` leaves it out: `folder` is the option that names it.
template <class T>
T recorded(const ConfigEntries& entries, const std::filesystem::path& path, const char* folder) {
  T command;
  const OptionSet options = options_of(command);
  OptionWords words = config_words(entries, path, T::kName, options);
  words[folder] = {path.parent_path().string()};
  assign_options(options, words);
  validate(command.common);
  validate(command);
  return command;
}

}  // namespace

RunData open_run_data(const TrainCommand& command, const Preprocessing* preprocessing) {
  RunData data;
  data.source = open_data(command.recipe.data);
  const auto images = first_images(data.source.train, command.recipe.train_images);
  const HeldOut parts = hold_out(images,
                                 held_out_count(command.recipe.held_out, images->size()),
                                 command.common.seed,
                                 data.source.train->size());
  data.parts.train = random_part(parts.train,
                                 command.recipe.train_fraction,
                                 Random(command.common.seed).fork("train-fraction"));
  if (preprocessing != nullptr) {
    data.parts.preprocessing = *preprocessing;
  } else {
    const Random random = Random(command.common.seed).fork("preprocessing");
    data.parts.preprocessing =
        measure_preprocessing(*data.parts.train, kPreprocessingImages, random);
    const bool photographs = data.source.format == "image folder";
    data.parts.preprocessing.crop_fraction = photographs ? kPhotographCrop : 1.0;
  }
  data.parts.calibration =
      std::make_shared<PreparedImages>(calibration_part(data.parts.train, command.calibration),
                                       data.parts.preprocessing,
                                       kEvaluationBatch);
  data.parts.held_out =
      std::make_shared<PreparedImages>(parts.held_out, data.parts.preprocessing, kEvaluationBatch);
  return data;
}

PreparedImages test_images(const DataSource& source, const Preprocessing& preprocessing) {
  return PreparedImages(source.test, preprocessing, kEvaluationBatch);
}

TrainCommand data_options(const FinetuneCommand& command) {
  TrainCommand data;
  data.recipe = command.recipe;
  data.calibration = command.calibration;
  data.common.seed = command.split_seed > 0 ? command.split_seed : command.common.seed;
  return data;
}

TrainCommand recorded_training(const std::filesystem::path& run) {
  const auto path = run / kRunOptionsFile;
  require(std::filesystem::exists(path),
          run.string(),
          " is not a finished or started run: it has no ",
          kRunOptionsFile,
          "; train it with coppice train --out");
  const ConfigEntries entries = read_config(path);
  const std::string finetune = std::string(FinetuneCommand::kName) + ".";
  const bool tuned = std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
    return entry.first.rfind(finetune, 0) == 0;
  });
  return tuned ? data_options(recorded<FinetuneCommand>(entries, path, "out"))
               : recorded<TrainCommand>(entries, path, "out");
}

MeasureCommand recorded_measuring(const std::filesystem::path& run) {
  const auto path = run / kRunOptionsFile;
  return recorded<MeasureCommand>(read_config(path), path, "run");
}

}  // namespace coppice
