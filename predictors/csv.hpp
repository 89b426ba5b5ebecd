// One line of comma-separated values, as spreadsheets write it (RFC 4180, without line breaks).
#pragma once

#include <string>
#include <vector>

namespace coppice {

/// The fields of a line; a field in double quotes may hold commas and doubled quotes.
[[nodiscard]] std::vector<std::string> csv_fields(const std::string& line);

/// The fields as one line without its end; quotes where needed, line breaks become spaces.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

/// A finite decimal number and nothing else. `where` names file and line in the Error.
[[nodiscard]] double csv_number(const std::string& field, const std::string& where);

}  // namespace coppice
