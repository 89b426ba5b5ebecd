#include "experiments/report/chosen_networks.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/report/card_file.hpp"
#include "experiments/run_folder.hpp"
#include "export/format.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// The program spells architectures canonically, so equal objects are equal networks.
bool same_architecture(const std::string& a, const std::string& b) {
  const auto first = nlohmann::json::parse(a, nullptr, false);
  return first.is_object() && first == nlohmann::json::parse(b, nullptr, false);
}

struct Export {
  std::string id;  // name of its folder; empty: directly in exports
  ModelCard card;
};

// "10" behind "9".
bool before(const Export& a, const Export& b) {
  return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
}

std::vector<Export> read_exports(const std::filesystem::path& folder) {
  std::vector<Export> exports;
  if (!std::filesystem::is_directory(folder)) return exports;
  if (std::filesystem::exists(folder / kCardJsonFile)) {
    exports.push_back({"", read_model_card(folder / kCardJsonFile)});
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto card = entry.path() / kCardJsonFile;
    if (!entry.is_directory() || !std::filesystem::exists(card)) continue;
    exports.push_back({entry.path().filename().string(), read_model_card(card)});
  }
  std::sort(exports.begin(), exports.end(), before);
  return exports;
}

// The export in the network's own folder, if it is of this network, else any of it.
Known<ModelCard> card_for(const ChosenNetwork& network, const std::vector<Export>& exports) {
  const Export* found = nullptr;
  for (const Export& e : exports) {
    if (!same_architecture(e.card.architecture, network.architecture)) continue;
    if (found == nullptr || e.id == network.id) found = &e;
  }
  return found != nullptr ? Known<ModelCard>(found->card)
                          : Known<ModelCard>::unknown("this network is not exported yet");
}

// What the search says about the network.
void add_values(const SearchRecord& search, ChosenNetwork& network) {
  for (const FrontPoint& point : search.front) {
    if (!same_architecture(point.architecture, network.architecture)) continue;
    network.predicted = predicted_values(point);
    network.interval = point.predicted;
    for (const auto& [name, estimate] : point.predicted) {
      network.measured[name] = point.values.at(name);
    }
    return;
  }
}

void append_other_exports(const std::vector<Export>& exports, std::vector<ChosenNetwork>& out) {
  const std::size_t chosen = out.size();
  for (const Export& e : exports) {
    const bool known = std::any_of(out.begin(), out.end(), [&e](const ChosenNetwork& network) {
      return same_architecture(network.architecture, e.card.architecture);
    });
    if (known) continue;
    ChosenNetwork network;
    network.id = e.id.empty() ? std::to_string(out.size() - chosen + 1) : e.id;
    network.by_hand = true;
    network.architecture = e.card.architecture;
    network.card = e.card;
    out.push_back(std::move(network));
  }
}

}  // namespace

std::vector<std::string> best_lines(const std::filesystem::path& run) {
  std::vector<std::string> lines;
  const auto path = run / "best.jsonl";
  if (!std::filesystem::exists(path)) return lines;
  std::istringstream in(read_text_file(path));
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<ChosenNetwork> chosen_networks(const std::filesystem::path& run,
                                           const std::vector<SearchRecord>& searches) {
  const auto lines = best_lines(run);
  const auto exports = read_exports(run / kRunExportsFolder);
  std::vector<ChosenNetwork> networks;
  for (std::size_t i = 0; i < std::max(lines.size(), searches.size()); ++i) {
    const bool searched = i < searches.size();
    if (!lines.empty() && i >= lines.size()) break;
    if (lines.empty() && searches[i].front.empty()) continue;
    ChosenNetwork network;
    network.id = std::to_string(i + 1);
    network.architecture = lines.empty() ? searches[i].front.front().architecture : lines[i];
    if (searched) {
      network.limits = searches[i].limits;
      add_values(searches[i], network);
    }
    network.card = card_for(network, exports);
    networks.push_back(std::move(network));
  }
  append_other_exports(exports, networks);
  return networks;
}

}  // namespace coppice
