#include "experiments/output.hpp"

#include <iostream>

#include "supernet/base/error.hpp"
#include "supernet/base/plain_text.hpp"

namespace coppice {

void print_result(const std::string& text) {
  std::cout << text;
  if (text.empty() || text.back() != '\n') std::cout << '\n';
  std::cout.flush();
  require(std::cout.good(), "cannot write the result to stdout: the disk is full or it is closed");
}

void print_warning(const std::string& message, bool quiet) {
  if (quiet || message.empty()) return;
  std::cerr << "coppice: warning: " + printable(message) + "\n" << std::flush;
}

}  // namespace coppice
