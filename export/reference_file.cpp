#include "export/reference_file.hpp"

#include "export/format.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {
namespace {

void check(const ReferenceData& data, const std::filesystem::path& path) {
  const std::size_t inputs = data.count * data.channels * data.size * data.size;
  require(data.count > 0 && data.inputs.size() == inputs &&
              data.logits.size() == data.count * data.classes &&
              (data.int8_logits.empty() || data.int8_logits.size() == data.logits.size()),
          path.string(),
          ": ",
          data.inputs.size(),
          " input values and ",
          data.logits.size(),
          " logits do not fit ",
          data.count,
          " images of ",
          data.channels,
          " x ",
          data.size,
          " x ",
          data.size,
          " with ",
          data.classes,
          " classes");
}

}  // namespace

void write_reference(const ReferenceData& data, const std::filesystem::path& path) {
  check(data, path);
  Hdf5Writer out(path);
  out.write("/inputs", data.inputs, {data.count, data.channels, data.size, data.size});
  out.write("/logits", data.logits, {data.count, data.classes});
  if (!data.int8_logits.empty()) {
    out.write("/int8_logits", data.int8_logits, {data.count, data.classes});
  }
  out.attribute("/", "reference_version", std::int64_t{kReferenceVersion});
  out.publish();
}

ReferenceData read_reference(const std::filesystem::path& path) {
  const Hdf5Reader in(path);
  const auto version = in.attribute<std::int64_t>("/", "reference_version");
  require(version <= kReferenceVersion,
          path.string(),
          " has reference_version ",
          version,
          ", this program reads up to ",
          kReferenceVersion,
          "; use a newer coppice");
  const auto inputs = in.shape("/inputs");
  const auto logits = in.shape("/logits");
  require(
      inputs.size() == 4 && logits.size() == 2 && inputs[0] == logits[0] && inputs[2] == inputs[3],
      path.string(),
      ": /inputs must be [count, channels, size, size] and /logits [count, classes]");
  ReferenceData data{inputs[0], inputs[1], inputs[2], logits[1], {}, {}, {}};
  data.inputs = in.read<float>("/inputs");
  data.logits = in.read<float>("/logits");
  if (in.contains("/int8_logits")) data.int8_logits = in.read<float>("/int8_logits");
  check(data, path);
  return data;
}

}  // namespace coppice
