#include "experiments/report/report_page.hpp"

#include <algorithm>

#include "experiments/report/chart.hpp"
#include "experiments/report/html_page.hpp"
#include "experiments/report/labels.hpp"
#include "experiments/report/network_rows.hpp"
#include "experiments/report/page_data.hpp"
#include "experiments/report/page_sections.hpp"
#include "experiments/report/run_plots.hpp"

namespace coppice {
namespace {

Html number_cell(const ShownNumber& number) {
  std::string code =
      "<span class=\"value\">" + escaped(number.value) + "</span> " + badge(number.basis).code;
  for (const std::string& line : {number.range, number.check}) {
    if (!line.empty()) code += "<span class=\"range\">" + escaped(line) + "</span>";
  }
  return {code};
}

Html notes_list(const std::vector<std::string>& notes) {
  if (notes.empty()) return {};
  std::string code = "<ul class=\"muted\">\n";
  for (const std::string& note : notes) code += "<li>" + escaped(note) + "</li>\n";
  return {code + "</ul>\n"};
}

std::string lead_text(const RunSummary& run) {
  std::string out = "One supernet was trained once";
  if (!run.training) out = "The networks of one supernet were searched";
  if (!run.space_size.empty()) {
    out +=
        "; its space '" + run.space + "' holds about " + count_words(run.space_size) + " networks";
  }
  out += ". ";
  const std::size_t n = run.networks.size();
  if (n == 0) return out + "No network is chosen yet.";
  const bool searched = std::any_of(run.networks.begin(),
                                    run.networks.end(),
                                    [](const ChosenNetwork& network) { return !network.by_hand; });
  if (!searched) return out + "No search has chosen a network yet; below is what was exported.";
  return out + (n == 1 ? "This is the network chosen from it."
                       : "These are the " + std::to_string(n) + " networks chosen from it.");
}

Html answer_section(const RunSummary& run) {
  if (run.networks.empty()) {
    return section("The answer", {paragraph("No network is chosen yet.")});
  }
  const auto rows = network_rows(run);
  std::vector<std::string> headers{"target"};
  headers.insert(headers.end(), number_headers().begin(), number_headers().end());
  std::vector<std::vector<Html>> cells;
  for (const NetworkRow& row : rows) {
    std::vector<Html> line{cell(joined(row.target, ", "))};
    for (const ShownNumber& number : row.numbers) line.push_back(number_cell(number));
    cells.push_back(std::move(line));
  }
  return section(
      "The answer",
      {paragraph("For each target the best network that keeps it. Predicted numbers come "
                 "from predictors fitted on measured networks; measured accuracy is that "
                 "on the test set, which no step uses to choose. The small line is the "
                 "range from low to high.",
                 "muted"),
       table(headers, cells),
       notes_list(answer_notes(run, rows))});
}

Html missing_section(const RunSummary& run) {
  if (run.missing.empty()) return {};
  return section("Not there yet",
                 {paragraph("The run is not complete. These parts are missing, so this page says "
                            "nothing about them:"),
                  notes_list(run.missing)});
}

// Filled in by the page's script.
Html picked_network(const RunSummary& run) {
  if (front_networks(run).empty()) return {};
  return {
      "<div class=\"only-screen\">\n<p class=\"walk\"><label for=\"walk\">walk along the "
      "front, or click a point</label><input type=\"range\" id=\"walk\" min=\"0\" max=\"0\" "
      "value=\"0\"></p>\n<div id=\"picked\" class=\"hidden\" aria-live=\"polite\">"
      "<dl class=\"facts\"></dl>\n<ol class=\"blocks\"></ol>\n<p><code></code> "
      "<button type=\"button\">copy</button></p></div>\n</div>\n"};
}

Html front_section(const RunSummary& run) {
  const auto plot = front_plot(run);
  if (!plot) {
    return section("The choice",
                   {paragraph("There is no front to draw: the run has no search of "
                              "two objectives and no measured networks.")});
  }
  return section(
      "The choice",
      {paragraph(run.searches.empty()
                     ? "Every point is a network that was really measured."
                     : "No network on the front is beaten in both quantities by another one "
                       "that the search has seen. Grey points were really measured.",
                 "muted"),
       chart(*plot),
       picked_network(run)});
}

}  // namespace

std::string report_page(const RunSummary& run) {
  const Html heading{"<h1>Run " + escaped(run.name) + "</h1>\n"};
  return page("Coppice: run " + run.name,
              {heading,
               paragraph(lead_text(run), "lead"),
               answer_section(run),
               missing_section(run),
               front_section(run),
               networks_section(run),
               predictors_section(run),
               search_section(run),
               training_section(run),
               energy_section(run),
               comparison_section(run),
               provenance_section(run)},
              page_data(run));
}

}  // namespace coppice
