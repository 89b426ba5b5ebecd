// Predictors as HDF5 files (layout in predictors/README.md): open, versioned, checked when read.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "predictors/block_table.hpp"
#include "predictors/choice_network.hpp"
#include "predictors/fitted_predictor.hpp"
#include "predictors/predictor.hpp"
#include "supernet/base/stored_format.hpp"

namespace coppice {

class Hdf5Reader;
class Hdf5Writer;

constexpr StoredFormat kPredictorFormat{"coppice-predictor", "predictor", 2};

/// What every predictor file says about itself, whatever its kind.
struct PredictorHeader {
  std::string kind;
  PredictorInfo info;
  std::optional<double> width_mult;  ///< of its space; absent where the source did not say
};

/// For whoever writes a kind of predictor of its own: format, version and header.
void write_predictor_header(Hdf5Writer& file, const PredictorHeader& header);

/// Throws Error naming the path when the file is no predictor file or newer than this program.
[[nodiscard]] PredictorHeader read_predictor_header(const Hdf5Reader& file);

/// Throws Error unless the header is of this space and, where it records one, of its width.
void check_predictor_space(const Hdf5Reader& file,
                           const PredictorHeader& header,
                           const SearchSpace& space);

/// The networks that a fit held out, for a space that the file describes or one with the same
/// choices; none when the file keeps none. Throws Error naming the path when it is damaged.
[[nodiscard]] std::vector<HeldOut> read_held_out(const Hdf5Reader& file, const SearchSpace& space);

/// At once or not at all. Throws Error naming the path when it cannot be written.
void save_predictor(const std::filesystem::path& path, const FittedPredictor& predictor);
void save_predictor(const std::filesystem::path& path, const BlockTable& table);
/// For networks of the given space; the file does not say for which width.
void save_predictor(const std::filesystem::path& path,
                    const ChoiceNetwork& network,
                    const SearchSpace& space);

/// A predictor for architectures of `space`. It computes its features with the description of the
/// space that it was fitted with; only the resolutions on offer are those of `space`. Throws Error
/// naming the path when the file is missing, damaged, foreign, newer than this program, of an
/// unknown kind, or of another space.
[[nodiscard]] FittedPredictor load_fitted_predictor(const std::filesystem::path& path,
                                                    const SearchSpace& space);

/// The same behind the interface.
[[nodiscard]] std::unique_ptr<Predictor> load_predictor(const std::filesystem::path& path,
                                                        const SearchSpace& space);

}  // namespace coppice
