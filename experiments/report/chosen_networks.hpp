// Which networks a run chose, with what was predicted for them and what their cards say.
#pragma once

#include <filesystem>
#include <vector>

#include "experiments/report/run_summary.hpp"

namespace coppice {

/// One a line of best.jsonl; without that file the best of each search. Behind them what was
/// exported but chosen by no search. Cards are matched by architecture, so one that is left from an
/// earlier search is never shown as the chosen network's. Throws Error when a file is damaged.
[[nodiscard]] std::vector<ChosenNetwork> chosen_networks(const std::filesystem::path& run,
                                                         const std::vector<SearchRecord>& searches);

/// Lines of RUN/best.jsonl; none when there is no such file.
[[nodiscard]] std::vector<std::string> best_lines(const std::filesystem::path& run);

}  // namespace coppice
