#include "supernet/space/architecture_text.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/base/nearest.hpp"
#include "supernet/base/plain_text.hpp"
#include "supernet/space/architecture_scanner.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (value == std::floor(value)) return static_cast<std::int64_t>(value);
  return value;
}

std::string allowed_text(const std::vector<double>& choices) {
  std::ostringstream out;
  for (std::size_t i = 0; i < choices.size(); ++i) out << (i == 0 ? "" : ", ") << choices[i];
  return out.str();
}

bool is_stem_depth(const SearchSpace& space, std::size_t gene) {
  return gene == 0 && space.depth_gene(0) == 1;
}

// The index of a value among its gene's choices.
std::uint8_t choice_of(const SearchSpace& space,
                       std::size_t gene,
                       const Json& value,
                       const std::string& what) {
  const auto& choices = space.genes()[gene].choices;
  if (value.is_number()) {
    const double asked = value.get<double>();
    // Whatever is not 2 skips the stem's residual unit: the reference reads it so.
    if (is_stem_depth(space, gene) && asked != 2) return 0;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (std::abs(choices[i] - asked) < 1e-9) return static_cast<std::uint8_t>(i);
    }
  }
  throw Error(text(what, " = ", value.dump(), ", must be one of ", allowed_text(choices)),
              Failure::usage);
}

Json parse_object(const std::string& line, const std::string& where) {
  std::set<std::string> keys;
  const auto see = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth != 1 || event != Json::parse_event_t::key) return true;
    const auto key = parsed.get<std::string>();
    require_usage(keys.insert(key).second, where, ": the key ", key, " is given twice");
    return true;
  };
  Json object = Json::parse(line, see, false);
  require_usage(!object.is_discarded() && object.is_object(),
                where,
                R"(: not a JSON object of the form {"ks":[...],"e":[...],"d":[...],"r":[...]})");
  return object;
}

// "r":[224], "r":224 and "image_size":224 all become "r":[224].
void normalise_resolution(Json& object, const std::string& where) {
  if (object.contains("image_size")) {
    require_usage(!object.contains("r"), where, ": gives both r and image_size; write one");
    object["r"] = object["image_size"];
    object.erase("image_size");
  }
  if (object.contains("r") && !object["r"].is_array()) object["r"] = Json::array({object["r"]});
}

void check_keys(const Json& object,
                const std::vector<ArchitectureKey>& keys,
                const std::string& where) {
  std::vector<std::string> known{"wid"};
  for (const ArchitectureKey& key : keys) known.push_back(key.name);
  for (const auto& [name, value] : object.items()) {
    require_usage(std::find(known.begin(), known.end(), name) != known.end(),
                  where,
                  ": unknown key ",
                  name,
                  "; the nearest known one is ",
                  nearest(name, known));
  }
  require_usage(!object.contains("wid") || object["wid"].is_null(),
                where,
                ": wid = ",
                object.contains("wid") ? object["wid"].dump() : "",
                ", must be null (the width multiplier belongs to the space)");
}

void read_key(const SearchSpace& space,
              const ArchitectureKey& key,
              const Json& object,
              const std::string& where,
              Architecture& architecture) {
  require_usage(object.contains(key.name), where, ": the key ", key.name, " is missing");
  const Json& values = object[key.name];
  require_usage(values.is_array() && static_cast<int>(values.size()) == key.count,
                where,
                ": ",
                key.name,
                " has ",
                values.is_array() ? text(values.size(), " values") : "no list of values",
                ", the space ",
                space.name(),
                " needs ",
                key.count);
  for (std::size_t i = 0; i < static_cast<std::size_t>(key.count); ++i) {
    const std::size_t gene = static_cast<std::size_t>(key.first_gene) + i;
    const std::string what = text(where, ": ", key.name, "[", i, "]");
    architecture.genes[gene] = choice_of(space, gene, values[i], what);
  }
}

}  // namespace

std::string to_text(const SearchSpace& space, const Architecture& architecture) {
  Json object;
  for (const ArchitectureKey& key : architecture_keys(space)) {
    Json values = Json::array();
    for (int i = 0; i < key.count; ++i) {
      values.push_back(number(space.value(architecture, key.first_gene + i)));
    }
    object[key.name] = std::move(values);
  }
  return object.dump();
}

Architecture parse_architecture(const SearchSpace& space,
                                const std::string& line,
                                const std::string& where) {
  Json object = parse_object(line, where);
  normalise_resolution(object, where);
  const auto keys = architecture_keys(space);
  check_keys(object, keys, where);
  Architecture architecture = space.largest();
  for (const ArchitectureKey& key : keys) {
    if (key.name == "r" && !object.contains("r")) continue;
    read_key(space, key, object, where, architecture);
  }
  space.canonicalize(architecture);
  return architecture;
}

std::vector<Architecture> parse_architectures(const SearchSpace& space,
                                              const std::string& text_lines,
                                              const std::string& origin) {
  require_plain_text(text_lines, origin);
  const ArchitectureScanner scanner(space);
  std::vector<Architecture> architectures;
  Architecture scanned;
  std::string_view rest = text_lines;
  for (int number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!scanner.scan(line, scanned)) {
      scanned = parse_architecture(space, std::string(line), text(origin, " line ", number));
    }
    architectures.push_back(scanned);
  }
  require_usage(!architectures.empty(), origin, " holds no architecture line");
  return architectures;
}

}  // namespace coppice
