#include "supernet/checkpoint.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/base/seal.hpp"

namespace coppice {
namespace {

void write_tensor(Hdf5Writer& file, const std::string& name, const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  std::vector<std::size_t> shape;
  for (const std::int64_t size : dense.sizes()) shape.push_back(static_cast<std::size_t>(size));
  file.write(name, dense.data_ptr<float>(), shape);
}

std::vector<std::int64_t> tensor_shape(const Hdf5Reader& file, const std::string& name) {
  std::vector<std::int64_t> shape;
  for (const std::size_t size : file.shape(name)) shape.push_back(static_cast<std::int64_t>(size));
  return shape;
}

void read_into(const Hdf5Reader& file, const std::string& name, const at::Tensor& target) {
  const at::NoGradGuard no_grad;
  const auto shape = tensor_shape(file, name);
  require(at::IntArrayRef(shape) == target.sizes(),
          file.path().string(),
          ": ",
          name,
          " has the shape ",
          at::IntArrayRef(shape),
          ", the space needs ",
          target.sizes());
  const auto values = file.read<float>(name);
  at::Tensor dense = at::empty(target.sizes(), at::kFloat);
  std::copy(values.begin(), values.end(), dense.data_ptr<float>());
  target.copy_(dense);
}

void write_history(Hdf5Writer& file, const std::vector<HistoryRow>& history) {
  std::vector<std::string> phases;
  std::vector<std::int64_t> steps;
  std::vector<double> losses;
  std::vector<double> smallest;
  std::vector<double> largest;
  for (const HistoryRow& row : history) {
    phases.push_back(row.phase);
    steps.push_back(row.step);
    losses.push_back(row.loss);
    smallest.push_back(row.smallest);
    largest.push_back(row.largest);
  }
  file.group("/history");
  file.write("/history/phase", phases);
  file.write("/history/step", steps);
  file.write("/history/loss", losses);
  file.write("/history/smallest", smallest);
  file.write("/history/largest", largest);
}

std::vector<HistoryRow> read_history(const Hdf5Reader& file) {
  const auto phases = file.read<std::string>("/history/phase");
  const auto steps = file.read<std::int64_t>("/history/step");
  const auto losses = file.read<double>("/history/loss");
  const auto smallest = file.read<double>("/history/smallest");
  const auto largest = file.read<double>("/history/largest");
  std::vector<HistoryRow> history;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    history.push_back({phases[i], steps[i], losses[i], smallest[i], largest[i]});
  }
  return history;
}

void write_state(Hdf5Writer& file, const Supernet& supernet, const TrainState& state) {
  file.group("/training");
  file.attribute("/training", "phase", static_cast<std::int64_t>(state.phase));
  file.attribute("/training", "step", state.step);
  file.attribute("/training", "loss_sum", state.loss_sum);
  file.attribute("/training", "loss_count", state.loss_count);
  file.attribute("/training", "open_expands", static_cast<std::int64_t>(state.open_expands));
  for (std::size_t i = 0; i < state.momentum.size(); ++i) {
    write_tensor(file, "/momentum/" + supernet.parameters()[i].name, state.momentum[i]);
  }
  if (state.teacher) {
    const auto& layers = state.teacher->plan().layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      visit_arrays(state.teacher->layers()[i], [&](const char* array, const at::Tensor& tensor) {
        if (tensor.defined()) {
          write_tensor(file, "/teacher/" + layers[i].name + "/" + array, tensor);
        }
      });
    }
  }
  write_history(file, state.history);
}

TrainState read_state(const Hdf5Reader& file, const Supernet& supernet) {
  TrainState state;
  state.phase = static_cast<std::size_t>(file.attribute<std::int64_t>("/training", "phase"));
  state.step = file.attribute<std::int64_t>("/training", "step");
  state.loss_sum = file.attribute<double>("/training", "loss_sum");
  state.loss_count = file.attribute<std::int64_t>("/training", "loss_count");
  if (file.has_attribute("/training", "open_expands")) {  // since layout 2
    state.open_expands =
        static_cast<int>(file.attribute<std::int64_t>("/training", "open_expands"));
  }
  if (file.contains("/momentum")) {
    for (const NamedTensor& parameter : supernet.parameters()) {
      const at::Tensor buffer = at::empty(parameter.tensor.sizes(), at::kFloat);
      read_into(file, "/momentum/" + parameter.name, buffer);
      state.momentum.push_back(buffer);
    }
  }
  if (file.contains("/teacher")) {
    state.teacher = supernet.extract(supernet.space().largest());
    const auto& layers = state.teacher->plan().layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      visit_arrays(state.teacher->layers()[i], [&](const char* array, at::Tensor& tensor) {
        if (tensor.defined()) {
          read_into(file, "/teacher/" + layers[i].name + "/" + array, tensor);
        }
      });
    }
  }
  state.history = read_history(file);
  return state;
}

void write_info(Hdf5Writer& file, const CheckpointInfo& info) {
  file.group("/data");
  file.write("/data/mean", info.preprocessing.mean);
  file.write("/data/deviation", info.preprocessing.deviation);
  file.write("/data/class_names", info.class_names);
  file.attribute("/data", "crop_fraction", info.preprocessing.crop_fraction);
  file.attribute("/data", "format", info.data_format);
  file.attribute("/data", "held_out", static_cast<std::int64_t>(info.held_out));
  file.attribute("/", "seed", static_cast<std::int64_t>(info.seed));
  file.attribute("/", "source", info.source);
  file.attribute("/", "phases", info.phases);
  file.attribute("/", "only", info.only);
}

CheckpointInfo read_info(const Hdf5Reader& file) {
  CheckpointInfo info;
  info.preprocessing.mean = file.read<float>("/data/mean");
  info.preprocessing.deviation = file.read<float>("/data/deviation");
  info.preprocessing.crop_fraction = file.attribute<double>("/data", "crop_fraction");
  info.class_names = file.read<std::string>("/data/class_names");
  info.data_format = file.attribute<std::string>("/data", "format");
  info.held_out = static_cast<std::size_t>(file.attribute<std::int64_t>("/data", "held_out"));
  info.seed = static_cast<std::uint64_t>(file.attribute<std::int64_t>("/", "seed"));
  info.source = file.attribute<std::string>("/", "source");
  info.phases = file.attribute<std::string>("/", "phases");
  if (file.has_attribute("/", "only")) info.only = file.attribute<std::string>("/", "only");
  return info;
}

std::int64_t read_layout(const Hdf5Reader& file) {
  const std::string path = file.path().string();
  require(file.has_attribute("/", "coppice_checkpoint"), path, " is not a supernet of Coppice");
  const auto layout = file.attribute<std::int64_t>("/", "coppice_checkpoint");
  require(layout >= 1, path, " is not a supernet of Coppice: its layout is ", layout);
  return layout;
}

void require_readable(const std::filesystem::path& path, std::int64_t layout) {
  require(layout <= kCheckpointLayout,
          path.string(),
          " was written by a newer Coppice (layout ",
          layout,
          ", this one reads up to ",
          kCheckpointLayout,
          "); update the program");
}

SearchSpace read_space(const Hdf5Reader& file) {
  require_readable(file.path(), read_layout(file));
  return SearchSpace(
      parse_stored_space(file.attribute<std::string>("/", "space"), file.path().string()));
}

std::filesystem::path named_beside(const std::filesystem::path& path, const std::string& word) {
  auto name = path.stem();
  name += "." + word;
  name += path.extension();
  return path.parent_path() / name;
}

// What is wrong with the file as such; empty when nothing is. A file that is there and may not be
// read, or only by a newer program, is not damaged: it throws, and stays where it is.
std::string damage_of(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    return text("cannot read ", path.string(), ": No such file or directory");
  }
  const Seal seal = check_seal(path);
  if (seal == Seal::good) return {};
  std::int64_t layout = 0;
  try {
    layout = read_layout(Hdf5Reader(path));
  } catch (const Error& error) {
    return error.what();
  }
  if (seal == Seal::none) require_readable(path, layout);
  // Since layout 2 every checkpoint is sealed.
  if (seal == Seal::none && layout < 2) return {};
  return text(path.string(), " is damaged: its checksum is wrong or missing");
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const Hdf5Reader file(path);
  Supernet supernet = Supernet::blank(read_space(file));
  for (const auto* tensors : {&supernet.parameters(), &supernet.statistics()}) {
    for (const NamedTensor& named : *tensors) {
      read_into(file, "/weights/" + named.name, named.tensor);
    }
  }
  TrainState state = read_state(file, supernet);
  return {std::move(supernet), std::move(state), read_info(file)};
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path,
                     const Supernet& supernet,
                     const TrainState& state,
                     const CheckpointInfo& info) {
  Hdf5Writer file(path);
  file.attribute("/", "coppice_checkpoint", kCheckpointLayout);
  file.attribute("/", "space", space_spec_text(supernet.space().spec()));
  for (const auto* tensors : {&supernet.parameters(), &supernet.statistics()}) {
    for (const NamedTensor& named : *tensors) {
      write_tensor(file, "/weights/" + named.name, named.tensor);
    }
  }
  write_state(file, supernet, state);
  write_info(file, info);
  write_keeping_previous(path, previous_checkpoint(path), sealed(file.finish()));
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  const std::string damage = damage_of(path);
  if (damage.empty()) return read_checkpoint(path);
  const auto previous = previous_checkpoint(path);
  require(!std::filesystem::exists(previous),
          damage,
          "; the state before is in ",
          previous.string(),
          ", the command that trained it goes on from there with --resume");
  throw Error(damage);
}

RestoredCheckpoint restore_checkpoint(const std::filesystem::path& path) {
  const std::string damage = damage_of(path);
  if (damage.empty()) return {read_checkpoint(path), {}};
  const auto previous = previous_checkpoint(path);
  require(std::filesystem::exists(previous), damage);
  const std::string of_previous = damage_of(previous);
  require(of_previous.empty(), damage, "; and ", of_previous);
  RestoredCheckpoint restored{read_checkpoint(previous),
                              text(damage, "; going on from ", previous.string())};
  const auto aside = named_beside(path, "damaged");
  std::error_code code;
  std::filesystem::rename(path, aside, code);
  if (!code) restored.warning += text("; the damaged file is now ", aside.string());
  return restored;
}

bool has_checkpoint(const std::filesystem::path& path) {
  return std::filesystem::exists(path) || std::filesystem::exists(previous_checkpoint(path));
}

std::filesystem::path previous_checkpoint(const std::filesystem::path& path) {
  return named_beside(path, "previous");
}

}  // namespace coppice
