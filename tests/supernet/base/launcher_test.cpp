#include "supernet/base/launcher.hpp"

#include <gtest/gtest.h>

#include <map>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Variables = std::map<std::string, std::string>;

LaunchedRank launched(const Variables& variables) {
  return launched_rank([&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

std::string error_of(const Variables& variables) {
  try {
    launched(variables);
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
    return error.what();
  }
  return "no error";
}

struct Mapping {
  const char* launcher;
  Variables variables;
  int rank, size, local_rank, local_size;
  const char* address;
  int port;
};

// As each of the launchers sets them.
const std::vector<Mapping>& mappings() {  // NOLINT(readability-function-size): a table
  static const std::vector<Mapping> table{
      {"torchrun",
       {{"RANK", "5"},
        {"WORLD_SIZE", "8"},
        {"LOCAL_RANK", "1"},
        {"LOCAL_WORLD_SIZE", "4"},
        {"MASTER_ADDR", "node7"},
        {"MASTER_PORT", "29400"}},
       5,
       8,
       1,
       4,
       "node7",
       29400},
      {"a loop in a shell",
       {{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "127.0.0.1"}, {"MASTER_PORT", "29501"}},
       1,
       2,
       1,
       2,
       "127.0.0.1",
       29501},
      {"one per machine, by hand",
       {{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "10.0.0.1"}, {"MASTER_PORT", "1"}},
       1,
       2,
       -1,
       0,
       "10.0.0.1",
       1},
      {"mpirun on one machine (Open MPI)",
       {{"OMPI_COMM_WORLD_RANK", "3"},
        {"OMPI_COMM_WORLD_SIZE", "4"},
        {"OMPI_COMM_WORLD_LOCAL_RANK", "3"},
        {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"}},
       3,
       4,
       3,
       4,
       "127.0.0.1",
       29500},
      {"mpirun -x MASTER_ADDR -x MASTER_PORT on two machines (Open MPI)",
       {{"OMPI_COMM_WORLD_RANK", "3"},
        {"OMPI_COMM_WORLD_SIZE", "4"},
        {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
        {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"},
        {"MASTER_ADDR", "a"},
        {"MASTER_PORT", "2000"}},
       3,
       4,
       1,
       2,
       "a",
       2000},
      {"mpirun (MPICH, Intel MPI)",
       {{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MPI_LOCALRANKID", "1"}, {"MPI_LOCALNRANKS", "2"}},
       1,
       2,
       1,
       2,
       "127.0.0.1",
       29500},
      {"srun on three machines",
       {{"SLURM_PROCID", "4"},
        {"SLURM_STEP_NUM_TASKS", "5"},
        {"SLURM_LOCALID", "0"},
        {"SLURM_NODEID", "2"},
        {"SLURM_STEP_TASKS_PER_NODE", "2(x2),1"},
        {"SLURM_STEP_NODELIST", "gpu-[007-009]"},
        {"SLURM_JOB_ID", "1234567"},
        {"SLURM_STEP_ID", "2"}},
       4,
       5,
       0,
       1,
       "gpu-007",
       24569},
      {"srun of a step that is smaller than its job",
       {{"SLURM_PROCID", "1"},
        {"SLURM_STEP_NUM_TASKS", "2"},
        {"SLURM_NTASKS", "8"},
        {"SLURM_LOCALID", "1"},
        {"SLURM_TASKS_PER_NODE", "2"},
        {"SLURM_JOB_ID", "17"}},
       1,
       2,
       1,
       2,
       "127.0.0.1",
       20017},
      {"srun with WORLD_SIZE and MASTER_ADDR from the batch script",
       {{"WORLD_SIZE", "2"},
        {"MASTER_ADDR", "head"},
        {"MASTER_PORT", "3"},
        {"SLURM_PROCID", "1"},
        {"SLURM_LOCALID", "0"}},
       1,
       2,
       0,
       0,
       "head",
       3},
      {"none", {}, 0, 1, 0, 1, "127.0.0.1", 0},
      {"none, with traces of one", {{"WORLD_SIZE", "1"}, {"RANK", ""}}, 0, 1, 0, 1, "127.0.0.1", 0},
      {"mpirun -n 1",
       {{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}},
       0,
       1,
       0,
       1,
       "127.0.0.1",
       0},
  };
  return table;
}

TEST(Launcher, EveryLauncherIsUnderstood) {
  for (const Mapping& mapping : mappings()) {
    SCOPED_TRACE(mapping.launcher);
    const LaunchedRank place = launched(mapping.variables);
    EXPECT_EQ(place.rank, mapping.rank);
    EXPECT_EQ(place.size, mapping.size);
    EXPECT_EQ(place.local_rank, mapping.local_rank);
    EXPECT_EQ(place.local_size, mapping.local_size);
    EXPECT_EQ(place.address, mapping.address);
    EXPECT_EQ(place.port, mapping.port);
  }
}

TEST(Launcher, TorchrunsOwnStoreIsUsed) {
  Variables variables = mappings().front().variables;
  EXPECT_EQ(launched(variables).agent_prefix, "");
  variables["TORCHELASTIC_USE_AGENT_STORE"] = "True";
  variables["TORCHELASTIC_RESTART_COUNT"] = "3";
  EXPECT_EQ(launched(variables).agent_prefix, "/worker/attempt_3");
}

TEST(Launcher, ErrorsNameTheVariable) {
  const Variables good{
      {"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "29500"}};
  const auto with = [&good](const std::string& name, const std::string& value) {
    Variables variables = good;
    variables[name] = value;
    return variables;
  };
  EXPECT_EQ(error_of(with("RANK", "2")),
            "RANK = 2, must be a whole number from 0 to 1 (WORLD_SIZE = 2)");
  EXPECT_EQ(error_of(with("RANK", "-1")),
            "RANK = -1, must be a whole number from 0 to 1 (WORLD_SIZE = 2)");
  EXPECT_EQ(error_of(with("RANK", "one")),
            "RANK = one, must be a whole number from 0 to 1 (WORLD_SIZE = 2)");
  EXPECT_EQ(error_of(with("WORLD_SIZE", "0")),
            "WORLD_SIZE = 0, must be a whole number from 1 to 100000");
  EXPECT_EQ(error_of(with("MASTER_PORT", "65536")),
            "MASTER_PORT = 65536, must be a whole number from 1 to 65535");
  EXPECT_EQ(error_of(with("LOCAL_RANK", "2")),
            "LOCAL_RANK = 2, must be a whole number from 0 to 1 (WORLD_SIZE = 2)");
  EXPECT_EQ(error_of(with("RANK", "")),
            "WORLD_SIZE = 2 is set, but RANK, which of them this process is, is not; set both, or "
            "neither for one process");
  EXPECT_EQ(error_of(with("WORLD_SIZE", "")),
            "RANK = 1 is set, but WORLD_SIZE, the number of ranks, is not; set both, or neither "
            "for one process");
  EXPECT_EQ(error_of(with("MASTER_ADDR", "")),
            "MASTER_ADDR is not set; 2 ranks (WORLD_SIZE) need the name or address of rank 0's "
            "machine");
  EXPECT_EQ(error_of(with("MASTER_PORT", "")),
            "MASTER_PORT is not set; 2 ranks (WORLD_SIZE) need a free port of rank 0's machine, "
            "such as 29500");
  EXPECT_EQ(error_of({{"OMPI_COMM_WORLD_RANK", "1"},
                      {"OMPI_COMM_WORLD_SIZE", "4"},
                      {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}}),
            "MASTER_ADDR is not set; 4 ranks (OMPI_COMM_WORLD_SIZE) need the name or address of "
            "rank 0's machine");
  EXPECT_EQ(error_of({{"SLURM_PROCID", "1"}, {"SLURM_STEP_NUM_TASKS", "2"}, {"WORLD_SIZE", "4"}}),
            "WORLD_SIZE = 4, but SLURM_STEP_NUM_TASKS = 2; both say how many ranks there are, "
            "unset one");
}

// Slurm starts the script as task 0 of a job of four; waiting for the other three would never end.
TEST(Launcher, ABatchScriptIsOneProcess) {
  const LaunchedRank place = launched({{"SLURM_PROCID", "0"},
                                       {"SLURM_NTASKS", "4"},
                                       {"SLURM_LOCALID", "0"},
                                       {"SLURM_JOB_ID", "99"}});
  EXPECT_EQ(place.size, 1);
}

TEST(Launcher, FirstHostOfSlurmsLists) {
  EXPECT_EQ(first_host("n01"), "n01");
  EXPECT_EQ(first_host("n01,n02"), "n01");
  EXPECT_EQ(first_host("gpu-[007-009,012],login"), "gpu-007");
  EXPECT_EQ(first_host("gpu-[12,14]"), "gpu-12");
  EXPECT_EQ(first_host("r[1-2]c3"), "r1c3");
  EXPECT_EQ(first_host("rack[3-4]-ib,x"), "rack3-ib");
}

}  // namespace
}  // namespace coppice
