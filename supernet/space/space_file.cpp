// The INI form of SpaceSpec: one table binds each key to its field, for reading and for writing.
#include <algorithm>
#include <boost/program_options/parsers.hpp>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/base/nearest.hpp"
#include "supernet/base/plain_text.hpp"
#include "supernet/space/space_spec.hpp"

namespace coppice {

// The embedded files of builtin/.
std::string_view ofa_mobilenetv3_ini();
std::string_view ofa_proxyless_ini();
std::string_view ofa_resnet50_ini();
std::string_view small_ini();
std::string_view small_relu_ini();

namespace {

// How one key is read into and written from its field.
struct Field {
  std::function<void(const std::string&)> read;
  std::function<std::string()> write;
  bool required = true;
};

// Ordered as a space file is usually written.
using Fields = std::vector<std::pair<std::string, Field>>;

template <class T>
T parse_number(const std::string& word) {
  std::istringstream in(word);
  T value{};
  in >> value;
  require_usage(!in.fail() && in.eof(), "'", word, "' is not a number");
  return value;
}

std::string number_text(double value) {
  std::ostringstream out;
  out.precision(12);
  out << value;
  return out.str();
}

// "3 5 7", or "128-224/4" for an arithmetic range of integers.
template <class T>
std::vector<T> parse_list(const std::string& value) {
  std::vector<T> numbers;
  std::istringstream in(value);
  std::string word;
  while (in >> word) {
    const auto dash = word.find('-', 1);
    const auto slash = word.find('/');
    if (dash == std::string::npos || slash == std::string::npos || slash < dash) {
      numbers.push_back(parse_number<T>(word));
      continue;
    }
    const int last = parse_number<int>(word.substr(dash + 1, slash - dash - 1));
    const int step = parse_number<int>(word.substr(slash + 1));
    require_usage(step > 0 && last <= 1'000'000, "'", word, "' is not a range FIRST-LAST/STEP");
    for (int n = parse_number<int>(word.substr(0, dash)); n <= last; n += step) {
      numbers.push_back(static_cast<T>(n));
    }
  }
  return numbers;
}

template <class T>
std::string list_text(const std::vector<T>& values) {
  std::string out;
  for (const T value : values) {
    out += (out.empty() ? "" : " ") + number_text(static_cast<double>(value));
  }
  return out;
}

Field bind(std::string& field) {
  return {[&field](const std::string& v) { field = v; }, [&field] { return field; }};
}
Field bind(int& field) {
  return {[&field](const std::string& v) { field = parse_number<int>(v); },
          [&field] { return std::to_string(field); }};
}
Field bind(double& field) {
  return {[&field](const std::string& v) { field = parse_number<double>(v); },
          [&field] { return number_text(field); }};
}
Field bind(bool& field) {
  const auto read = [&field](const std::string& v) {
    require_usage(v == "yes" || v == "no", "'", v, "' must be yes or no");
    field = v == "yes";
  };
  return {read, [&field] { return std::string(field ? "yes" : "no"); }};
}
template <class T>
Field bind(std::vector<T>& field) {
  return {[&field](const std::string& v) { field = parse_list<T>(v); },
          [&field] { return list_text(field); }};
}
Field bind(Activation& field) {
  const auto read = [&field](const std::string& v) {
    for (const Activation a :
         {Activation::none, Activation::relu, Activation::relu6, Activation::h_swish}) {
      if (to_text(a) == v) {
        field = a;
        return;
      }
    }
    throw Error(text("'", v, "' must be none, relu, relu6 or h_swish"), Failure::usage);
  };
  return {read, [&field] { return to_text(field); }};
}

Field optional(Field field) {
  field.required = false;
  return field;
}

void add_stage(Fields& fields, StageSpec& stage, int number, Family family) {
  const std::string prefix = text("stage", number, ".");
  fields.emplace_back(prefix + "width", bind(stage.width));
  fields.emplace_back(prefix + "stride", bind(stage.stride));
  fields.emplace_back(prefix + "activation", bind(stage.activation));
  fields.emplace_back(prefix + "squeeze_excite", optional(bind(stage.squeeze_excite)));
  if (family == Family::resnet) {
    fields.emplace_back(prefix + "base_depth", bind(stage.base_depth));
  }
  fields.emplace_back(prefix + "depths", bind(stage.depths));
  fields.emplace_back(prefix + "kernels", bind(stage.kernels));
  fields.emplace_back(prefix + "expands", bind(stage.expands));
}

// Everything a file of this family may say. REQUIRES spec.stages to have its final size.
Fields fields_of(SpaceSpec& spec) {
  Fields fields;
  fields.emplace_back("name", bind(spec.name));
  fields.emplace_back("width_mult", optional(bind(spec.width_mult)));
  fields.emplace_back("classes", optional(bind(spec.classes)));
  fields.emplace_back("channels", optional(bind(spec.channels)));
  fields.emplace_back("resolutions", bind(spec.resolutions));
  fields.emplace_back("batch_norm_eps", optional(bind(spec.batch_norm_eps)));
  fields.emplace_back("dropout", optional(bind(spec.dropout)));
  const bool mobile = spec.family == Family::mobile;
  if (!mobile) fields.emplace_back("width_mults", bind(spec.width_mults));
  fields.emplace_back("stem.width", bind(spec.stem_width));
  fields.emplace_back("stem.stride", optional(bind(spec.stem_stride)));
  fields.emplace_back("stem.activation", bind(spec.stem_activation));
  if (mobile) {
    fields.emplace_back("first_block.width", bind(spec.first_width));
    fields.emplace_back("first_block.activation", bind(spec.first_activation));
    fields.emplace_back("first_block.shortcut", optional(bind(spec.first_shortcut)));
  } else {
    fields.emplace_back("stem.depths", bind(spec.stem_depths));
  }
  for (std::size_t i = 0; i < spec.stages.size(); ++i) {
    add_stage(fields, spec.stages[i], static_cast<int>(i) + 1, spec.family);
  }
  if (mobile) {
    fields.emplace_back("head.final_expand_width", optional(bind(spec.final_expand_width)));
    fields.emplace_back("head.feature_mix_width", bind(spec.feature_mix_width));
    fields.emplace_back("head.feature_mix_after_pool", optional(bind(spec.feature_mix_after_pool)));
    fields.emplace_back("head.activation", bind(spec.head_activation));
  }
  return fields;
}

std::map<std::string, std::string> parse_ini(const std::string& ini, const std::string& origin) {
  require_plain_text(ini, origin);
  namespace po = boost::program_options;
  std::map<std::string, std::string> values;
  try {
    std::istringstream in(ini);
    const po::options_description none;
    for (const auto& option : po::parse_config_file(in, none, true).options) {
      const bool first = values.emplace(option.string_key, option.value.front()).second;
      require_usage(first, origin, ": the key ", option.string_key, " stands there twice");
    }
  } catch (const po::error& error) {
    throw Error(text(origin, ": ", error.what()), Failure::usage);
  }
  return values;
}

std::size_t count_stages(const std::map<std::string, std::string>& values) {
  std::size_t count = 0;
  while (values.count(text("stage", count + 1, ".width")) > 0) ++count;
  return count;
}

void read_fields(const Fields& fields,
                 const std::map<std::string, std::string>& values,
                 const std::string& origin) {
  std::vector<std::string> known{"family"};
  for (const auto& [key, field] : fields) {
    known.push_back(key);
    const auto found = values.find(key);
    if (found == values.end()) {
      require_usage(!field.required, origin, ": the key ", key, " is missing");
      continue;
    }
    try {
      field.read(found->second);
    } catch (const Error& error) {
      throw Error(text(origin, ": ", key, ": ", error.what()), Failure::usage);
    }
  }
  for (const auto& [key, value] : values) {
    require_usage(std::find(known.begin(), known.end(), key) != known.end(),
                  origin,
                  ": unknown key ",
                  key,
                  "; the nearest known one is ",
                  nearest(key, known));
  }
}

void apply(const SpaceParameters& parameters, SpaceSpec& spec) {
  if (parameters.width_mult) {
    require_usage(spec.family == Family::mobile,
                  "width_mult: the widths of the space ",
                  spec.name,
                  " are elastic (width_mults); it takes no multiplier");
    spec.width_mult = *parameters.width_mult;
  }
  if (parameters.classes) spec.classes = *parameters.classes;
  if (parameters.channels) spec.channels = *parameters.channels;
  if (!parameters.resolutions.empty()) spec.resolutions = parameters.resolutions;
}

}  // namespace

std::vector<std::string> builtin_space_names() {
  return {"ofa-mobilenetv3", "ofa-proxyless", "ofa-resnet50", "small", "small-relu"};
}

std::string builtin_space_text(const std::string& name) {
  if (name == "ofa-mobilenetv3") return std::string(ofa_mobilenetv3_ini());
  if (name == "ofa-proxyless") return std::string(ofa_proxyless_ini());
  if (name == "ofa-resnet50") return std::string(ofa_resnet50_ini());
  if (name == "small") return std::string(small_ini());
  if (name == "small-relu") return std::string(small_relu_ini());
  throw Error(text("space = ",
                   name,
                   ", must be a space file or one of ofa-mobilenetv3, ofa-proxyless, "
                   "ofa-resnet50, small, small-relu"),
              Failure::usage);
}

SpaceSpec parse_space_spec(const std::string& ini,
                           const std::string& origin,
                           const SpaceParameters& parameters) {
  const auto values = parse_ini(ini, origin);
  SpaceSpec spec;
  const auto family = values.find("family");
  require_usage(family != values.end(), origin, ": the key family is missing (mobile or resnet)");
  require_usage(family->second == "mobile" || family->second == "resnet",
                origin,
                ": family = ",
                family->second,
                ", must be mobile or resnet");
  spec.family = family->second == "mobile" ? Family::mobile : Family::resnet;
  spec.stages.resize(count_stages(values));
  read_fields(fields_of(spec), values, origin);
  apply(parameters, spec);
  try {
    validate(spec);
  } catch (const Error& error) {
    throw Error(text(origin, ": ", error.what()), Failure::usage);
  }
  return spec;
}

SpaceSpec parse_stored_space(const std::string& text, const std::string& path) {
  try {
    return parse_space_spec(text, path + " is damaged: its space");
  } catch (const Error& error) {
    throw Error(error.what());
  }
}

std::string space_spec_text(const SpaceSpec& original) {
  SpaceSpec spec = original;
  std::string out = "family = " + to_text(spec.family) + "\n";
  std::string section;
  for (const auto& [key, field] : fields_of(spec)) {
    const auto dot = key.find('.');
    const std::string own = dot == std::string::npos ? "" : key.substr(0, dot);
    if (own != section) out += "\n[" + own + "]\n";
    section = own;
    out += (dot == std::string::npos ? key : key.substr(dot + 1)) + " = " + field.write() + "\n";
  }
  return out;
}

}  // namespace coppice
