#include "tests/support/dynast_csv.hpp"

#include <algorithm>
#include <vector>

#include "supernet/base/csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
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
  CsvReader reader(read_text_file(path), path.string());
  static_cast<void>(reader.next());  // the header
  while (const auto fields = reader.next()) {
    const std::string where = reader.place(*fields);
    const std::size_t target = static_cast<std::size_t>(column.place) + 1;
    require(fields->fields.size() > target, where, " has too few fields");
    Measurement row;
    row.architecture = parse_architecture(space, as_json(fields->fields[0]), where);
    row.targets[column.target] = csv_number(fields->fields[target], where);
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
