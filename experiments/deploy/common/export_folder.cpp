#include "experiments/deploy/common/export_folder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>

#include "supernet/base/sha256.hpp"

std::string checked_model(const std::string& folder, const Card& card, const std::string& name) {
  const auto listed = std::find_if(card.files.begin(),
                                   card.files.end(),
                                   [&name](const CardFile& file) { return file.name == name; });
  if (listed == card.files.end()) {
    throw std::runtime_error(card.path + " lists no " + name +
                             "; export it with coppice export --formats");
  }
  std::string path = folder + "/" + name;
  if (!std::filesystem::is_regular_file(path)) {
    throw std::runtime_error(path + " is missing, although card.json lists it; export again");
  }
  const std::uintmax_t bytes = std::filesystem::file_size(path);
  if (bytes != listed->bytes) {
    throw std::runtime_error(path + " has " + std::to_string(bytes) + " bytes, card.json says " +
                             std::to_string(listed->bytes) +
                             ": it was truncated or edited; export again");
  }
  if (coppice::sha256_of_file(path) != listed->sha256) {
    throw std::runtime_error(path +
                             " is not the file that card.json describes: their SHA-256 differ; "
                             "export again");
  }
  return path;
}

void require_picture(const std::string& path) {
  if (!std::filesystem::exists(path)) {
    throw std::runtime_error("there is no picture " + path + "; check its path");
  }
  if (std::filesystem::is_directory(path)) {
    throw std::runtime_error("cannot read " + path + ": it is a folder");
  }
}

std::runtime_error cannot_run(const std::string& runtime,
                              const std::string& model,
                              const Card& card,
                              const std::string& words) {
  const std::string side = " x " + std::to_string(card.size);
  return std::runtime_error(
      runtime + " cannot run " + model + " on " + std::to_string(card.channels) + side + side +
      ", the input in card.json: " + words.substr(0, words.find('\n')) + "; export again");
}

void print_best(const std::vector<float>& logits, const Card& card, const std::string& model) {
  if (logits.size() != static_cast<std::size_t>(card.classes)) {
    throw std::runtime_error(model + " gives " + std::to_string(logits.size()) +
                             " logits, output.classes in card.json is " +
                             std::to_string(card.classes) + "; export again");
  }
  if (!std::all_of(
          logits.begin(), logits.end(), [](float logit) { return std::isfinite(logit); })) {
    throw std::runtime_error(model +
                             " gives logits that are not finite: its weights, or preprocessing "
                             "in card.json, were edited; export again");
  }
  std::vector<std::size_t> order(logits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&logits](std::size_t a, std::size_t b) {
    return logits[a] > logits[b];
  });
  const auto power = [&](std::size_t i) { return std::exp(double{logits[i]} - logits[order[0]]); };
  double sum = 0;
  for (const std::size_t i : order) sum += power(i);
  for (std::size_t place = 0; place < std::min<std::size_t>(3, order.size()); ++place) {
    const std::size_t i = order[place];
    const std::string name =
        card.class_names.empty() ? "class " + std::to_string(i) : card.class_names[i];
    std::printf("%5.1f %%  %s\n", 100 * power(i) / sum, name.c_str());
  }
}
