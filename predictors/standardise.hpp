// Features of mean 0 and standard deviation 1. Internal to the models' sources: names Eigen.
#pragma once

#include <Eigen/Dense>

#include "predictors/linear_model.hpp"

namespace coppice {

struct Standardised {
  Eigen::MatrixXd values;       ///< rows x columns
  Eigen::VectorXd means;        ///< of each column
  Eigen::VectorXd reciprocals;  ///< of the standard deviations; 0 where a column never varies
};

[[nodiscard]] Standardised standardise(const FeatureMatrix& features);

}  // namespace coppice
