// A network as an ONNX file that runs without Coppice.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "export/quantization.hpp"
#include "supernet/space/plain_network.hpp"

namespace coppice {

struct OnnxOptions {
  std::string graph_name = "network";
  std::string producer_version;                 ///< of Coppice; may be empty
  std::map<std::string, std::string> metadata;  ///< becomes metadata_props, sorted by key
  int batch = 0;                                ///< images a call; 0: any number
  /// h_sigmoid as Add, Clip, Mul instead of HardSigmoid, which the reduced package of ONNX Runtime
  /// Mobile lacks and which NNAPI and Core ML hand back to the processor. Slower elsewhere.
  bool basic_operators = false;
  /// Height and width are open too; the network was made for its own resolution all the same.
  bool open_size = false;
  /// Values in 8 bits, with the weights that meet them (quantised and dequantised in the graph,
  /// "QDQ"); empty: a float32 file. See observe_ranges.
  ValueRanges ranges;
};

/// Writes one node or a few for each layer of the plan, named after it; normalisation is folded
/// into the convolutions. Input and output are named in format.hpp. The file is read back and
/// checked (onnx_check.hpp) before it appears at `path`. The same network and options give the
/// same bytes. Throws Error naming the layer (like check_network) or the path, and a usage Error
/// when batch is negative.
void write_onnx(const PlainNetwork& network,
                const OnnxOptions& options,
                const std::filesystem::path& path);

}  // namespace coppice
