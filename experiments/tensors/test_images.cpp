#include "experiments/tensors/test_images.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/report/card_file.hpp"
#include "export/format.hpp"
#include "supernet/base/error.hpp"
#include "supernet/training/evaluate.hpp"

namespace coppice {
namespace {

constexpr std::size_t kBatch = 500;
// One image in so many may fall to another class when 8-bit values are rounded the other way.
constexpr std::int64_t kInt8Undecided = 200;

PreparedImages prepared_test_images(const ModelCard& card,
                                    const DataSource& source,
                                    const std::filesystem::path& data) {
  const std::string where = data.string();
  const auto classes = static_cast<int>(source.class_names.size());
  require(source.channels == card.channels && classes == card.classes,
          where,
          " has images of ",
          source.channels,
          " channels in ",
          classes,
          " classes, the network takes ",
          card.channels,
          " channels and knows ",
          card.classes,
          " classes");
  const auto images = static_cast<std::int64_t>(source.test->size());
  require(images == card.accuracy.value->images,
          where,
          " has ",
          images,
          " test images, the accuracy of the card is of ",
          card.accuracy.value->images);
  const CardPreprocessing& from = *card.preprocessing.value;
  Preprocessing preprocessing;
  preprocessing.mean.assign(from.mean.begin(), from.mean.end());
  preprocessing.deviation.assign(from.std.begin(), from.std.end());
  preprocessing.crop_fraction = from.crop_fraction;
  return PreparedImages(source.test, preprocessing, kBatch);
}

std::int64_t expected_count(const ModelCard& card, const std::string& file) {
  if (file != kInt8OnnxFile) return card.accuracy.value->correct;
  const auto& int8 = card.int8.value;
  require(int8 && int8->accuracy.value, kCardJsonFile, " has no accuracy of ", kInt8OnnxFile);
  return int8->accuracy.value->correct;
}

ReferenceData inputs_of(const Batch& batch, const ModelCard& card) {
  const at::Tensor images = batch.images.contiguous();
  ReferenceData data;
  data.count = static_cast<std::size_t>(images.size(0));
  data.channels = static_cast<std::size_t>(card.channels);
  data.size = static_cast<std::size_t>(card.resolution);
  data.classes = static_cast<std::size_t>(card.classes);
  data.inputs.assign(images.data_ptr<float>(), images.data_ptr<float>() + images.numel());
  return data;
}

// The best class of an image and how far it is ahead, relative to its largest logit.
struct Decision {
  std::size_t best = 0;
  double lead = 0;
};

Decision decide(const float* logits, std::size_t classes) {
  Decision decision;
  double largest = 0;
  for (std::size_t i = 0; i < classes; ++i) {
    largest = std::max(largest, std::abs(double{logits[i]}));
    if (logits[i] > logits[decision.best]) decision.best = i;
  }
  double second = -HUGE_VAL;
  for (std::size_t i = 0; i < classes; ++i) {
    if (i != decision.best) second = std::max(second, double{logits[i]});
  }
  decision.lead = largest > 0 ? (double{logits[decision.best]} - second) / largest : 0;
  return decision;
}

// One runtime's share of the count, batch by batch.
class Counting {
 public:
  Counting(const Runtime& runtime, const std::string& file, std::int64_t expected)
      : runtime_(runtime) {
    count_.runtime = runtime.name;
    count_.file = file;
    count_.expected = expected;
  }

  // Returns the classes found. `others` are the first runtime's; empty for itself.
  std::vector<std::size_t> add(const std::filesystem::path& folder,
                               const ReferenceData& data,
                               const at::Tensor& labels,
                               const std::vector<std::size_t>& others) {
    const std::vector<float> logits = runtime_.get().run(folder / count_.file, data);
    const auto* label = labels.data_ptr<std::int64_t>();
    std::vector<std::size_t> classes;
    for (std::size_t i = 0; i < data.count; ++i) {
      const Decision decision = decide(logits.data() + i * data.classes, data.classes);
      count_.correct += static_cast<std::int64_t>(decision.best) == label[i] ? 1 : 0;
      count_.undecided += decision.lead < 2 * kLogitTolerance ? 1 : 0;
      agreeing_ += others.empty() || others[i] == decision.best ? 1 : 0;
      classes.push_back(decision.best);
    }
    count_.images += static_cast<std::int64_t>(data.count);
    return classes;
  }

  [[nodiscard]] const std::string& file() const { return count_.file; }

  [[nodiscard]] TestCount finish() {
    count_.top1_agreement =
        100 * static_cast<double>(agreeing_) / static_cast<double>(count_.images);
    const bool int8 = count_.file == kInt8OnnxFile;
    if (int8) count_.undecided = count_.images / kInt8Undecided;
    count_.ok = std::abs(count_.correct - count_.expected) <= count_.undecided &&
                (int8 || count_.images - agreeing_ <= count_.undecided);
    return count_;
  }

 private:
  std::reference_wrapper<const Runtime> runtime_;
  TestCount count_;
  std::int64_t agreeing_ = 0;
};

}  // namespace

std::vector<TestCount> count_test_images(
    const std::filesystem::path& folder,
    const std::filesystem::path& data,
    const std::vector<Runtime>& runtimes,
    const std::function<void(std::int64_t images, std::int64_t all)>& done) {
  const auto path = folder / kCardJsonFile;
  const ModelCard card = read_model_card(path);
  const bool known = card.accuracy.value && card.preprocessing.value &&
                     card.preprocessing.value->crop_fraction > 0;
  require(known,
          path.string(),
          " does not say how accurate the network is or how its images are prepared; export it "
          "from a run to count test images");
  const PreparedImages images = prepared_test_images(card, open_data(data), data);
  std::vector<Counting> counting;
  for (const Runtime& runtime : runtimes) {
    for (const CardFile& file : card.files) {
      if (!runs(runtime, file.name) || runtime.reference) continue;
      counting.emplace_back(runtime, file.name, expected_count(card, file.name));
    }
  }
  // All are compared with the first one, which is exact where one is.
  std::stable_partition(counting.begin(), counting.end(), [](const Counting& one) {
    return one.file() != kInt8OnnxFile;
  });
  std::int64_t seen = 0;
  for (std::size_t b = 0; b < images.batch_count(); ++b) {
    const Batch batch = images.batch(b, card.resolution);
    const ReferenceData inputs = inputs_of(batch, card);
    std::vector<std::size_t> first;
    for (Counting& one : counting) {
      const auto classes = one.add(folder, inputs, batch.labels, first);
      if (first.empty()) first = classes;
    }
    seen += batch.images.size(0);
    done(seen, static_cast<std::int64_t>(images.size()));
  }
  std::vector<TestCount> counts;
  for (Counting& one : counting) counts.push_back(one.finish());
  return counts;
}

}  // namespace coppice
