#include "experiments/commands/predictor_files.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "predictors/predictor_file.hpp"

namespace coppice {
namespace {

struct NamedFile {
  std::string name;  // empty: the predictor's own target
  std::filesystem::path file;
};

bool is_word(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
}

NamedFile named_file(const std::filesystem::path& given) {
  const std::string text = given.string();
  const auto equals = text.find('=');
  if (equals == std::string::npos || std::filesystem::exists(given)) return {"", given};
  const std::string name = text.substr(0, equals);
  return is_word(name) ? NamedFile{name, text.substr(equals + 1)} : NamedFile{"", given};
}

// Another predictor under a name of the user's.
class RenamedPredictor final : public Predictor {
 public:
  RenamedPredictor(std::unique_ptr<Predictor> own, const std::string& name)
      : own_(std::move(own)), info_(own_->info()) {
    info_.target = name;
  }
  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override {
    return own_->predict(architectures);
  }
  [[nodiscard]] const PredictorInfo& info() const override { return info_; }
  [[nodiscard]] const BlockSums* block_sums() const noexcept override { return own_->block_sums(); }
  [[nodiscard]] std::unique_ptr<Predictor> rough() const override {
    auto rough = own_->rough();
    if (!rough) return nullptr;
    return std::make_unique<RenamedPredictor>(std::move(rough), info_.target);
  }

 private:
  std::unique_ptr<Predictor> own_;
  PredictorInfo info_;
};

}  // namespace

std::vector<std::filesystem::path> files_of(const std::vector<std::filesystem::path>& given) {
  std::vector<std::filesystem::path> files;
  files.reserve(given.size());
  for (const auto& each : given) files.push_back(named_file(each).file);
  return files;
}

std::unique_ptr<Predictor> load_given(const std::filesystem::path& given,
                                      const SearchSpace& space) {
  const NamedFile named = named_file(given);
  auto predictor = load_predictor(named.file, space);
  if (named.name.empty()) return predictor;
  return std::make_unique<RenamedPredictor>(std::move(predictor), named.name);
}

}  // namespace coppice
