#include "search/search_log.hpp"

#include <algorithm>
#include <utility>

#include "search/scoring.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string line;
  for (const std::string& part : parts) line += (line.empty() ? "" : ", ") + part;
  return line;
}

std::string choices_text(const Choices& choices) {
  std::string line;
  for (const auto& allowed : choices.allowed) {
    line += line.empty() ? "" : ";";
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      line += (i == 0 ? "" : " ") + std::to_string(allowed[i]);
    }
  }
  return line;
}

/// The attributes that must agree for a search to be resumed.
std::vector<std::pair<std::string, std::string>> identity(const SearchProblem& problem,
                                                          const SearchDescription& description) {
  std::vector<std::string> objectives;
  for (const Objective& objective : problem.objectives) {
    objectives.push_back((objective.maximize ? "maximize " : "minimize ") + objective.name);
  }
  std::vector<std::string> limits;
  for (const Limit& limit : problem.limits) limits.push_back(to_text(limit));
  return {{"space", space_spec_text(problem.space.spec())},
          {"algorithm", description.algorithm},
          {"options", description.options},
          {"objectives", joined(objectives)},
          {"limits", joined(limits)},
          {"predictors", joined(description.predictors)},
          {"choices", choices_text(problem.choices)},
          {"seed", std::to_string(description.seed)}};
}

/// "its seed was '1', now it is '2'"; of what is long only that it differs.
std::string difference(const std::string& name, const std::string& was, const std::string& is) {
  if (name == "space") return "it searched another space, or the same with other parameters";
  if (name == "predictors") return "it used other predictors or another device profile";
  if (name == "choices") return "its predictors covered other resolutions or choices";
  return text("its ", name, " was '", was, "', now it is '", is, "'");
}

void write_candidates(Hdf5Writer& out,
                      const std::string& group,
                      const std::vector<const Candidate*>& candidates,
                      std::size_t genes,
                      std::size_t quantities) {
  std::vector<std::uint8_t> all_genes;
  std::vector<double> values;
  std::vector<double> violations;
  for (const Candidate* candidate : candidates) {
    const auto& own = candidate->architecture.genes;
    all_genes.insert(all_genes.end(), own.begin(), own.end());
    values.insert(values.end(), candidate->values.begin(), candidate->values.end());
    violations.push_back(candidate->violation);
  }
  out.write(group + "/genes", all_genes, {candidates.size(), genes});
  out.write(group + "/values", values, {candidates.size(), quantities});
  out.write(group + "/violation", violations);
}

std::vector<Candidate> read_candidates(const Hdf5Reader& in,
                                       const std::string& group,
                                       const SearchSpace& space,
                                       std::size_t quantities) {
  const auto genes = in.read<std::uint8_t>(group + "/genes");
  const auto values = in.read<double>(group + "/values");
  const auto violations = in.read<double>(group + "/violation");
  const std::size_t width = space.genes().size();
  require(
      genes.size() == violations.size() * width && values.size() == violations.size() * quantities,
      in.path().string(),
      ": the tables in ",
      group,
      " do not belong together; the file is damaged");
  std::vector<Candidate> candidates(violations.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::uint8_t* own = genes.data() + i * width;
    const double* row = values.data() + i * quantities;
    candidates[i].architecture.genes.assign(own, own + width);
    candidates[i].values.assign(row, row + quantities);
    candidates[i].violation = violations[i];
    require(space.contains(candidates[i].architecture),
            in.path().string(),
            ": ",
            group,
            " holds an architecture that is not in the space ",
            space.name());
  }
  return candidates;
}

void write_archive(Hdf5Writer& out,
                   const Archive& archive,
                   const SearchSpace& space,
                   std::size_t quantities) {
  std::vector<const Candidate*> members;
  std::vector<std::int64_t> entered;
  std::vector<std::int64_t> left;
  for (const ArchiveEntry& entry : archive.entries()) {
    members.push_back(&entry.candidate);
    entered.push_back(entry.entered);
    left.push_back(entry.left);
  }
  write_candidates(out, "/archive", members, space.genes().size(), quantities);
  out.write("/archive/entered", entered);
  out.write("/archive/left", left);

  std::vector<std::string> lines;
  std::vector<double> values;
  for (std::size_t i = 0; i < archive.front_size(); ++i) {
    const Candidate& member = archive.member(i);
    lines.push_back(to_text(space, member.architecture));
    values.insert(values.end(), member.values.begin(), member.values.end());
  }
  out.write("/front/architecture", lines);
  out.write("/front/values", values, {lines.size(), quantities});
}

Archive read_archive(const Hdf5Reader& in,
                     const SearchProblem& problem,
                     const std::vector<std::string>& names) {
  std::vector<Candidate> members = read_candidates(in, "/archive", problem.space, names.size());
  const auto entered = in.read<std::int64_t>("/archive/entered");
  const auto left = in.read<std::int64_t>("/archive/left");
  require(entered.size() == members.size() && left.size() == members.size(),
          in.path().string(),
          ": the tables in /archive do not belong together; the file is damaged");
  const Scoring scoring(problem, names);
  Points points{scoring.objectives(), {}};
  std::vector<ArchiveEntry> entries;
  for (std::size_t i = 0; i < members.size(); ++i) {
    scoring.append(members[i].values.data(), points);
    entries.push_back({std::move(members[i]), entered[i], left[i]});
  }
  return Archive::restore(std::move(entries), points);
}

void write_history(Hdf5Writer& out,
                   const std::string& group,
                   const std::vector<SearchEvent>& history) {
  std::vector<std::int64_t> evaluations;
  std::vector<double> hypervolumes;
  std::vector<std::int64_t> sizes;
  for (const SearchEvent& event : history) {
    evaluations.push_back(event.evaluations);
    hypervolumes.push_back(event.hypervolume);
    sizes.push_back(event.front_size);
  }
  out.write(group + "/evaluations", evaluations);
  out.write(group + "/hypervolume", hypervolumes);
  out.write(group + "/front_size", sizes);
}

std::vector<SearchEvent> read_history(const Hdf5Reader& in) {
  const auto evaluations = in.read<std::int64_t>("/history/evaluations");
  const auto hypervolumes = in.read<double>("/history/hypervolume");
  const auto sizes = in.read<std::int64_t>("/history/front_size");
  require(hypervolumes.size() == evaluations.size() && sizes.size() == evaluations.size(),
          in.path().string(),
          ": the tables in /history do not belong together; the file is damaged");
  std::vector<SearchEvent> history;
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    history.push_back({static_cast<std::int64_t>(i), evaluations[i], hypervolumes[i], sizes[i]});
  }
  return history;
}

// Only what a search needs to go on.
void write_state(Hdf5Writer& out,
                 const SearchState& state,
                 std::size_t genes,
                 std::size_t quantities) {
  std::vector<const Candidate*> population;
  for (const Candidate& candidate : state.population) population.push_back(&candidate);
  write_candidates(out, "/state/population", population, genes, quantities);
  std::vector<const Candidate*> nearest;
  if (state.nearest) nearest.push_back(&*state.nearest);
  write_candidates(out, "/state/nearest", nearest, genes, quantities);
  std::vector<std::int64_t> seen;
  for (const std::uint64_t print : state.seen.sorted()) {
    seen.push_back(static_cast<std::int64_t>(print));
  }
  out.write("/state/seen", seen);
}

}  // namespace

SearchLog::SearchLog(std::filesystem::path path,
                     const SearchProblem& problem,
                     std::vector<std::string> names,
                     SearchDescription description,
                     const Clock& clock)
    : path_(std::move(path)),
      problem_(problem),
      names_(std::move(names)),
      description_(std::move(description)),
      clock_(clock),
      last_write_(clock.now()) {}

void SearchLog::offer(const SearchState& state) {
  const bool due = clock_.now() - last_write_ >= interval;
  if (state.reason == StopReason::running && !due) return;
  write(state, {});
  last_write_ = clock_.now();
}

void SearchLog::conclude(const SearchState& state, const SearchExtras& extras) const {
  write(state, extras);
}

void SearchLog::write(const SearchState& state, const SearchExtras& extras) const {
  Hdf5Writer out(path_);
  write_format(out, kSearchFormat);
  for (const auto& [name, value] : identity(problem_, description_)) {
    out.attribute("/", name, value);
  }
  out.attribute("/", "stopped_because", static_cast<std::int64_t>(state.reason));
  out.attribute("/", "stalled", state.stalled);
  out.write("/quantities", names_);
  std::vector<double> ranges;
  for (const Range& range : problem_.ranges) {
    ranges.insert(ranges.end(), {range.low, range.high});
  }
  out.write("/ranges", ranges, {problem_.ranges.size(), 2});
  write_archive(out, state.archive, problem_.space, names_.size());
  if (extras.predictions) {
    const FrontPredictions& predictions = *extras.predictions;
    const std::vector<std::size_t> shape{state.archive.front_size(), names_.size()};
    out.write("/front/predicted", predictions.value, shape);
    out.write("/front/predicted_low", predictions.low, shape);
    out.write("/front/predicted_high", predictions.high, shape);
  }
  write_history(out, "/history", state.history);
  if (!extras.baseline.empty()) write_history(out, "/baseline", extras.baseline);
  write_state(out, state, problem_.space.genes().size(), names_.size());
  out.publish();
}

void SearchLog::require_same(const Hdf5Reader& in) const {
  for (const auto& [name, value] : identity(problem_, description_)) {
    const auto stored = in.attribute<std::string>("/", name);
    require_usage(stored == value,
                  "cannot resume ",
                  path_.string(),
                  ": ",
                  difference(name, stored, value),
                  "; repeat the earlier options or write to another file");
  }
  const auto quantities = in.read<std::string>("/quantities");
  require_usage(quantities == names_,
                "cannot resume ",
                path_.string(),
                ": it kept ",
                joined(quantities),
                ", now ",
                joined(names_),
                " are asked for; repeat the earlier options or write to another file");
}

std::optional<SearchState> SearchLog::load() const {
  if (!std::filesystem::exists(path_)) return std::nullopt;
  const Hdf5Reader in(path_);
  check_format(in, kSearchFormat);
  require_same(in);
  SearchState state;
  state.archive = read_archive(in, problem_, names_);
  state.history = read_history(in);
  state.population = read_candidates(in, "/state/population", problem_.space, names_.size());
  const auto nearest = read_candidates(in, "/state/nearest", problem_.space, names_.size());
  if (!nearest.empty()) state.nearest = nearest.front();
  for (const std::int64_t print : in.read<std::int64_t>("/state/seen")) {
    state.seen.insert(static_cast<std::uint64_t>(print));
  }
  state.stalled = in.attribute<std::int64_t>("/", "stalled");
  const auto reason = in.attribute<std::int64_t>("/", "stopped_because");
  require(
      reason >= 0 && reason <= 5, path_.string(), ": stopped_because = ", reason, " is unknown");
  state.reason = static_cast<StopReason>(reason);
  return state;
}

}  // namespace coppice
