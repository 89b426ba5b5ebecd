#include "predictors/stored_kinds.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {
namespace {

/// Whether an architecture of one space means the same in the other, resolutions aside.
bool same_choices(const SearchSpace& a, const SearchSpace& b) {
  return std::equal(a.genes().begin(),
                    a.genes().end(),
                    b.genes().begin(),
                    b.genes().end(),
                    [](const Gene& x, const Gene& y) {
                      const bool resolution = x.kind == GeneKind::resolution;
                      return x.kind == y.kind && x.index == y.index &&
                             (resolution || x.choices == y.choices);
                    });
}

SearchSpace described_space(const Hdf5Reader& file, const std::vector<int>& resolutions) {
  SpaceSpec spec = parse_stored_space(file.attribute<std::string>("/", "space_description"),
                                      file.path().string());
  spec.resolutions = resolutions;
  return SearchSpace(std::move(spec));
}

std::string layer_group(std::size_t layer) { return "/network/layer" + std::to_string(layer); }

}  // namespace

SearchSpace stored_space(const Hdf5Reader& file, const SearchSpace& asked) {
  SearchSpace space = described_space(file, asked.spec().resolutions);
  require(same_choices(space, asked),
          file.path().string(),
          " was fitted for another version of the space ",
          asked.name(),
          ": their depths, kernels or expansions differ; fit it again");
  return space;
}

void save_predictor(const std::filesystem::path& path, const BlockTable& table) {
  const SpaceSpec& spec = table.space().spec();
  const BlockSums& sums = *table.block_sums();
  Hdf5Writer file(path);
  write_predictor_header(file, {kLatencyTableKind, table.info(), spec.width_mult});
  file.attribute("/", "space_description", space_spec_text(spec));
  file.write("/table/rest", sums.rest);
  file.write(
      "/table/blocks", sums.blocks, {sums.rest.size(), sums.slots, sums.kernels, sums.expands});
  file.publish();
}

BlockTable load_block_table(const Hdf5Reader& file,
                            const PredictorHeader& header,
                            const SearchSpace& space) {
  check_predictor_space(file, header, space);
  const SearchSpace asked = stored_space(file, space);
  SearchSpace own = described_space(file, header.info.resolutions);
  BlockSums sums = empty_block_sums(own);
  const auto fill = [&file](const std::string& name, std::vector<double>& values) {
    const std::vector<double> stored = file.read<double>(name);
    const bool finite = std::all_of(
        stored.begin(), stored.end(), [](double value) { return std::isfinite(value); });
    require(stored.size() == values.size() && finite,
            file.path().string(),
            " is damaged: ",
            name,
            finite ? " has another size than the space needs" : " has a value that is not finite");
    values = stored;
  };
  fill("/table/rest", sums.rest);
  fill("/table/blocks", sums.blocks);
  return BlockTable(std::move(own), std::move(sums), header.info).at_resolutions_of(asked);
}

void write_network(Hdf5Writer& file, const ChoiceNetwork& network, const SearchSpace& space) {
  file.write("/network/inputs", choice_input_names(space, network.info().resolutions));
  file.attribute("/network", "scale", network.scale());
  file.attribute("/network", "offset", network.offset());
  for (std::size_t i = 0; i < network.mlp().layers.size(); ++i) {
    const Mlp::Layer& layer = network.mlp().layers[i];
    const std::size_t outputs = layer.bias.size();
    file.write(
        layer_group(i) + "/weights", layer.weights, {outputs, layer.weights.size() / outputs});
    file.write(layer_group(i) + "/bias", layer.bias);
  }
}

void save_predictor(const std::filesystem::path& path,
                    const ChoiceNetwork& network,
                    const SearchSpace& space) {
  Hdf5Writer file(path);
  write_predictor_header(file, {kOfaMlpKind, network.info(), {}});
  write_network(file, network, space);
  file.publish();
}

ChoiceNetwork load_choice_network(const Hdf5Reader& file,
                                  const PredictorHeader& header,
                                  const SearchSpace& space) {
  check_predictor_space(file, header, space);
  const auto inputs = file.read<std::string>("/network/inputs");
  require(inputs == choice_input_names(space, header.info.resolutions),
          file.path().string(),
          " was made for another version of the space ",
          space.name(),
          ": their kernels or expansions differ");
  Mlp mlp;
  while (file.contains(layer_group(mlp.layers.size()))) {
    const std::string group = layer_group(mlp.layers.size());
    mlp.layers.push_back({file.read<float>(group + "/weights"), file.read<float>(group + "/bias")});
  }
  mlp.check(inputs.size(), file.path().string());
  return {space,
          std::move(mlp),
          file.attribute<double>("/network", "scale"),
          file.attribute<double>("/network", "offset"),
          header.info};
}

}  // namespace coppice
