#include "predictors/grouped_models.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "predictors/standardise.hpp"

namespace coppice {
namespace {

constexpr Eigen::Index kMostJudgedLinear = 150;
constexpr Eigen::Index kMostJudgedProcess = 200;
constexpr Eigen::Index kMostExactRows = 2000;
constexpr Eigen::Index kPoints = 1000;  ///< of a surface over more rows

/// Prior variances as multiples of the noise's, half decades apart; 0 leaves a part out.
constexpr std::array kSizes = {
    0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0};
constexpr std::array kLengths = {0.5, 1.0, 2.0};
constexpr int kMostSweeps = 12;
/// A rise of the likelihood that is worth a further step.
constexpr double kRise = 1e-4;

/// Where the climb stands: places in kSizes and kLengths.
struct Priors {
  std::vector<std::size_t> groups;
  std::size_t surface = 0;
  std::size_t length = 1;
};

/// Columns of one group, scaled so that a row's squared norm is 1 on average.
struct Groups {
  std::vector<Eigen::MatrixXd> rows;
  Eigen::MatrixXd near;  ///< the features of the surface, scaled in the same way; empty: no surface
};

Eigen::MatrixXd columns_of(const Standardised& x, std::size_t begin, std::size_t end) {
  const auto width = static_cast<Eigen::Index>(end - begin);
  return x.values.middleCols(static_cast<Eigen::Index>(begin), width) /
         std::sqrt(static_cast<double>(width));
}

Groups split(const Standardised& x, const GroupEnds& ends, std::size_t near) {
  Groups groups;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    groups.rows.push_back(columns_of(x, begin, end));
    begin = end;
  }
  if (near > 0) groups.near = columns_of(x, 0, near);
  return groups;
}

/// Rows spread evenly over all, at most `most`.
Eigen::MatrixXd some(const Eigen::MatrixXd& all, Eigen::Index most) {
  const Eigen::Index count = std::min(all.rows(), most);
  Eigen::MatrixXd chosen(count, all.cols());
  for (Eigen::Index i = 0; i < count; ++i) chosen.row(i) = all.row(i * all.rows() / count);
  return chosen;
}

Eigen::MatrixXd squared_distances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd distances = -2 * (a * b.transpose());
  distances.colwise() += a.rowwise().squaredNorm();
  distances.rowwise() += b.rowwise().squaredNorm().transpose();
  return distances;
}

Eigen::MatrixXd surface_kernel(const Eigen::MatrixXd& distances, double length) {
  return (distances.array() * (-0.5 / (length * length))).exp().matrix();
}

/// Climbs the marginal likelihood of the priors.
class Climb {
 public:
  Climb(const Groups& groups, const Eigen::VectorXd& y, Eigen::Index most) : y_(some(y, most)) {
    for (const Eigen::MatrixXd& rows : groups.rows) {
      const Eigen::MatrixXd chosen = some(rows, most);
      products_.emplace_back(chosen * chosen.transpose());
    }
    if (groups.near.size() == 0) return;
    const Eigen::MatrixXd near = some(groups.near, most);
    const Eigen::MatrixXd distances = squared_distances(near, near);
    for (const double length : kLengths) surfaces_.push_back(surface_kernel(distances, length));
  }

  Priors top() {
    // Few features, large effects; many features, small effects.
    constexpr std::size_t first = 7;
    constexpr std::size_t step = 2;
    best_ = {};
    for (std::size_t g = 0; g < products_.size(); ++g) {
      best_.groups.push_back(first - std::min(first - 1, g * step));
    }
    height_ = likelihood(best_);
    climb();
    if (surfaces_.empty()) return best_;
    constexpr std::array surfaces = {std::size_t{3}, std::size_t{5}, std::size_t{7}};
    const Priors linear = best_;
    for (const std::size_t surface : surfaces) {
      for (std::size_t length = 0; length < kLengths.size(); ++length) {
        Priors tried = linear;
        tried.surface = surface;
        tried.length = length;
        attempt(tried);
      }
    }
    if (best_.surface > 0) climb();
    return best_;
  }

 private:
  void climb() {
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
      const double before = height_;
      for (std::size_t g = 0; g < products_.size(); ++g) {
        const std::size_t now = best_.groups[g];
        for (const std::size_t place : neighbours(now)) {
          Priors tried = best_;
          tried.groups[g] = place;
          attempt(tried);
        }
      }
      if (best_.surface > 0) move_surface();
      if (height_ <= before) return;
    }
  }

  void move_surface() {
    const Priors now = best_;
    for (const std::size_t place : neighbours(now.surface)) {
      Priors tried = best_;
      tried.surface = place;
      attempt(tried);
    }
    for (std::size_t length = 0; length < kLengths.size(); ++length) {
      Priors tried = best_;
      tried.length = length;
      if (length != now.length) attempt(tried);
    }
  }

  /// One and two steps up and down, and nothing at all.
  static std::vector<std::size_t> neighbours(std::size_t place) {
    std::vector<std::size_t> places;
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}}) {
      if (place + step < kSizes.size()) places.push_back(place + step);
      if (place > step) places.push_back(place - step);
    }
    if (place > 0) places.push_back(0);
    return places;
  }

  void attempt(const Priors& priors) {
    const double now = likelihood(priors);
    if (now <= height_ + kRise) return;
    height_ = now;
    best_ = priors;
  }

  /// Log marginal likelihood with the noise's variance at its best, without constants.
  [[nodiscard]] double likelihood(const Priors& priors) const {
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Identity(y_.size(), y_.size());
    for (std::size_t g = 0; g < products_.size(); ++g) {
      if (priors.groups[g] > 0) covariance += kSizes[priors.groups[g]] * products_[g];
    }
    if (priors.surface > 0) covariance += kSizes[priors.surface] * surfaces_[priors.length];
    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(covariance);
    if (cholesky.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
    const auto n = static_cast<double>(y_.size());
    const double variance = y_.dot(cholesky.solve(y_)) / n;
    const double log_determinant = 2 * covariance.diagonal().array().log().sum();
    return -0.5 * (n * std::log(variance) + log_determinant);
  }

  Eigen::VectorXd y_;
  std::vector<Eigen::MatrixXd> products_;
  std::vector<Eigen::MatrixXd> surfaces_;  ///< one a length
  Priors best_;
  double height_ = 0;
};

/// Targets without their mean.
struct Centred {
  double mean = 0;
  Eigen::VectorXd y;
};

Centred centred(const std::vector<double>& targets) {
  Centred result;
  result.y =
      Eigen::Map<const Eigen::VectorXd>(targets.data(), static_cast<Eigen::Index>(targets.size()));
  result.mean = result.y.mean();
  result.y.array() -= result.mean;
  return result;
}

/// Weights of the standardised features under the priors without a surface.
Eigen::VectorXd linear_weights(const Standardised& x,
                               const Eigen::VectorXd& deviations,
                               const Eigen::VectorXd& y) {
  const Eigen::MatrixXd z = x.values * deviations.asDiagonal();
  if (z.rows() <= z.cols()) {
    Eigen::MatrixXd gram = z * z.transpose();
    gram.diagonal().array() += 1;
    return deviations.cwiseProduct(z.transpose() * gram.llt().solve(y));
  }
  Eigen::MatrixXd gram = z.transpose() * z;
  gram.diagonal().array() += 1;
  return deviations.cwiseProduct(gram.llt().solve(z.transpose() * y));
}

/// Square roots of the prior variances, one a column.
Eigen::VectorXd deviations_of(const Priors& priors, const GroupEnds& ends) {
  Eigen::VectorXd deviations(static_cast<Eigen::Index>(ends.back()));
  std::size_t begin = 0;
  for (std::size_t g = 0; g < ends.size(); ++g) {
    const double variance = kSizes[priors.groups[g]] / static_cast<double>(ends[g] - begin);
    for (; begin < ends[g]; ++begin) {
      deviations(static_cast<Eigen::Index>(begin)) = std::sqrt(variance);
    }
  }
  return deviations;
}

struct Surface {
  const Eigen::MatrixXd& near;  ///< rows of the features that it sees
  double size = 1;
  double length = 1;
};

/// What a prediction is made of.
struct Solved {
  Eigen::VectorXd linear;   ///< weights of z
  Eigen::VectorXd weights;  ///< of the points
  Eigen::MatrixXd points;
};

/// With a point a row.
Solved solve_exactly(const Eigen::MatrixXd& z, const Surface& surface, const Eigen::VectorXd& y) {
  Eigen::MatrixXd covariance =
      z * z.transpose() +
      surface.size * surface_kernel(squared_distances(surface.near, surface.near), surface.length);
  covariance.diagonal().array() += 1;
  const Eigen::VectorXd dual = covariance.llt().solve(y);
  return {z.transpose() * dual, surface.size * dual, surface.near};
}

/// With kPoints points, whose weights all rows determine (subset of regressors, Rasmussen and
/// Williams 2006, section 8.3.1).
Solved solve_on_some(const Eigen::MatrixXd& z, const Surface& surface, const Eigen::VectorXd& y) {
  const Eigen::MatrixXd points = some(surface.near, kPoints);
  Eigen::MatrixXd columns(z.rows(), z.cols() + points.rows());
  columns << z, surface_kernel(squared_distances(surface.near, points), surface.length);
  Eigen::MatrixXd gram = columns.transpose() * columns;
  gram.topLeftCorner(z.cols(), z.cols()).diagonal().array() += 1;
  gram.bottomRightCorner(points.rows(), points.rows()) +=
      surface_kernel(squared_distances(points, points), surface.length) / surface.size;
  constexpr double rounding = 1e-8;  // points may stand close to each other
  gram.diagonal().array() += rounding * gram.diagonal().maxCoeff();
  const Eigen::VectorXd weights = gram.llt().solve(columns.transpose() * y);
  return {weights.head(z.cols()), weights.tail(points.rows()), points};
}

std::vector<double> as_vector(const Eigen::VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

}  // namespace

LinearModel fit_grouped_ridge(const FeatureMatrix& features,
                              const GroupEnds& group_ends,
                              const std::vector<double>& targets) {
  const Standardised x = standardise(features);
  const Centred target = centred(targets);
  LinearModel model;
  model.intercept = target.mean;
  model.weights.assign(features.columns, 0.0);
  if (target.y.squaredNorm() == 0) return model;  // nothing to explain
  const Priors priors = Climb(split(x, group_ends, 0), target.y, kMostJudgedLinear).top();
  const Eigen::VectorXd weights =
      linear_weights(x, deviations_of(priors, group_ends), target.y).cwiseProduct(x.reciprocals);
  model.weights = as_vector(weights);
  model.intercept -= weights.dot(x.means);
  return model;
}

GaussianProcess fit_grouped_process(const FeatureMatrix& features,
                                    const GroupEnds& group_ends,
                                    std::size_t near,
                                    const std::vector<double>& targets) {
  const Standardised x = standardise(features);
  const Centred target = centred(targets);
  const double shrink = 1 / std::sqrt(static_cast<double>(near));
  GaussianProcess model;
  model.columns = features.columns;
  model.near = near;
  model.offset = target.mean;
  model.means = as_vector(x.means);
  model.scales = as_vector(x.reciprocals * shrink);
  model.direction.assign(features.columns, 0.0);
  model.linear = 0;
  model.noise = 1;
  if (target.y.squaredNorm() == 0) return model;

  const Groups groups = split(x, group_ends, near);
  const Priors priors = Climb(groups, target.y, kMostJudgedProcess).top();
  const Eigen::VectorXd deviations = deviations_of(priors, group_ends);
  model.length = kLengths[priors.length];
  if (priors.surface == 0) {
    model.direction = as_vector(linear_weights(x, deviations, target.y) / shrink);
    return model;
  }
  const Surface surface{groups.near, kSizes[priors.surface], model.length};
  const Eigen::MatrixXd z = x.values * deviations.asDiagonal();
  const Solved solved = x.values.rows() <= kMostExactRows ? solve_exactly(z, surface, target.y)
                                                          : solve_on_some(z, surface, target.y);
  model.direction = as_vector(deviations.cwiseProduct(solved.linear) / shrink);
  model.weights = as_vector(solved.weights);
  model.points.assign(solved.points.data(), solved.points.data() + solved.points.size());
  return model;
}

}  // namespace coppice
