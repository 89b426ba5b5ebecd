// `coppice import`: what the Once-For-All reference implementation wrote, as files of Coppice.
#include <fmt/format.h>

#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/session.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/checkpoint.hpp"
#include "supernet/ofa_checkpoint.hpp"

namespace coppice {
namespace {

void import_checkpoint(const ImportCommand& command) {
  require_replaceable(command.out, kSupernetFile);
  require_no_input(command.out, "FILE", {command.file});
  Supernet supernet(make_space(command.space), Random(command.common.seed));
  load_ofa_weights(supernet, read_state_dict(command.file), command.file.string());
  CheckpointInfo info;
  info.source = "imported from " + command.file.filename().string();
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());
  save_checkpoint(command.out, supernet, {}, info);
}

}  // namespace

void run_import(const ImportCommand& command) {
  import_checkpoint(command);
  if (command.common.json) {
    print_result(
        Json{{"imported", command.from}, {"run", {{"file", command.out.string()}}}}.dump());
  } else {
    print_result(fmt::format("{} imported as {}\n", command.file.string(), command.out.string()));
  }
}

}  // namespace coppice
