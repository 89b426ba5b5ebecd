#include "experiments/report/run_plots.hpp"

#include <algorithm>
#include <set>

#include "experiments/report/labels.hpp"
#include "supernet/base/units.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

constexpr int kGrey = 0;
constexpr int kBlue = 1;
constexpr int kOrange = 2;
constexpr int kGreen = 3;
constexpr std::size_t kLongestLabel = 24;
constexpr double kJoulesPerWattHour = kJoulesPerKilowattHour / 1000;
constexpr std::size_t kMostDots = 80;  // of a front; more make one thick line

struct Axes {
  std::string x;
  std::string y;
};

bool has_target(const MeasurementTable& table, const std::string& name) {
  return std::any_of(table.rows.begin(), table.rows.end(), [&name](const Measurement& row) {
    return row.targets.count(name) > 0;
  });
}

// What is to be small lies on x, what is to be large on y.
std::optional<Axes> choose_axes(const RunSummary& run) {
  if (!run.searches.empty() && run.searches.front().objectives.size() > 1) {
    const auto& objectives = run.searches.front().objectives;
    const bool first_grows = objectives[0].maximize || !objectives[1].maximize;
    return first_grows ? Axes{objectives[1].name, objectives[0].name}
                       : Axes{objectives[0].name, objectives[1].name};
  }
  const bool measured = run.measurements && has_target(*run.measurements, "accuracy") &&
                        has_target(*run.measurements, "latency_ms");
  if (measured) return Axes{"latency_ms", "accuracy"};
  return std::nullopt;
}

std::string hint_of(const Axes& axes, double x, double y) {
  return quantity_label(axes.y) + " " + digits(y, 4) + ", " + quantity_label(axes.x) + " " +
         digits(x, 4);
}

struct PointText {
  std::string label;
  std::string network;
};

void add_point(const Axes& axes,
               const std::map<std::string, double>& values,
               const PointText& text,
               PlotSeries& series) {
  const auto x = values.find(axes.x);
  const auto y = values.find(axes.y);
  if (x == values.end() || y == values.end()) return;
  series.points.push_back(
      {x->second,
       y->second,
       series.name + (series.name.empty() ? "" : ": ") + hint_of(axes, x->second, y->second),
       text.label,
       text.network});
}

PlotSeries measured_series(const RunSummary& run, const Axes& axes) {
  PlotSeries series{"measured subnets", Mark::dot, kGrey, false, {}};
  if (axes.y.rfind("accuracy", 0) == 0) series.name += " (held-out images)";
  if (!run.measurements) return series;
  for (const Measurement& row : run.measurements->rows) {
    const std::string line =
        run.described_space ? to_text(*run.described_space, row.architecture) : "";
    add_point(axes, row.targets, {"", line}, series);
  }
  return series;
}

PlotSeries front_series(const SearchRecord& search, const Axes& axes) {
  PlotSeries series{"Pareto front (predicted)", Mark::dot, kBlue, true, {}};
  if (search.measured) series.name = "Pareto front (measured)";
  for (const FrontPoint& point : search.front) {
    add_point(axes, point.values, {"", point.architecture}, series);
  }
  std::sort(series.points.begin(), series.points.end(), [](const auto& a, const auto& b) {
    return a.x < b.x;
  });
  // With a third objective the front is no line.
  series.connected = search.objectives.size() == 2;
  if (series.connected && series.points.size() > kMostDots) series.mark = Mark::line;
  return series;
}

std::string label_of(const ChosenNetwork& network, std::size_t networks) {
  std::vector<std::string> words;
  for (const Limit& limit : network.limits) words.push_back(limit_words(limit));
  std::string limits = joined(words, ", ");
  if (!limits.empty() && limits.size() <= kLongestLabel) return limits;
  return networks == 1 ? "chosen" : network.id;
}

// The interval of what is predicted, where the search measured.
void add_bar(const Axes& axes, const ChosenNetwork& network, PlotSeries& series) {
  const auto found = network.interval.find(axes.y);
  if (found == network.interval.end() || series.points.empty()) return;
  series.points.back().bar = {found->second.low, found->second.high};
}

// What the card measured, under the names of the search's quantities.
std::map<std::string, double> measured_values(const ChosenNetwork& network) {
  std::map<std::string, double> values;
  if (!network.card.value) return values;
  const ModelCard& card = *network.card.value;
  if (card.accuracy.value) {
    values["accuracy"] =
        wilson_interval(card.accuracy.value->correct, card.accuracy.value->images).nominal;
  }
  if (card.latency_measured.value) {
    values["latency_ms"] = card.latency_measured.value->latency_ms.nominal;
  }
  values["macs"] = static_cast<double>(card.macs);
  values["params"] = static_cast<double>(card.params);
  return values;
}

/// Networks drawn at random, in grey; named once.
void add_baseline(const SearchRecord& search, std::size_t place, Plot& plot) {
  if (search.baseline_evaluations.empty()) return;
  PlotSeries series{place == 0 ? "random networks" : "", Mark::line, kGrey, true, {}};
  for (std::size_t g = 0; g < search.baseline_evaluations.size(); ++g) {
    series.points.push_back(
        {search.baseline_evaluations[g], search.baseline_hypervolume[g], "", ""});
  }
  plot.series.push_back(std::move(series));
}

}  // namespace

std::optional<Plot> front_plot(const RunSummary& run) {
  const auto axes = choose_axes(run);
  if (!axes) return std::nullopt;
  Plot plot;
  plot.title = quantity_word(axes->y) + " against " + quantity_word(axes->x) +
               (run.space.empty() ? "" : ", space " + run.space);
  plot.title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(plot.title[0])));
  plot.x_label = quantity_label(axes->x);
  plot.y_label = quantity_label(axes->y);
  plot.series.push_back(measured_series(run, *axes));
  for (const SearchRecord& search : run.searches) {
    plot.series.push_back(front_series(search, *axes));
    // One entry in the legend for all of them.
    if (&search != &run.searches.front()) plot.series.back().name.clear();
  }
  PlotSeries chosen{"chosen (predicted)", Mark::diamond, kOrange, false, {}};
  PlotSeries checked{"chosen (measured by the search)", Mark::ring, kOrange, false, {}};
  PlotSeries tested{"chosen (measured)", Mark::ring, kGreen, false, {}};
  if (axes->y == "accuracy") tested.name = "chosen (measured, test set)";
  for (const ChosenNetwork& network : run.networks) {
    const std::string& line = network.architecture;
    add_point(*axes, network.predicted, {label_of(network, run.networks.size()), line}, chosen);
    add_bar(*axes, network, chosen);
    // What was not measured is exact, or predicted all the same.
    auto values = network.measured;
    if (!values.empty()) values.insert(network.predicted.begin(), network.predicted.end());
    add_point(*axes, values, {"", line}, checked);
    add_point(*axes, measured_values(network), {network.by_hand ? network.id : "", line}, tested);
  }
  if (axes->y == "accuracy") checked.name = "chosen (measured, held-out images)";
  const bool intervals = std::any_of(chosen.points.begin(),
                                     chosen.points.end(),
                                     [](const PlotPoint& point) { return point.bar.has_value(); });
  if (intervals) chosen.name = "chosen (predicted, 90 % interval)";
  plot.series.push_back(std::move(chosen));
  plot.series.push_back(std::move(checked));
  plot.series.push_back(std::move(tested));
  const auto empty = [](const PlotSeries& series) { return series.points.empty(); };
  plot.series.erase(std::remove_if(plot.series.begin(), plot.series.end(), empty),
                    plot.series.end());
  return plot;
}

std::vector<std::string> front_networks(const RunSummary& run) {
  const auto axes = choose_axes(run);
  std::set<std::string> seen;
  std::vector<std::pair<double, std::string>> found;
  for (const SearchRecord& search : run.searches) {
    for (const FrontPoint& point : search.front) {
      const auto x = axes ? point.values.find(axes->x) : point.values.end();
      if (!seen.insert(point.architecture).second) continue;
      found.emplace_back(x == point.values.end() ? 0 : x->second, point.architecture);
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> lines;
  for (auto& [x, line] : found) lines.push_back(std::move(line));
  return lines;
}

Plot agreement_plot(const std::string& target,
                    const std::vector<HeldOutPoint>& networks,
                    double interval90) {
  const std::string label = quantity_label(target);
  Plot plot;
  plot.title = "Predicted and measured " + quantity_word(target);
  plot.x_label = "measured " + label;
  plot.y_label = "predicted " + label;
  PlotSeries held_out{"networks held out of the fit", Mark::dot, kBlue, false, {}};
  double low = networks.front().measured;
  double high = low;
  for (const HeldOutPoint& point : networks) {
    low = std::min(low, point.measured);
    high = std::max(high, point.measured);
    held_out.points.push_back(
        {point.measured,
         point.predicted,
         "predicted " + digits(point.predicted, 4) + ", measured " + digits(point.measured, 4),
         "",
         point.architecture});
  }
  const auto beside = [&](const char* name, double away, int colour) {
    return PlotSeries{name, Mark::line, colour, true, {{low, low + away}, {high, high + away}}};
  };
  plot.series.push_back(beside("both agree", 0, kGrey));
  if (interval90 > 0) {
    plot.series.push_back(beside("90 % interval", interval90, kOrange));
    plot.series.push_back(beside("", -interval90, kOrange));
  }
  plot.series.push_back(std::move(held_out));
  return plot;
}

Plot training_plot(const TrainingRecord& training) {
  Plot plot{"Held-out accuracy while training", "training step", "accuracy [%]", {}, {}, false};
  PlotSeries largest{"full network", Mark::dot, kBlue, true, {}};
  PlotSeries smallest{"smallest network of the phase", Mark::dot, kOrange, true, {}};
  const auto& history = training.history;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const TrainingPoint& point = history[i];
    const auto hint = [&point](double percent) {
      return point.phase + ", step " + digits(point.step, 9) + ": " + digits(percent, 4) + " %";
    };
    largest.points.push_back({point.step, point.largest, hint(point.largest), ""});
    smallest.points.push_back({point.step, point.smallest, hint(point.smallest), ""});
    const bool last = i + 1 == history.size() || history[i + 1].phase != point.phase;
    if (last) plot.guides.push_back({point.step, point.phase});
  }
  plot.series = {largest, smallest};
  return plot;
}

Plot energy_plot(const TrainingRecord& training) {
  Plot plot;
  plot.title = "Held-out accuracy for the energy spent";
  plot.x_label = "energy of the training so far [Wh]";
  plot.y_label = "accuracy [%]";
  PlotSeries largest{"full network", Mark::dot, kBlue, true, {}};
  PlotSeries smallest{"smallest network of the phase", Mark::dot, kOrange, true, {}};
  for (const EnergyPoint& point : training.energy_curve) {
    const double watt_hours = point.energy_j / kJoulesPerWattHour;
    const auto hint = [&](double percent) {
      return point.phase + ", " + digits(watt_hours, 3) + " Wh: " + digits(percent, 4) + " %";
    };
    largest.points.push_back({watt_hours, point.largest, hint(point.largest)});
    smallest.points.push_back({watt_hours, point.smallest, hint(point.smallest)});
  }
  plot.series = {std::move(largest), std::move(smallest)};
  return plot;
}

Plot published_cost_plot() {
  Plot plot;
  plot.title = "Published methods: energy against the number of targets";
  plot.x_label = "deployment targets";
  plot.y_label = "energy [kWh], as reported";
  plot.logarithmic = true;
  const auto add = [&plot](const char* name, int colour) {
    PlotSeries series{name, Mark::line, colour, true, {}};
    for (const int scenarios : curve_scenarios()) {
      const double kwh =
          total_joules(published_cost(find_nas_method(name)), scenarios) / kJoulesPerKilowattHour;
      series.points.push_back({static_cast<double>(scenarios),
                               kwh,
                               std::string(name) + ", " + std::to_string(scenarios) +
                                   " targets: " + digits(kwh, 4) + " kWh"});
    }
    series.points.back().label = name;
    plot.series.push_back(std::move(series));
  };
  for (const char* once : {"OFA w/ PS", "OFA w/ PS #75"}) add(once, kBlue);
  for (const char* each : {"MnasNet", "ProxylessNAS", "MobileNetV3-Large"}) add(each, kOrange);
  for (const char* name : {"ProxylessNAS", "MobileNetV3-Large"}) {
    const auto point = published_break_even(find_nas_method(name), 0);
    if (point) {
      plot.guides.push_back({static_cast<double>(*point), std::string("break-even, ") + name});
    }
  }
  for (PlotSeries& series : plot.series) series.name.clear();  // labels say it
  return plot;
}

std::optional<Plot> carried_out_cost_plot(const Comparison& comparison) {
  const auto& costs = comparison.costs;
  const auto searches = std::find_if(
      costs.begin(), costs.end(), [](const auto& cost) { return !cost.carried_out.empty(); });
  if (searches == costs.end()) return std::nullopt;
  Plot plot;
  plot.title = "This run and searches carried out here: energy against the number of targets";
  plot.x_label = "deployment targets";
  plot.y_label = "energy [kWh], " + searches->basis;
  plot.logarithmic = true;
  int colour = kBlue;
  for (const ScenarioCost* cost : {&costs.front(), &*searches}) {
    PlotSeries series{"", Mark::line, colour++, true, {}};
    for (const int scenarios : curve_scenarios()) {
      const double kwh = total_joules(*cost, scenarios) / kJoulesPerKilowattHour;
      series.points.push_back({static_cast<double>(scenarios),
                               kwh,
                               cost->method + ", " + std::to_string(scenarios) +
                                   " targets: " + digits(kwh, 4) + " kWh"});
    }
    series.points.back().label = cost->method;
    plot.series.push_back(std::move(series));
  }
  for (const BreakEven& point : comparison.break_even) {
    if (point.method != searches->method || !point.scenarios) continue;
    plot.guides.push_back({static_cast<double>(*point.scenarios), "break-even"});
  }
  return plot;
}

Plot hypervolume_plot(const std::vector<SearchRecord>& searches) {
  Plot plot{
      "Progress of the search", "evaluated networks", "hypervolume of the front", {}, {}, false};
  for (std::size_t i = 0; i < searches.size(); ++i) {
    PlotSeries series{"", Mark::line, kBlue + static_cast<int>(i % 3), true, {}};
    const SearchRecord& search = searches[i];
    if (searches.size() > 1) {
      series.name = "target " + std::to_string(i + 1);
    } else if (!search.baseline_evaluations.empty()) {
      series.name = "this search";
    }
    for (std::size_t g = 0; g < search.evaluations.size(); ++g) {
      series.points.push_back({search.evaluations[g], search.hypervolume[g], "", ""});
    }
    plot.series.push_back(std::move(series));
    add_baseline(search, i, plot);
  }
  return plot;
}

}  // namespace coppice
