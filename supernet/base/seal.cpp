#include "supernet/base/seal.hpp"

#include <string_view>

#include "supernet/base/files.hpp"
#include "supernet/base/sha256.hpp"

namespace coppice {
namespace {

constexpr std::string_view kMark = "\ncoppice-sha256 ";
constexpr std::size_t kDigits = 64;
constexpr std::size_t kLength = kMark.size() + kDigits + 1;

std::string seal_of(std::string_view content) {
  return std::string(kMark) + sha256(content) + "\n";
}

}  // namespace

std::string sealed(std::string content) {
  content += seal_of(content);
  return content;
}

Seal check_seal(const std::filesystem::path& path) {
  const std::string file = read_text_file(path);
  if (file.size() < kLength) return Seal::none;
  const std::string_view all = file;
  const auto content = all.substr(0, all.size() - kLength);
  const auto end = all.substr(content.size());
  if (end.substr(0, kMark.size()) != kMark) return Seal::none;
  return end == seal_of(content) ? Seal::good : Seal::broken;
}

}  // namespace coppice
