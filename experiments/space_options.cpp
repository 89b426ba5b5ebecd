#include "experiments/space_options.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

bool is_builtin(const std::string& name) {
  const auto names = builtin_space_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A word without '/' and '.' that names no file is more likely a mistyped name than a path.
bool is_path(const std::string& name) {
  return name.find_first_of("/.") != std::string::npos || std::filesystem::exists(name);
}

}  // namespace

void bind(SpaceOptions& space, OptionSet& options, const std::string& otherwise) {
  options
      .add("space",
           space.space,
           "NAME|FILE",
           "search space: ofa-mobilenetv3, ofa-proxyless, ofa-resnet50, small, small-relu, or a "
           "space file")
      .shows(otherwise)
      .required = otherwise.empty();
  options.add("width-mult", space.width_mult, "W", "multiplies all widths")
      .shows("the space's: 1.0, ofa-proxyless 1.3");
  options.add("classes", space.classes, "N", "number of classes").shows("the space's");
  options.add("channels", space.channels, "C", "channels of the images").shows("the space's");
  options
      .add("resolutions",
           space.resolutions,
           "R",
           "sizes of the square images in pixels: 160,192 or FIRST-LAST/STEP")
      .shows("the space's");
}

void validate(const SpaceOptions& space) {
  require_usage(!space.width_mult || *space.width_mult > 0,
                "--width-mult = ",
                space.width_mult.value_or(0),
                ", must be > 0");
  require_usage(!space.classes || *space.classes >= 1,
                "--classes = ",
                space.classes.value_or(0),
                ", must be at least 1");
  require_usage(!space.channels || *space.channels >= 1,
                "--channels = ",
                space.channels.value_or(0),
                ", must be at least 1");
  for (const int resolution : space.resolutions) {
    require_usage(resolution >= 1, "--resolutions = ", resolution, ", must be at least 1");
  }
}

SearchSpace make_space(const SpaceOptions& space) {
  const SpaceParameters parameters{
      space.width_mult, space.classes, space.channels, space.resolutions};
  if (!is_builtin(space.space) && is_path(space.space)) {
    return SearchSpace(parse_space_spec(read_text_file(space.space), space.space, parameters));
  }
  return builtin_space(space.space, parameters);
}

}  // namespace coppice
