#include "predictors/non_negative_least_squares.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <limits>
#include <optional>

namespace coppice {
namespace {

// Of columns and a target of length 1: below it a gradient is rounding.
constexpr double kTolerance = 1e-12;

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The state of the active-set method on columns of length 1.
class ActiveSet {
 public:
  ActiveSet(Eigen::MatrixXd columns, Eigen::VectorXd target)
      : columns_(std::move(columns)),
        target_(std::move(target)),
        x_(Eigen::VectorXd::Zero(columns_.cols())) {}

  Eigen::VectorXd solve() {
    // Each pass lowers the residual, so no set of free columns comes twice; the bound only guards
    // against rounding.
    for (Eigen::Index pass = 0; pass < 10 * (columns_.cols() + 1); ++pass) {
      const auto steepest = next_column();
      if (!steepest) break;
      free_.push_back(*steepest);
      std::sort(free_.begin(), free_.end());
      step_to_feasible(*steepest);
    }
    return x_;
  }

 private:
  // The column at 0 along which the residual falls fastest; none: this is the minimum.
  std::optional<Eigen::Index> next_column() {
    const Eigen::VectorXd gradient = columns_.transpose() * (target_ - columns_ * x_);
    std::optional<Eigen::Index> steepest;
    double most = kTolerance;
    for (Eigen::Index j = 0; j < gradient.size(); ++j) {
      const bool open = std::find(free_.begin(), free_.end(), j) == free_.end() &&
                        std::find(useless_.begin(), useless_.end(), j) == useless_.end();
      if (!open || gradient(j) <= most) continue;
      most = gradient(j);
      steepest = j;
    }
    return steepest;
  }

  // Towards the free columns' least squares, as far as no coefficient becomes negative; those that
  // reach 0 are no longer free. Every turn frees one column less, so it ends.
  void step_to_feasible(Eigen::Index entered) {
    while (!free_.empty()) {
      const Eigen::VectorXd wanted = free_least_squares();
      if (x_(entered) == 0 && wanted(entered) <= 0) {
        // It says what others say already, or its gradient was rounding.
        leave(entered);
        useless_.push_back(entered);
        return;
      }
      const auto blocking = first_to_reach_zero(wanted);
      if (!blocking) {
        x_ = wanted;
        useless_.clear();
        return;
      }
      x_ += x_(*blocking) / (x_(*blocking) - wanted(*blocking)) * (wanted - x_);
      x_ = x_.cwiseMax(0.0);
      leave(*blocking);
      if (*blocking == entered) return;
    }
  }

  [[nodiscard]] std::optional<Eigen::Index> first_to_reach_zero(
      const Eigen::VectorXd& wanted) const {
    std::optional<Eigen::Index> blocking;
    double least = std::numeric_limits<double>::infinity();
    for (const Eigen::Index j : free_) {
      if (wanted(j) >= 0) continue;
      const double share = x_(j) / (x_(j) - wanted(j));
      if (share < least) {
        least = share;
        blocking = j;
      }
    }
    return blocking;
  }

  void leave(Eigen::Index column) {
    x_(column) = 0;
    free_.erase(std::remove(free_.begin(), free_.end(), column), free_.end());
  }

  [[nodiscard]] Eigen::VectorXd free_least_squares() const {
    Eigen::MatrixXd chosen(columns_.rows(), static_cast<Eigen::Index>(free_.size()));
    for (std::size_t i = 0; i < free_.size(); ++i) {
      chosen.col(static_cast<Eigen::Index>(i)) = columns_.col(free_[i]);
    }
    const Eigen::VectorXd solution = chosen.colPivHouseholderQr().solve(target_);
    Eigen::VectorXd all = Eigen::VectorXd::Zero(columns_.cols());
    for (std::size_t i = 0; i < free_.size(); ++i) {
      all(free_[i]) = solution(static_cast<Eigen::Index>(i));
    }
    return all;
  }

  Eigen::MatrixXd columns_;
  Eigen::VectorXd target_;
  Eigen::VectorXd x_;
  std::vector<Eigen::Index> free_;     // coefficients that may be above 0
  std::vector<Eigen::Index> useless_;  // tried since the last progress, without any
};

}  // namespace

std::vector<double> non_negative_least_squares(const FeatureMatrix& columns,
                                               const std::vector<double>& target) {
  const auto rows = static_cast<Eigen::Index>(columns.rows);
  const auto count = static_cast<Eigen::Index>(columns.columns);
  Eigen::MatrixXd matrix = Eigen::Map<const RowMajor>(columns.values.data(), rows, count);
  Eigen::VectorXd wanted = Eigen::Map<const Eigen::VectorXd>(target.data(), rows);
  Eigen::VectorXd lengths = matrix.colwise().norm();
  // Zeros stay zeros.
  lengths = (lengths.array() > 0).select(lengths, 1.0);
  matrix = matrix * lengths.cwiseInverse().asDiagonal();
  const double scale = wanted.norm() > 0 ? wanted.norm() : 1;
  wanted /= scale;
  const Eigen::VectorXd x = ActiveSet(std::move(matrix), std::move(wanted)).solve();
  std::vector<double> result(columns.columns);
  for (Eigen::Index j = 0; j < count; ++j) {
    result[static_cast<std::size_t>(j)] = x(j) * scale / lengths(j);
  }
  return result;
}

}  // namespace coppice
