// The answer of a run as rows: each chosen network with what is predicted, measured and modelled.
#pragma once

#include <string>
#include <vector>

#include "experiments/report/run_summary.hpp"

namespace coppice {

/// One number with its range, ready to show; "not known" where there is none.
struct ShownNumber {
  std::string value;  ///< with unit: "88.1 %"
  std::string range;  ///< "87.5 to 88.7", may be empty
  std::string basis;  ///< "predicted", "measured", "modelled"; empty where the value is not known
  std::string note;   ///< how it is known, or why it is not; may be empty
  std::string
      check{};  ///< "measured 87.9 %": what the search measured of a prediction; may be empty
};

struct NetworkRow {
  std::string id;
  std::vector<std::string> target;   ///< one limit each, "latency <= 25 ms"; never empty
  std::vector<ShownNumber> numbers;  ///< in the order of number_headers()
};

/// "2 (latency <= 25 ms)": which network, and what it was chosen for.
[[nodiscard]] std::string network_name(const ChosenNetwork& network);

/// Accuracy and latency predicted and measured, energy and carbon per million inferences.
[[nodiscard]] const std::vector<std::string>& number_headers();

[[nodiscard]] std::vector<NetworkRow> network_rows(const RunSummary& run);

/// What the numbers of one column rest on, each sentence once: "latency, measured: AMD EPYC ...".
[[nodiscard]] std::vector<std::string> number_notes(const std::vector<NetworkRow>& rows);

/// Those of the numbers, then what the reader of all of them must know: that the machine which
/// timed the networks was busy.
[[nodiscard]] std::vector<std::string> answer_notes(const RunSummary& run,
                                                    const std::vector<NetworkRow>& rows);

/// The table of the rows, at most about 110 columns wide, and the notes under it.
[[nodiscard]] std::string answer_text(const RunSummary& run);

}  // namespace coppice
