// Architectures as text: one JSON object a line, spelled as Once-For-All spells them.
//
// mobile: {"ks":[20 kernels],"e":[20 expansions],"d":[5 depths],"r":[224]}
// resnet: {"d":[5],"e":[18],"w":[6 indices],"r":[224]}
#pragma once

#include <string>
#include <vector>

#include "supernet/space/search_space.hpp"

namespace coppice {

/// The canonical spelling.
[[nodiscard]] std::string to_text(const SearchSpace& space, const Architecture& architecture);

/// Accepts `"wid":null` and `"image_size":224`, in any order of keys. When no resolution is given
/// the largest is taken. Throws Error(usage) naming `where` ("nets.jsonl line 3"), key, value and
/// the allowed values.
[[nodiscard]] Architecture parse_architecture(const SearchSpace& space,
                                              const std::string& line,
                                              const std::string& where);

/// One architecture a non-empty line; `origin` names the text in messages. Throws like
/// parse_architecture, also when there is no line at all.
[[nodiscard]] std::vector<Architecture> parse_architectures(const SearchSpace& space,
                                                            const std::string& text,
                                                            const std::string& origin);

}  // namespace coppice
