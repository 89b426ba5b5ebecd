#include "tests/support/dynast_csv.hpp"

#include <algorithm>
#include <fstream>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

constexpr int kTopOne = 4;  // behind the dict: date, parameters, latency, MACs, top-1

std::string as_json(std::string dict) {
  std::replace(dict.begin(), dict.end(), '\'', '"');
  const std::size_t none = dict.find("None");
  if (none != std::string::npos) dict.replace(none, 4, "null");
  return dict;
}

}  // namespace

void add_dict_rows(const std::filesystem::path& path,
                   const DictColumn& column,
                   const SearchSpace& space,
                   MeasurementTable& table) {
  std::ifstream in(path);
  require(in.good(), "cannot read ", path.string());
  std::string line;
  std::getline(in, line);
  for (std::size_t number = 2; std::getline(in, line); ++number) {
    const std::string where = text(path.string(), " row ", number);
    const std::size_t end = line.find("}\"");
    require(end != std::string::npos, where, " has no dict");
    std::size_t at = end + 1;
    for (int i = 0; i <= column.place && at != std::string::npos; ++i) at = line.find(',', at + 1);
    require(at != std::string::npos, where, " has too few fields");
    Measurement row;
    row.architecture = parse_architecture(space, as_json(line.substr(1, end)), where);
    row.targets[column.target] = std::stod(line.substr(at + 1));
    table.rows.push_back(std::move(row));
  }
}

MeasurementTable dynast_accuracies(const std::filesystem::path& folder, const SearchSpace& space) {
  MeasurementTable table{space.name(), {}, {}};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) add_dict_rows(file, {kTopOne, "accuracy"}, space, table);
  return table;
}

}  // namespace coppice
