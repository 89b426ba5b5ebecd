#include "experiments/tensors/recorded_recipe.hpp"

#include <map>
#include <sstream>
#include <vector>

#include "experiments/output.hpp"
#include "experiments/run_folder.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// "name = value" lines by name; a name may have several.
std::map<std::string, std::string> lines_of(const std::string& recipe) {
  std::map<std::string, std::string> lines;
  std::istringstream in(recipe);
  for (std::string line; std::getline(in, line);) {
    const auto end = line.find(" = ");
    if (end != std::string::npos) lines[line.substr(0, end)] += line.substr(end + 3) + "\n";
  }
  return lines;
}

// What a list of lines says about an option; where it says nothing, the default holds.
std::string value_of(const std::string& name,
                     const std::map<std::string, std::string>& lines,
                     const std::map<std::string, std::string>& defaults) {
  if (const auto found = lines.find(name); found != lines.end()) return found->second;
  const auto usual = defaults.find(name);
  return usual == defaults.end() ? "" : usual->second;
}

std::vector<std::string> changed_options(const RecipeChange& change) {
  const auto before = lines_of(change.before);
  const auto now = lines_of(change.now);
  const auto defaults = lines_of(change.defaults);
  std::map<std::string, std::string> all = before;
  all.insert(now.begin(), now.end());
  std::vector<std::string> names;
  for (const auto& entry : all) {
    const std::string& name = entry.first;
    if (value_of(name, before, defaults) != value_of(name, now, defaults)) names.push_back(name);
  }
  return names;
}

bool is_rate(const std::string& option) {
  const auto dot = option.rfind('.');
  return option.substr(dot == std::string::npos ? 0 : dot + 1) == "rate";
}

}  // namespace

void check_recipe(const RecipeChange& change) {
  std::string rates;
  bool same = true;
  for (const std::string& name : changed_options(change)) {
    same = same && is_rate(name);
    rates += (rates.empty() ? "" : ", ") + name;
  }
  require_usage(same,
                (change.run / kRunSupernetFile).string(),
                " was trained with other options; repeat those in ",
                (change.run / kRunOptionsFile).string(),
                " or choose another --out");
  if (!rates.empty()) {
    print_warning("going on with another " + rates + " than at the start", change.quiet);
  }
}

}  // namespace coppice
