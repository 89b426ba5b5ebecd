// The kinds of predictor that are imported, as parts of a predictor file. Internal to this folder.
#pragma once

#include "predictors/predictor_file.hpp"

namespace coppice {

constexpr const char* kLatencyTableKind = "latency-table";

/// The space that a file describes, at the resolutions of the space asked. Throws Error when their
/// architectures do not mean the same.
[[nodiscard]] SearchSpace stored_space(const Hdf5Reader& file, const SearchSpace& asked);

/// The group network.
void write_network(Hdf5Writer& file, const ChoiceNetwork& network, const SearchSpace& space);

// Both throw Error naming the file when it is damaged or belongs to another space.
[[nodiscard]] BlockTable load_block_table(const Hdf5Reader& file,
                                          const PredictorHeader& header,
                                          const SearchSpace& space);
[[nodiscard]] ChoiceNetwork load_choice_network(const Hdf5Reader& file,
                                                const PredictorHeader& header,
                                                const SearchSpace& space);

}  // namespace coppice
