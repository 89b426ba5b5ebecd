// Published measurements of Once-For-All's networks: CSV files whose first field is a Python dict.
#pragma once

#include <filesystem>
#include <string>

#include "predictors/measurements.hpp"

namespace coppice {

/// A column of numbers and the target that it becomes.
struct DictColumn {
  int place = 0;  ///< behind the dict, from 0
  std::string target;
};

/// Adds the rows of `"{dict}",first,second,...` to the table. Throws Error naming path and row.
void add_dict_rows(const std::filesystem::path& path,
                   const DictColumn& column,
                   const SearchSpace& space,
                   MeasurementTable& table);

/// ImageNet top-1 of all CSV files of a folder of DyNAS-T's, in order of their names, repeats
/// included.
[[nodiscard]] MeasurementTable dynast_accuracies(const std::filesystem::path& folder,
                                                 const SearchSpace& space);

}  // namespace coppice
