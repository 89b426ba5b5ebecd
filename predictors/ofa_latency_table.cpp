#include "predictors/ofa_latency_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;
using Table = std::map<std::string, double>;

constexpr const char* kFileSuffix = "_lookup_table.yaml";

std::string trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

double milliseconds(const std::string& text_value, const std::string& where) {
  double value = 0;
  const char* end = text_value.data() + text_value.size();
  const auto [stop, code] = std::from_chars(text_value.data(), end, value);
  require(code == std::errc() && stop == end && std::isfinite(value) && value >= 0,
          where,
          ": mean = ",
          text_value,
          ", must be a finite number of milliseconds, at least 0");
  return value;
}

/// "80x80x24"
std::string shape(int size, int channels) { return text(size, "x", size, "x", channels); }

std::string simple_key(const char* name, const Layer& layer) {
  return text(name,
              "-input:",
              shape(layer.in_size, layer.in_channels),
              "-output:",
              shape(layer.out_size, layer.out_channels));
}

/// What the tables call an inverted residual block, the layers [first, last) of a plan.
std::string block_key(const std::vector<Layer>& layers, std::size_t first, std::size_t last) {
  const Layer* depthwise = nullptr;
  bool squeeze = false;
  bool shortcut = false;
  for (std::size_t i = first; i < last; ++i) {
    if (layers[i].kind == LayerKind::conv && layers[i].groups > 1) depthwise = &layers[i];
    squeeze = squeeze || layers[i].kind == LayerKind::squeeze_excite;
    shortcut = shortcut || layers[i].kind == LayerKind::add;
  }
  const Layer& project = layers[shortcut ? last - 2 : last - 1];
  return text("expanded_conv-input:",
              shape(layers[first].in_size, layers[first].in_channels),
              "-output:",
              shape(project.out_size, project.out_channels),
              "-expand:",
              depthwise->out_channels,
              "-kernel:",
              depthwise->kernel,
              "-stride:",
              depthwise->stride,
              "-idskip:",
              shortcut ? 1 : 0,
              "-se:",
              squeeze ? 1 : 0,
              "-hs:",
              depthwise->activation == Activation::h_swish ? 1 : 0);
}

std::string key_of(const Layer& layer) {
  if (layer.kind == LayerKind::global_pool) {
    return text("AvgPool2D-input:",
                shape(layer.in_size, layer.in_channels),
                "-output:",
                shape(1, layer.in_channels));
  }
  if (layer.kind == LayerKind::linear) {
    return text("Logits-input:", shape(1, layer.in_channels), "-output:", layer.out_channels);
  }
  if (layer.name == "stem") return simple_key("Conv", layer);
  return simple_key(layer.name == "final_expand" ? "Conv_1" : "Conv_2", layer);
}

/// The parts of a network by the slot they belong to, -1 for those that every network has.
std::vector<std::pair<int, std::string>> keys_of(const LayerPlan& plan) {
  std::vector<std::pair<int, std::string>> keys;
  const auto prefix = [](const Layer& layer) {
    return layer.name.rfind("blocks.", 0) == 0 ? layer.name.substr(0, layer.name.find('.', 7)) : "";
  };
  for (std::size_t i = 0; i < plan.layers.size();) {
    const std::string name = prefix(plan.layers[i]);
    std::size_t last = i + 1;
    while (!name.empty() && last < plan.layers.size() && prefix(plan.layers[last]) == name) ++last;
    keys.emplace_back(plan.layers[i].block,
                      name.empty() ? key_of(plan.layers[i]) : block_key(plan.layers, i, last));
    i = last;
  }
  return keys;
}

/// All blocks with the same choice of kernel and expansion.
Architecture uniform(const SearchSpace& space, std::size_t kernel, std::size_t expand) {
  Architecture architecture = space.largest();
  for (std::size_t i = 0; i < space.genes().size(); ++i) {
    const Gene& gene = space.genes()[i];
    const std::size_t wanted = gene.kind == GeneKind::kernel   ? kernel
                               : gene.kind == GeneKind::expand ? expand
                                                               : gene.choices.size() - 1;
    architecture.genes[i] = static_cast<std::uint8_t>(std::min(wanted, gene.choices.size() - 1));
  }
  return architecture;
}

struct TableFile {
  int resolution = 0;
  std::string path;
  Table table;
};

double at(const TableFile& file, const std::string& key) {
  const auto found = file.table.find(key);
  require(found != file.table.end(), file.path, " has no key ", key, ", which the space needs");
  return found->second;
}

/// Adds the times of one resolution; they are met several times and always the same.
void fill(const SearchSpace& space,
          std::size_t resolution,
          const TableFile& file,
          BlockSums& sums) {
  for (std::size_t kernel = 0; kernel < sums.kernels; ++kernel) {
    for (std::size_t expand = 0; expand < sums.expands; ++expand) {
      const auto plan = plan_layers(
          space, space.with_resolution(uniform(space, kernel, expand), file.resolution));
      double rest = 0;
      for (const auto& [slot, key] : keys_of(plan)) {
        if (slot < 0) {
          rest += at(file, key);
        } else {
          sums.blocks[sums.index(resolution, static_cast<std::size_t>(slot), kernel, expand)] =
              at(file, key);
        }
      }
      sums.rest[resolution] = rest;
    }
  }
}

/// Files of the folder, resolutions ascending.
std::vector<TableFile> read_tables(const fs::path& folder) {
  std::error_code code;
  std::vector<TableFile> files;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    const std::string::size_type digits = name.find_first_not_of("0123456789");
    if (digits == 0 || digits > 5 || name.substr(digits) != kFileSuffix) continue;
    const std::string path = entry.path().string();
    files.push_back({std::stoi(name), path, parse_ofa_lookup_table(read_text_file(path), path)});
  }
  require(!code, folder.string(), " cannot be read as a folder: ", code.message());
  require(!files.empty(), folder.string(), " holds no file <resolution>", kFileSuffix);
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    return a.resolution < b.resolution;
  });
  return files;
}

SearchSpace with_width(const SearchSpace& space, double width, const std::vector<int>& pixels) {
  SpaceSpec spec = space.spec();
  spec.width_mult = width;
  spec.resolutions = pixels;
  return SearchSpace(std::move(spec));
}

bool has_all(const SearchSpace& space, const TableFile& file) {
  const auto plan = plan_layers(space, space.with_resolution(space.largest(), file.resolution));
  const auto keys = keys_of(plan);
  return std::all_of(
      keys.begin(), keys.end(), [&](const auto& key) { return file.table.count(key.second) > 0; });
}

/// The space's own width unless another one in steps of 0.05 fits the keys.
double width_of_tables(const SearchSpace& space, const TableFile& file) {
  if (has_all(with_width(space, space.spec().width_mult, {file.resolution}), file)) {
    return space.spec().width_mult;
  }
  constexpr int kSteps = 20;  // to 1
  for (int step = 1; step <= 4 * kSteps; ++step) {
    const double width = static_cast<double>(step) / kSteps;
    if (has_all(with_width(space, width, {file.resolution}), file)) return width;
  }
  return space.spec().width_mult;
}

}  // namespace

std::map<std::string, double> parse_ofa_lookup_table(const std::string& content,
                                                     const std::string& origin) {
  Table table;
  std::string key;
  bool complete = true;
  const auto finish = [&] { require(complete, origin, ": the key ", key, " has no mean"); };
  std::istringstream in(content);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string words = trimmed(line);
    if (words.empty() || words.front() == '#') continue;
    const auto colon = words.rfind(": ");
    if (line.front() != ' ' && words.back() == ':') {
      finish();
      key = words.substr(0, words.size() - 1);
      require(
          table.count(key) == 0, origin, " line ", number, ": the key ", key, " is there twice");
      complete = false;
      continue;
    }
    require(line.front() == ' ' && colon != std::string::npos && !key.empty(),
            origin,
            " line ",
            number,
            ": '",
            words,
            "' is neither a key nor a value of one");
    if (words.substr(0, colon) != "mean") continue;
    table[key] = milliseconds(trimmed(words.substr(colon + 1)),
                              text(origin, " line ", number, " (", key, ")"));
    complete = true;
  }
  finish();
  require(!table.empty(), origin, " holds no latencies");
  return table;
}

BlockTable read_ofa_latency_table(const fs::path& folder,
                                  const SearchSpace& space,
                                  bool width_given) {
  require_usage(space.spec().family == Family::mobile && space.spec().final_expand_width > 0,
                "the latency tables of Once-For-All are those of MobileNetV3 networks; the space ",
                space.name(),
                " is of another kind");
  const std::vector<TableFile> files = read_tables(folder);
  std::vector<int> pixels;
  pixels.reserve(files.size());
  for (const TableFile& file : files) pixels.push_back(file.resolution);
  const double width =
      width_given ? space.spec().width_mult : width_of_tables(space, files.front());
  SearchSpace own = with_width(space, width, pixels);
  BlockSums sums = empty_block_sums(own);
  for (std::size_t r = 0; r < files.size(); ++r) fill(own, r, files[r], sums);
  return {own, std::move(sums), {"latency_ms", false, own.name(), -1, pixels}};
}

}  // namespace coppice
