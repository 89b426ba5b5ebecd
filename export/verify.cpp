#include "export/verify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "export/format.hpp"
#include "export/model_card.hpp"
#include "export/onnx_runner.hpp"
#include "supernet/base/error.hpp"

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

bool is_model(const std::string& name) {
  return name == kOnnxFile || name == kTorchScriptFile || name == kNirFile;
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
    std::vector<float> all = runner.run(data.inputs, data.count);
    const auto values = static_cast<std::ptrdiff_t>(runner.values_per_image());
    const auto alone = runner.run({data.inputs.begin(), data.inputs.begin() + values}, 1);
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
  };
  return {onnx_runtime_name(), kOnnxFile, run, {}};
}

VerifyReport verify_folder(const std::filesystem::path& folder,
                           const std::vector<Runtime>& runtimes) {
  const std::vector<CardFile> files = read_card_files(folder / kCardJsonFile);
  for (const CardFile& file : files) check_unchanged(folder, file);
  const ReferenceData data = read_reference(folder / kReferenceFile);
  VerifyReport report;
  report.ok = true;
  for (const CardFile& file : files) {
    bool known = false;
    for (const Runtime& runtime : runtimes) {
      if (runtime.file != file.name) continue;
      known = true;
      RuntimeReport one{runtime.name, runtime.file, {}, false};
      const auto path = folder / file.name;
      const ReferenceData expected = runtime.reference ? runtime.reference(path) : data;
      one.comparison =
          compare_logits(expected.logits, runtime.run(path, expected), expected.classes);
      one.ok = one.comparison.largest_difference <= kLogitTolerance;
      report.ok = report.ok && one.ok;
      report.largest_difference =
          std::max(report.largest_difference, one.comparison.largest_difference);
      report.runtimes.push_back(one);
    }
    if (!known && is_model(file.name)) report.not_run.push_back(file.name);
  }
  report.ok = report.ok && !report.runtimes.empty();
  return report;
}

}  // namespace coppice
