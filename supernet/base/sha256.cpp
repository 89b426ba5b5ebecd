#include "supernet/base/sha256.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Word = std::uint32_t;
constexpr std::size_t kBlock = 64;

Word rotate(Word x, unsigned n) { return (x >> n) | (x << (32U - n)); }

// The standard defines its constants as the first 32 bits of the fractional parts of square roots
// (the initial state) and cube roots (the rounds) of the first primes. A long double's 64 bits of
// mantissa hold them exactly: the roots are below 7, so 61 bits stand after the point.
template <std::size_t count>
std::array<Word, count> root_fractions(long double (*root)(long double)) {
  static_assert(std::numeric_limits<long double>::digits >= 40, "roots need 40 bits");
  std::array<Word, count> out{};
  std::size_t found = 0;
  for (unsigned candidate = 2; found < count; ++candidate) {
    bool prime = true;
    for (unsigned d = 2; d * d <= candidate; ++d) prime = prime && candidate % d != 0;
    if (!prime) continue;
    const long double value = root(candidate);
    out[found++] = static_cast<Word>((value - std::floor(value)) * 4294967296.0L);
  }
  return out;
}

class Hash {
 public:
  void add(const unsigned char* bytes, std::size_t size) {
    total_ += size;
    while (size > 0) {
      const std::size_t part = std::min(size, kBlock - filled_);
      std::memcpy(block_.data() + filled_, bytes, part);
      filled_ += part;
      bytes += part;
      size -= part;
      if (filled_ == kBlock) compress();
    }
  }

  // A one bit, zeros, the length in bits as eight big-endian bytes.
  std::string finish() {
    const std::uint64_t bits = total_ * 8;
    const unsigned char one = 0x80;
    const unsigned char zero = 0;
    add(&one, 1);
    while (filled_ != kBlock - 8) add(&zero, 1);
    for (unsigned shift = 64; shift > 0; shift -= 8) {
      const auto byte = static_cast<unsigned char>(bits >> (shift - 8));
      add(&byte, 1);
    }
    std::string out;
    for (const Word word : state_) {
      for (unsigned shift = 32; shift > 0; shift -= 4) {
        out += "0123456789abcdef"[(word >> (shift - 4)) & 15U];
      }
    }
    return out;
  }

 private:
  void compress() {
    static const auto rounds = root_fractions<64>(std::cbrt);
    std::array<Word, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
      const unsigned char* p = block_.data() + 4 * i;
      w[i] = Word{p[0]} << 24U | Word{p[1]} << 16U | Word{p[2]} << 8U | Word{p[3]};
    }
    for (std::size_t i = 16; i < 64; ++i) {
      const Word s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >> 3U);
      const Word s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >> 10U);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
      const Word s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const Word t1 = h + s1 + ((e & f) ^ (~e & g)) + rounds[i] + w[i];
      const Word s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const Word t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    const std::array<Word, 8> change{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state_[i] += change[i];
    filled_ = 0;
  }

  std::array<Word, 8> state_ = root_fractions<8>(std::sqrt);
  std::array<unsigned char, kBlock> block_{};
  std::size_t filled_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace

std::string sha256(std::string_view bytes) {
  Hash hash;
  hash.add(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return hash.finish();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  std::error_code code;
  require(
      !std::filesystem::is_directory(path, code), path.string(), " is a folder; a file is needed");
  std::ifstream in(path, std::ios::binary);
  require(in.good(), "cannot read ", path.string(), ": ", std::strerror(errno));
  Hash hash;
  std::vector<char> part(std::size_t{1} << 16U);
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    hash.add(reinterpret_cast<const unsigned char*>(part.data()),
             static_cast<std::size_t>(in.gcount()));
  }
  require(!in.bad(), "cannot read ", path.string(), ": ", std::strerror(errno));
  return hash.finish();
}

}  // namespace coppice
