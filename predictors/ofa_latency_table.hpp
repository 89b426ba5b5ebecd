// The latency tables of the Once-For-All reference implementation: one YAML file a resolution,
// <r>_lookup_table.yaml, with the mean milliseconds of each layer of MobileNetV3 networks under a
// key that spells its shapes:
//
//   expanded_conv-input:80x80x24-output:40x40x32-expand:72-kernel:3-stride:2-idskip:0-se:0-hs:0:
//     count: 498
//     mean: 1.23
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "predictors/block_table.hpp"

namespace coppice {

/// Key -> mean milliseconds of one file's text. `origin` names it in messages. Throws Error naming
/// line or key: a value that is not a finite number >= 0, a key twice, a key without a mean, no
/// key at all.
[[nodiscard]] std::map<std::string, double> parse_ofa_lookup_table(const std::string& text,
                                                                   const std::string& origin);

/// Target latency_ms, at the resolutions that the folder has files for. `space` says which blocks
/// there are, and their width if `width_given`; otherwise the width is the one whose keys the
/// tables hold. Throws Error(usage) for a space of another kind of block, Error naming file and key
/// when a needed key is missing, or the folder holds no table.
[[nodiscard]] BlockTable read_ofa_latency_table(const std::filesystem::path& folder,
                                                const SearchSpace& space,
                                                bool width_given);

}  // namespace coppice
