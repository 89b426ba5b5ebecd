#include "experiments/tensors/recorded_recipe.hpp"

#include <algorithm>
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

struct Change {
  std::string option;
  std::string was;
  std::string is;
};

std::vector<Change> changes_of(const RecipeChange& change) {
  const auto before = lines_of(change.before);
  const auto now = lines_of(change.now);
  const auto defaults = lines_of(change.defaults);
  std::map<std::string, std::string> all = before;
  all.insert(now.begin(), now.end());
  std::vector<Change> changes;
  for (const auto& entry : all) {
    const std::string& name = entry.first;
    const std::string was = value_of(name, before, defaults);
    const std::string is = value_of(name, now, defaults);
    if (was != is) changes.push_back({name, was, is});
  }
  return changes;
}

// "'28 32'" of the lines "28" and "32".
std::string quoted(const std::string& lines) {
  std::string line = lines.substr(0, lines.find_last_not_of('\n') + 1);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return "'" + line + "'";
}

// What may change under way: it says how to go on, not what was done.
bool may_change(const std::string& option) {
  const auto dot = option.rfind('.');
  return option == "target-accuracy" ||
         option.substr(dot == std::string::npos ? 0 : dot + 1) == "rate";
}

}  // namespace

void check_recipe(const RecipeChange& change) {
  std::string changed;
  std::string others;
  for (const auto& [option, was, is] : changes_of(change)) {
    if (may_change(option)) {
      changed += (changed.empty() ? "" : ", ") + option;
    } else {
      others += (others.empty() ? "" : ", ") +
                text("--", option, " was ", quoted(was), ", now it is ", quoted(is));
    }
  }
  require_usage(others.empty(),
                (change.run / kRunSupernetFile).string(),
                " was trained with other options: ",
                others,
                "; repeat those in ",
                (change.run / kRunOptionsFile).string(),
                " or choose another --out");
  if (!changed.empty()) {
    print_warning("going on with another " + changed + " than at the start", change.quiet);
  }
}

}  // namespace coppice
