// The files of one exported network: the network in every format asked for, and its reference.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "experiments/tensors/supernet_source.hpp"
#include "export/model_card.hpp"

namespace coppice {

/// What files are made of beside the network.
struct FileSource {
  const SourceImages& images;
  const Preprocessing& preprocessing;  ///< of the supernet
  std::uint64_t seed = 1;              ///< of the reference pictures where there are no images
};

/// Writes them into an existing folder, and what was found out on the way into the card: `files`
/// and `int8`. The card's other fields are what ONNX files carry as metadata. `formats` are those
/// of `coppice export --formats`. Throws Error naming the path.
void write_network_files(const Subnet& subnet,
                         const std::vector<std::string>& formats,
                         const FileSource& source,
                         const std::filesystem::path& folder,
                         ModelCard& card);

}  // namespace coppice
