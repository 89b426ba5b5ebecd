// Where the labels of a picture stand so that none covers another one or a mark. Pure.
#pragma once

#include <vector>

namespace coppice {

/// A label that belongs to the point (x, y), in pixels, y downwards.
struct WantedLabel {
  double x = 0;
  double y = 0;
  double width = 0;
};

/// Where its text begins or, with `end`, ends; y is its base line.
struct LabelPlace {
  double x = 0;
  double y = 0;
  bool end = false;
};

struct LabelArea {
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
  double line_height = 16;
};

/// Beside its point at the upper left, where no front has points; else at the nearest place, up to
/// six lines above or below, that is free of earlier labels and all points. Where there is none, at
/// the upper left all the same.
[[nodiscard]] std::vector<LabelPlace> place_labels(const std::vector<WantedLabel>& labels,
                                                   const LabelArea& area);

}  // namespace coppice
