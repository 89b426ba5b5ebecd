// Text from files that may be none: refused where text is needed, escaped where it is quoted.
#pragma once

#include <string>

namespace coppice {

/// Throws Error(usage) when the content has a zero byte, which no text has: `origin` is the file.
void require_plain_text(const std::string& content, const std::string& origin);

/// Control characters and bytes that are no UTF-8 as "\x1b": a message that quotes a file must not
/// steer the terminal.
[[nodiscard]] std::string printable(const std::string& message);

}  // namespace coppice
