// Which of several processes this one is, as the program that started them says it in the
// environment: torchrun, mpirun (Open MPI, MPICH, Intel MPI), srun, or a loop in a shell.
#pragma once

#include <functional>
#include <string>

namespace coppice {

/// One of the processes ("ranks") that work on one thing together.
struct LaunchedRank {
  int rank = 0;                       ///< [0, size)
  int size = 1;                       ///< 1: this process works alone
  int local_rank = 0;                 ///< among the ranks of its machine; -1: not known
  int local_size = 1;                 ///< ranks on its machine; 0: not known
  std::string address = "127.0.0.1";  ///< of rank 0's machine
  int port = 0;                       ///< that rank 0 listens at, for the others to find it
  /// Not empty: torchrun has opened the port itself, and what these ranks exchange there is told
  /// apart from that of earlier attempts by this prefix.
  std::string agent_prefix;
  std::string size_variable;  ///< what says that there are several: "WORLD_SIZE"
};

/// The value of an environment variable, or null.
using Environment = std::function<const char*(const char* name)>;

/// Of the environment of this process.
[[nodiscard]] const char* environment_variable(const char* name);

/// RANK and WORLD_SIZE, with MASTER_ADDR, MASTER_PORT, LOCAL_RANK and LOCAL_WORLD_SIZE, as torchrun
/// sets them; else OMPI_COMM_WORLD_RANK ..., PMI_RANK ..., SLURM_PROCID ... An empty variable
/// counts as none. Where only mpirun or srun speaks, rank 0's machine is this one when all ranks
/// are on it, else the first of Slurm's list, and the port follows from Slurm's job or is 29500;
/// MASTER_ADDR and MASTER_PORT decide where they are set. A process alone has size 1.
/// Throws Error(usage) naming the variable that is missing, no number, out of range, or in
/// contradiction to another.
[[nodiscard]] LaunchedRank launched_rank(const Environment& environment = environment_variable);

/// The first host of Slurm's lists: "n01" of "n01,n02", "gpu-007" of "gpu-[007-009,012],login".
[[nodiscard]] std::string first_host(const std::string& list);

}  // namespace coppice
