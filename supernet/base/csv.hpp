// Comma-separated values, as spreadsheets and data frames write them (RFC 4180).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace coppice {

/// One row. Quoted fields may hold line breaks, so it knows where it began.
struct CsvRow {
  std::size_t line = 0;  ///< of the file, from 1
  std::vector<std::string> fields;
};

/// The rows of a file, one after the other. A field in double quotes may hold commas, line breaks
/// and doubled quotes; lines end with LF, CR LF or CR. A byte-order mark and empty lines are passed
/// over, and lines that begin with # where `comments` is set.
class CsvReader {
 public:
  /// `origin` names the file in errors.
  CsvReader(std::string content, std::string origin, bool comments = false);

  /// None at the end. Throws Error when a quoted field is never closed.
  [[nodiscard]] std::optional<CsvRow> next();

  /// "f.csv line 3"
  [[nodiscard]] std::string place(const CsvRow& row) const;

 private:
  void pass_over();
  void end_line();
  std::string field();
  void quoted(std::string& value);

  std::string content_;
  std::string origin_;
  bool comments_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// Takes the first row, which must be the columns of `header`, "time,gCO2e_per_kWh". Throws Error
/// saying what it is instead; nothing is said of a file without any row.
void require_header(CsvReader& reader, const std::string& header);

/// The fields as one line without its end; quotes where needed, line breaks become spaces.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

/// A finite decimal number and nothing else. `where` names file and line in the Error.
[[nodiscard]] double csv_number(const std::string& field, const std::string& where);

}  // namespace coppice
