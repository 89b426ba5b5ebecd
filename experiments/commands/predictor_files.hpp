// Predictors as users name them: FILE, or NAME=FILE for one that shall answer for another target
// than its own, so that the latencies of two devices can stand in one search.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "predictors/predictor.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// The files alone. `given`: values of --predictor.
[[nodiscard]] std::vector<std::filesystem::path> files_of(
    const std::vector<std::filesystem::path>& given);

/// The predictor in its file, with the name that it was given as its target. A value is taken as
/// NAME=FILE when NAME is a word of letters, digits and underscores and no file has the whole name.
/// Throws what load_predictor throws.
[[nodiscard]] std::unique_ptr<Predictor> load_given(const std::filesystem::path& given,
                                                    const SearchSpace& space);

}  // namespace coppice
