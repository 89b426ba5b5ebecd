#include "supernet/base/launcher.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr int kMostRanks = 100'000;
// Where torchrun and others meet unless told otherwise.
constexpr int kUsualPort = 29500;

// How one kind of launcher calls what every rank has to know.
struct Names {
  const char* rank;
  std::vector<const char*> size;
  const char* local_rank;
  const char* local_size;  // null: has to be found out
};

const std::array<Names, 4>& launchers() {
  static const std::array<Names, 4> all{{
      {"RANK", {"WORLD_SIZE"}, "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
      {"OMPI_COMM_WORLD_RANK",
       {"OMPI_COMM_WORLD_SIZE"},
       "OMPI_COMM_WORLD_LOCAL_RANK",
       "OMPI_COMM_WORLD_LOCAL_SIZE"},
      {"PMI_RANK", {"PMI_SIZE"}, "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
      {"SLURM_PROCID", {"SLURM_STEP_NUM_TASKS"}, "SLURM_LOCALID", nullptr},
  }};
  return all;
}

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.rfind("127.", 0) == 0;
}

class Variables {
 public:
  explicit Variables(const Environment& environment) : environment_(environment) {}

  [[nodiscard]] std::string get(const char* name) const {
    const char* value = name == nullptr ? nullptr : environment_(name);
    return value == nullptr ? "" : value;
  }

  [[nodiscard]] std::string first(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      if (std::string value = get(name); !value.empty()) return value;
    }
    return {};
  }

  /// A whole number from `low` to `high`; nothing when the variable is not set. `why` follows the
  /// range in the message.
  [[nodiscard]] std::optional<int> number(const char* name,
                                          int low,
                                          int high,
                                          const std::string& why = "") const {
    const std::string value = get(name);
    if (value.empty()) return {};
    const bool digits = value.size() <= 9 && std::all_of(value.begin(), value.end(), [](char c) {
                          return c >= '0' && c <= '9';
                        });
    const int parsed = digits ? std::atoi(value.c_str()) : -1;
    require_usage(parsed >= low && parsed <= high,
                  name,
                  " = ",
                  value,
                  ", must be a whole number from ",
                  low,
                  " to ",
                  high,
                  why);
    return parsed;
  }

 private:
  const Environment& environment_;
};

const Names* launcher_in(const Variables& variables) {
  for (const Names& names : launchers()) {
    if (variables.get(names.rank).empty()) continue;
    // A batch script is told a rank and its job's SLURM_NTASKS, too, but only srun starts the
    // others.
    const bool slurm = std::string(names.rank) == "SLURM_PROCID";
    if (!slurm || !variables.first({names.size.front(), "WORLD_SIZE"}).empty()) return &names;
  }
  return nullptr;
}

// The size by the launcher's own name or by WORLD_SIZE, which scripts set beside it.
void read_size(const Variables& variables, const Names& names, LaunchedRank& place) {
  std::optional<int> size;
  for (const char* name : names.size) {
    size = variables.number(name, 1, kMostRanks);
    place.size_variable = name;
    if (size) break;
  }
  const std::optional<int> world = variables.number("WORLD_SIZE", 1, kMostRanks);
  require_usage(size || world,
                names.rank,
                " = ",
                variables.get(names.rank),
                " is set, but ",
                names.size.back(),
                ", the number of ranks, is not; set both, or neither for one process");
  require_usage(!size || !world || *size == *world,
                "WORLD_SIZE = ",
                world.value_or(0),
                ", but ",
                place.size_variable,
                " = ",
                size.value_or(0),
                "; both say how many ranks there are, unset one");
  if (!size) place.size_variable = "WORLD_SIZE";
  place.size = size ? *size : *world;
}

// Slurm's "2(x3),1" of the machine with this index.
int tasks_of_node(const std::string& list, int node) {
  std::size_t at = 0;
  while (at < list.size()) {
    std::size_t end = list.find(',', at);
    if (end == std::string::npos) end = list.size();
    const std::string part = list.substr(at, end - at);
    const std::size_t times = part.find("(x");
    const int repeated = times == std::string::npos ? 1 : std::atoi(part.c_str() + times + 2);
    if (node < repeated) return std::atoi(part.c_str());
    node -= repeated;
    at = end + 1;
  }
  return 0;
}

int local_size_of(const Variables& variables, const Names& names, const LaunchedRank& place) {
  if (names.local_size != nullptr) {
    return variables.number(names.local_size, 1, place.size).value_or(0);
  }
  const int node = variables.number("SLURM_NODEID", 0, kMostRanks).value_or(0);
  return tasks_of_node(variables.first({"SLURM_STEP_TASKS_PER_NODE", "SLURM_TASKS_PER_NODE"}),
                       node);
}

std::string address_of(const Variables& variables, const LaunchedRank& place) {
  std::string given = variables.get("MASTER_ADDR");
  if (!given.empty()) return given;
  if (place.local_size == place.size) return "127.0.0.1";
  const std::string hosts =
      variables.first({"SLURM_STEP_NODELIST", "SLURM_JOB_NODELIST", "SLURM_NODELIST"});
  require_usage(!hosts.empty(),
                "MASTER_ADDR is not set; ",
                place.size,
                " ranks (",
                place.size_variable,
                ") need the name or address of rank 0's machine");
  return first_host(hosts);
}

int port_of(const Variables& variables, const Names& names, const LaunchedRank& place) {
  if (const auto given = variables.number("MASTER_PORT", 1, 65535)) return *given;
  require_usage(std::string(names.rank) != "RANK",
                "MASTER_PORT is not set; ",
                place.size,
                " ranks (",
                place.size_variable,
                ") need a free port of rank 0's machine, such as ",
                kUsualPort);
  const std::string job = variables.get("SLURM_JOB_ID");
  if (std::string(names.rank) != "SLURM_PROCID" || job.empty()) return kUsualPort;
  // Steps of one job, and jobs on one machine, should not meet each other.
  const long number = std::atol(job.c_str()) + std::atol(variables.get("SLURM_STEP_ID").c_str());
  return 20'000 + static_cast<int>(number % 10'000);
}

}  // namespace

const char* environment_variable(const char* name) { return std::getenv(name); }

std::string first_host(const std::string& list) {
  const std::size_t end = list.find_first_of(",[");
  std::string host = list.substr(0, end);
  if (end == std::string::npos || list[end] == ',') return host;
  const std::size_t number_end = list.find_first_of(",-]", end);
  const std::size_t close = list.find(']', end);
  if (number_end == std::string::npos || close == std::string::npos) return host;
  host += list.substr(end + 1, number_end - end - 1);
  const std::size_t rest = list.find_first_of(",[", close);
  return host + list.substr(close + 1, rest == std::string::npos ? rest : rest - close - 1);
}

LaunchedRank launched_rank(const Environment& environment) {
  const Variables variables(environment);
  LaunchedRank place;
  const Names* names = launcher_in(variables);
  if (names == nullptr) {
    const int world = variables.number("WORLD_SIZE", 1, kMostRanks).value_or(1);
    require_usage(world == 1,
                  "WORLD_SIZE = ",
                  world,
                  " is set, but RANK, which of them this process is, is not; set both, or neither "
                  "for one process");
    return place;
  }
  read_size(variables, *names, place);
  const std::string range = text(" (", place.size_variable, " = ", place.size, ")");
  place.rank = variables.number(names->rank, 0, place.size - 1, range).value_or(0);
  if (place.size == 1) return place;
  place.local_rank = variables.number(names->local_rank, 0, place.size - 1, range).value_or(-1);
  place.local_size = local_size_of(variables, *names, place);
  place.address = address_of(variables, place);
  place.port = port_of(variables, *names, place);
  if (is_loopback(place.address)) {
    place.local_size = place.size;
    if (place.local_rank < 0) place.local_rank = place.rank;
  }
  if (variables.get("TORCHELASTIC_USE_AGENT_STORE") == "True") {
    place.agent_prefix = "/worker/attempt_" + variables.get("TORCHELASTIC_RESTART_COUNT");
  }
  return place;
}

}  // namespace coppice
