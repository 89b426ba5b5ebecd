#include "experiments/program.hpp"

#include <algorithm>
#include <exception>
#include <iostream>
#include <new>

#include "experiments/commands.hpp"
#include "experiments/output.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/plain_text.hpp"

namespace coppice {
namespace {

int fail(std::string message, Failure failure) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::cerr << "coppice: " + printable(message) + "\n" << std::flush;
  return static_cast<int>(failure);
}

bool asks_for_help(const Words& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) {
    return word == "--help" || word == "-h";
  });
}

int dispatch(int argc, char** argv, const ProgramBody& own) {
  const Words arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  require_usage(!arguments.empty(), "no command is given; see coppice --help");
  const std::string& word = arguments.front();
  if (word == "--help" || word == "-h" || word == "help") {
    print_result(program_help());
    return 0;
  }
  if (word == "--version") {
    print_result("coppice " COPPICE_VERSION);
    return 0;
  }
  require_usage(word.empty() || word.front() != '-',
                "unknown option ",
                word,
                ", where a command is needed; see coppice --help");
  const Command& command = find_command(word);
  const Words rest(arguments.begin() + 1, arguments.end());
  if (asks_for_help(rest)) {
    print_result(command_help(command));
    return 0;
  }
  if (command.body(rest) != own.body) {
    command.check(rest);
    return own.other(command, argv);
  }
  stop_if_interrupted("before it began");
  return own.runners().at(command.name)(rest);
}

}  // namespace

int run_program(int argc, char** argv, const ProgramBody& own) noexcept {
  try {
    watch_for_interruption();
    return dispatch(argc, argv, own);
  } catch (const Error& error) {
    return fail(error.what(), error.failure());
  } catch (const std::bad_alloc&) {
    return fail("out of memory; try fewer --threads, or smaller numbers and files", Failure::run);
  } catch (const std::exception& error) {
    return fail(error.what(), Failure::run);
  } catch (...) {
    return fail("an error of unknown kind", Failure::run);
  }
}

std::filesystem::path program_beside(const std::string& name) {
  std::error_code code;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", code);
  require(!code, "cannot find out where coppice is installed: ", code.message());
  return self.parent_path() / name;
}

}  // namespace coppice
