#include "experiments/deploy/common/export_folder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "supernet/base/sha256.hpp"

using Json = nlohmann::json;

Json read_card(const std::string& folder) {
  const std::string path = folder + "/card.json";
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path + "; write it with coppice export");
  Json card = Json::parse(in, nullptr, false);
  if (!card.is_object() || !card.contains("files") || !card.contains("preprocessing")) {
    throw std::runtime_error(path + " is no model card: it was truncated or edited; export again");
  }
  if (card["preprocessing"].is_null()) {
    throw std::runtime_error(path + " does not say how pictures are prepared: " +
                             card.value("preprocessing_unknown", ""));
  }
  return card;
}

std::string checked_model(const std::string& folder, const Json& card, const std::string& name) {
  const auto& files = card["files"];
  const auto listed = std::find_if(
      files.begin(), files.end(), [&name](const Json& file) { return file.at("name") == name; });
  if (listed == files.end()) {
    throw std::runtime_error(folder + "/card.json lists no " + name +
                             "; export it with coppice export --formats");
  }
  std::string path = folder + "/" + name;
  if (!std::filesystem::exists(path)) {
    throw std::runtime_error(path + " is missing, although card.json lists it; export again");
  }
  const std::uintmax_t bytes = std::filesystem::file_size(path);
  const auto expected = listed->at("bytes").get<std::uintmax_t>();
  if (bytes != expected) {
    throw std::runtime_error(path + " has " + std::to_string(bytes) + " bytes, card.json says " +
                             std::to_string(expected) +
                             ": it was truncated or edited; export again");
  }
  if (coppice::sha256_of_file(path) != listed->at("sha256").get<std::string>()) {
    throw std::runtime_error(path +
                             " is not the file that card.json describes: their SHA-256 differ; "
                             "export again");
  }
  return path;
}

void print_best(const std::vector<float>& logits, const Json& card) {
  std::vector<std::size_t> order(logits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&logits](std::size_t a, std::size_t b) {
    return logits[a] > logits[b];
  });
  const auto power = [&](std::size_t i) { return std::exp(double{logits[i]} - logits[order[0]]); };
  double sum = 0;
  for (const std::size_t i : order) sum += power(i);
  const Json& names = card.at("class_names");
  for (std::size_t place = 0; place < std::min<std::size_t>(3, order.size()); ++place) {
    const std::size_t i = order[place];
    const std::string name =
        names.is_array() ? names[i].get<std::string>() : "class " + std::to_string(i);
    std::printf("%5.1f %%  %s\n", 100 * power(i) / sum, name.c_str());
  }
}
