// Reads architecture lines as programs write them, without building a JSON document: millions of
// networks a second. What is spelled in any other way is left to parse_architecture.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "supernet/space/search_space.hpp"

namespace coppice {

/// A run of genes under one key of the text form.
struct ArchitectureKey {
  std::string name;
  int first_gene = 0;
  int count = 0;
};

/// In the order in which they are written: ks, e, d, r or d, e, w, r.
[[nodiscard]] std::vector<ArchitectureKey> architecture_keys(const SearchSpace& space);

/// Immutable value; const methods may be called from many threads.
class ArchitectureScanner {
 public:
  explicit ArchitectureScanner(const SearchSpace& space);

  /// Whether the line is an object of the known keys, each at most once, with plain decimal numbers
  /// that are choices of their genes: then `architecture` is the network that parse_architecture
  /// gives. Else that function says what is wrong with the line, or reads it all the same.
  [[nodiscard]] bool scan(std::string_view line, Architecture& architecture) const;

 private:
  class Cursor;
  [[nodiscard]] bool scan_member(Cursor& in, unsigned& seen, Architecture& architecture) const;
  [[nodiscard]] bool scan_values(Cursor& in, std::size_t key, Architecture& architecture) const;
  [[nodiscard]] bool scan_value(Cursor& in, std::size_t gene, Architecture& architecture) const;

  SearchSpace space_;
  std::vector<ArchitectureKey> keys_;
  Architecture largest_;
};

}  // namespace coppice
