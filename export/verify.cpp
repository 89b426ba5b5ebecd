#include "export/verify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "export/format.hpp"
#include "export/model_card.hpp"
#include "export/onnx_check.hpp"
#include "export/onnx_runner.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

std::ptrdiff_t first_class(const std::vector<float>& logits,
                           std::size_t begin,
                           std::size_t classes) {
  const auto first = logits.begin() + static_cast<std::ptrdiff_t>(begin);
  return std::max_element(first, first + static_cast<std::ptrdiff_t>(classes)) - first;
}

void check_unchanged(const std::filesystem::path& folder, const CardFile& listed) {
  const auto path = folder / listed.name;
  require(std::filesystem::exists(path),
          path.string(),
          " is missing, although ",
          kCardJsonFile,
          " lists it; export again");
  const CardFile found = describe_file(path);
  require(found.bytes == listed.bytes,
          path.string(),
          " has ",
          found.bytes,
          " bytes, ",
          kCardJsonFile,
          " says ",
          listed.bytes,
          ": it was truncated or edited; export again");
  require(found.sha256 == listed.sha256,
          path.string(),
          " was edited after the export: its SHA-256 is ",
          found.sha256,
          ", ",
          kCardJsonFile,
          " says ",
          listed.sha256,
          "; export again");
}

// A model that nothing vouches for must not lie beside those that the card does vouch for.
void check_all_listed(const std::filesystem::path& folder, const std::vector<CardFile>& files) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!is_model(name)) continue;
    const bool listed = std::any_of(
        files.begin(), files.end(), [&name](const CardFile& file) { return file.name == name; });
    require(listed,
            entry.path().string(),
            " is not listed in ",
            kCardJsonFile,
            ": it does not belong to this export; move it away");
  }
}

using RunImages = std::function<std::vector<float>(const std::vector<float>&, std::size_t count)>;

// Logits of all images, in calls of the fixed batch that the file states.
std::vector<float> in_fixed_batches(std::size_t batch,
                                    const ReferenceData& data,
                                    const RunImages& run) {
  const std::size_t values = data.inputs.size() / data.count;
  std::vector<float> logits;
  for (std::size_t first = 0; first < data.count; first += batch) {
    // The last call is filled up with black images.
    std::vector<float> images(batch * values);
    const std::size_t given = std::min(batch, data.count - first);
    std::copy_n(data.inputs.begin() + static_cast<std::ptrdiff_t>(first * values),
                given * values,
                images.begin());
    const std::vector<float> found = run(images, batch);
    logits.insert(logits.end(),
                  found.begin(),
                  found.begin() + static_cast<std::ptrdiff_t>(given * data.classes));
  }
  return logits;
}

// Logits of all images in one call; a file that works for one batch only is found out.
std::vector<float> in_one_call_as_alone(const std::filesystem::path& file,
                                        const ReferenceData& data,
                                        const RunImages& run) {
  std::vector<float> all = run(data.inputs, data.count);
  const std::size_t values = data.inputs.size() / data.count;
  const auto alone =
      run({data.inputs.begin(), data.inputs.begin() + static_cast<std::ptrdiff_t>(values)}, 1);
  const std::vector<float> first(all.begin(),
                                 all.begin() + static_cast<std::ptrdiff_t>(alone.size()));
  const double difference = compare_logits(first, alone, alone.size()).largest_difference;
  require(difference <= kLogitTolerance,
          file.string(),
          ": the first image alone gives logits that differ by ",
          difference,
          " from those in a batch of ",
          data.count);
  return all;
}

std::vector<float> in_batches_of(const std::filesystem::path& file,
                                 const ReferenceData& data,
                                 const RunImages& run) {
  const std::int64_t batch = check_onnx_file(file).input_shape.front();
  return batch > 0 ? in_fixed_batches(static_cast<std::size_t>(batch), data, run)
                   : in_one_call_as_alone(file, data, run);
}

// What a file's logits are compared with, and how closely.
RuntimeReport compared(const Runtime& runtime,
                       const std::filesystem::path& file,
                       const ReferenceData& data) {
  const bool int8 = file.filename() == kInt8OnnxFile;
  require(!int8 || !data.int8_logits.empty(),
          (file.parent_path() / kReferenceFile).string(),
          " has no logits of ",
          kInt8OnnxFile,
          "; export again");
  RuntimeReport report{runtime.name, file.filename().string(), {}, false};
  const ReferenceData expected = runtime.reference ? runtime.reference(file) : data;
  report.comparison = compare_logits(
      int8 ? expected.int8_logits : expected.logits, runtime.run(file, expected), expected.classes);
  report.ok =
      report.comparison.largest_difference <= (int8 ? kInt8LogitTolerance : kLogitTolerance);
  return report;
}

}  // namespace

LogitComparison compare_logits(const std::vector<float>& expected,
                               const std::vector<float>& found,
                               std::size_t classes) {
  require(classes > 0 && !expected.empty() && expected.size() % classes == 0 &&
              found.size() == expected.size(),
          "cannot compare ",
          found.size(),
          " logits with ",
          expected.size(),
          " in rows of ",
          classes);
  double largest = 0;
  double difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double d = std::abs(double{found[i]} - double{expected[i]});
    difference =
        std::isfinite(d) ? std::max(difference, d) : std::numeric_limits<double>::infinity();
    if (!std::isfinite(d)) break;
    largest = std::max(largest, std::abs(double{expected[i]}));
  }
  std::size_t same = 0;
  for (std::size_t i = 0; i < expected.size(); i += classes) {
    same += first_class(expected, i, classes) == first_class(found, i, classes) ? 1U : 0U;
  }
  LogitComparison comparison;
  comparison.largest_difference = difference > 0 ? difference / largest : 0;
  comparison.top1_agreement =
      100.0 * static_cast<double>(same * classes) / static_cast<double>(expected.size());
  return comparison;
}

Runtime opencv_runtime() {
  const auto run = [](const std::filesystem::path& file, const ReferenceData& data) {
    OnnxRunner runner(file);
    return in_batches_of(
        file, data, [&runner](const std::vector<float>& images, std::size_t count) {
          return runner.run(images, count);
        });
  };
  return {onnx_runtime_name(), {kOnnxFile, kMobileOnnxFile}, run, {}};
}

Runtime onnxruntime_runtime(std::shared_ptr<OnnxRuntime> onnxruntime) {
  const std::string name = onnxruntime->name();
  const auto run = [onnxruntime = std::move(onnxruntime)](const std::filesystem::path& file,
                                                          const ReferenceData& data) {
    const int model = onnxruntime->load(file);
    std::vector<float> logits =
        in_batches_of(file, data, [&](const std::vector<float>& images, std::size_t count) {
          return onnxruntime->run(model, images, {count, data.channels, data.size, data.size});
        });
    onnxruntime->release(model);
    return logits;
  };
  return {name, {kOnnxFile, kInt8OnnxFile, kDynamicOnnxFile, kMobileOnnxFile}, run, {}};
}

bool is_model(const std::string& name) {
  const auto extension = std::filesystem::path(name).extension();
  return extension == ".onnx" || extension == ".pt" || extension == ".nir";
}

bool runs(const Runtime& runtime, const std::string& file) {
  return std::find(runtime.files.begin(), runtime.files.end(), file) != runtime.files.end();
}

VerifyReport verify_folder(const std::filesystem::path& folder,
                           const std::vector<Runtime>& runtimes) {
  const std::filesystem::path card = folder / kCardJsonFile;
  const std::vector<CardFile> files = read_card_files(card);
  check_card_unedited(read_text_file(card), card);
  for (const CardFile& file : files) check_unchanged(folder, file);
  check_all_listed(folder, files);
  const ReferenceData data = read_reference(folder / kReferenceFile);
  VerifyReport report;
  report.ok = true;
  for (const CardFile& file : files) {
    bool known = false;
    for (const Runtime& runtime : runtimes) {
      if (!runs(runtime, file.name)) continue;
      known = true;
      const RuntimeReport one = compared(runtime, folder / file.name, data);
      report.ok = report.ok && one.ok;
      if (file.name != kInt8OnnxFile && file.name != kNirFile) {
        report.largest_difference =
            std::max(report.largest_difference.value_or(0), one.comparison.largest_difference);
      }
      report.runtimes.push_back(one);
    }
    if (!known && is_model(file.name)) report.not_run.push_back(file.name);
  }
  report.ok = report.ok && !report.runtimes.empty();
  return report;
}

}  // namespace coppice
