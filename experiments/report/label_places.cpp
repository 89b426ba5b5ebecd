#include "experiments/report/label_places.hpp"

#include <algorithm>

namespace coppice {
namespace {

constexpr double kBeside = 11;  // from the point to its label
constexpr double kMarkRadius = 7;
constexpr int kFarthestLines = 6;

struct Box {
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
};

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

Box box_of(const LabelPlace& place, double width, double line_height) {
  const double left = place.end ? place.x - width : place.x;
  return {left, left + width, place.y - 0.8 * line_height, place.y + 0.2 * line_height};
}

bool inside(const Box& box, const LabelArea& area) {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top &&
         box.bottom <= area.bottom;
}

// Nearest first: the upper left, the other sides, then line by line further away.
std::vector<LabelPlace> candidates(const WantedLabel& label, double line_height) {
  std::vector<LabelPlace> places;
  for (int line = 0; line <= kFarthestLines; ++line) {
    for (const double way : {-1.0, 1.0}) {
      const double first = way < 0 ? -8 : 8 + 0.7 * line_height;
      const double y = label.y + first + way * line * line_height;
      places.push_back({label.x - kBeside, y, true});
      places.push_back({label.x + kBeside, y, false});
    }
  }
  return places;
}

}  // namespace

std::vector<LabelPlace> place_labels(const std::vector<WantedLabel>& labels,
                                     const LabelArea& area) {
  std::vector<Box> taken;
  for (const WantedLabel& label : labels) {
    taken.push_back({label.x - kMarkRadius,
                     label.x + kMarkRadius,
                     label.y - kMarkRadius,
                     label.y + kMarkRadius});
  }
  std::vector<LabelPlace> places;
  for (const WantedLabel& label : labels) {
    const auto options = candidates(label, area.line_height);
    const auto free = [&](const LabelPlace& place) {
      const Box box = box_of(place, label.width, area.line_height);
      return inside(box, area) &&
             std::none_of(taken.begin(), taken.end(), [&box](const Box& other) {
               return overlap(box, other);
             });
    };
    const auto found = std::find_if(options.begin(), options.end(), free);
    places.push_back(found != options.end() ? *found : options.front());
    taken.push_back(box_of(places.back(), label.width, area.line_height));
  }
  return places;
}

}  // namespace coppice
