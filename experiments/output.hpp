// Results on stdout, warnings on stderr.
#pragma once

#include <string>

namespace coppice {

/// Writes `text` and a line break (unless it ends in one) to stdout. Throws Error when it does
/// not take them: a full disk must not look like success.
void print_result(const std::string& text);

/// One line "coppice: warning: ..." on stderr; nothing when `quiet` or without a message.
void print_warning(const std::string& message, bool quiet);

}  // namespace coppice
