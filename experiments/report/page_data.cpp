#include "experiments/report/page_data.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "experiments/report/block_shapes.hpp"
#include "experiments/report/labels.hpp"
#include "experiments/report/run_plots.hpp"
#include "experiments/report/vega_plot.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;
using Facts = std::map<std::string, Json>;  // by the network's line

bool is_cost(const std::string& quantity) {
  const auto& names = cost_names();
  return std::find(names.begin(), names.end(), quantity) != names.end();
}

void add_facts(const std::map<std::string, double>& values, const char* basis, Json& facts) {
  for (const auto& [name, value] : values) {
    const std::string label = quantity_label(name) + (is_cost(name) ? "" : basis);
    const auto known = [&label](const Json& fact) { return fact[0] == label; };
    if (std::any_of(facts.begin(), facts.end(), known)) continue;
    facts.push_back({label, is_cost(name) ? count_words(digits(value, 15)) : digits(value, 4)});
  }
}

Json blocks_json(const SearchSpace& space, const std::string& line) {
  Json blocks = Json::array();
  for (const BlockShape& block :
       block_shapes(space, parse_architecture(space, line, "a file of the run"))) {
    blocks.push_back({{"name", block.name},
                      {"elastic", block.elastic},
                      {"kernel", block.kernel},
                      {"inner", block.inner},
                      {"channels", block.channels},
                      {"size", block.size},
                      {"squeeze_excite", block.squeeze_excite},
                      {"shortcut", block.shortcut},
                      {"macs", block.macs}});
  }
  return blocks;
}

Facts gather(const RunSummary& run) {
  Facts facts;
  const auto of = [&facts](const std::string& line) -> Json& {
    return facts.emplace(line, Json::array()).first->second;
  };
  for (const ChosenNetwork& network : run.networks) {
    add_facts(network.predicted, ", predicted", of(network.architecture));
  }
  for (const SearchRecord& search : run.searches) {
    for (const FrontPoint& point : search.front) {
      add_facts(predicted_values(point), ", predicted", of(point.architecture));
    }
  }
  if (run.measurements && run.described_space) {
    for (const Measurement& row : run.measurements->rows) {
      const std::string line = to_text(*run.described_space, row.architecture);
      add_facts(row.targets, ", measured", of(line));
    }
  }
  return facts;
}

}  // namespace

std::string page_data(const RunSummary& run) {
  Json networks = Json::object();
  if (run.described_space) {
    for (auto& [line, facts] : gather(run)) {
      networks[line] = {{"facts", std::move(facts)},
                        {"blocks", blocks_json(*run.described_space, line)}};
    }
  }
  const Json document{{"networks", std::move(networks)}, {"front", front_networks(run)}};
  return safe_in_script(document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace coppice
