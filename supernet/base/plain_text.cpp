#include "supernet/base/plain_text.hpp"

#include <string_view>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

unsigned char byte_at(std::string_view text, std::size_t place) {
  return place < text.size() ? static_cast<unsigned char>(text[place]) : 0;
}

/// Bytes of the printable character that `text` starts with; 0: there is none. The ranges of the
/// second byte leave out overlong forms, surrogates and control characters (Unicode, table 3-7).
std::size_t character_length(std::string_view text) {
  const unsigned char first = byte_at(text, 0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first == 0xc2 || first == 0xe0) low = 0xa0;
  if (first == 0xed) high = 0x9f;
  if (first == 0xf0) low = 0x90;
  if (first == 0xf4) high = 0x8f;
  if (byte_at(text, 1) < low || byte_at(text, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

void require_plain_text(const std::string& content, const std::string& origin) {
  require_usage(content.find('\0') == std::string::npos,
                origin,
                " is no text file: it holds zero bytes; give a text file");
}

std::string printable(const std::string& message) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < message.size();) {
    const std::size_t length = character_length(std::string_view(message).substr(i));
    if (length > 0) {
      out.append(message, i, length);
    } else {
      const unsigned char byte = byte_at(message, i);
      out.append("\\x").append(1, kDigits[byte / 16]).append(1, kDigits[byte % 16]);
    }
    i += length > 0 ? length : 1;
  }
  return out;
}

}  // namespace coppice
