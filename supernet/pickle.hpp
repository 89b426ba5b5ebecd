// Reads Python pickles as plain data. Nothing that a pickle asks for is ever executed.
//
// A pickle is a program for a small stack machine that can name and call any Python function.
// Here names outside a given list are refused, and a call is kept as data: function and arguments.
// Opcodes: Python's Lib/pickletools.py, protocols 2 to 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace coppice {

/// One Python value. Values refer to each other by their index in Pickle::nodes; the graph may
/// share nodes and have cycles.
struct PickleNode {
  enum class Kind {
    none,
    boolean,     ///< integer is 0 or 1
    integer,     ///< integer
    real,        ///< real
    text,        ///< text (str or bytes)
    tuple,       ///< items
    list,        ///< items
    dictionary,  ///< items: key, value, key, value ... (dict or OrderedDict)
    global,      ///< text: "module.name"
    call,        ///< items: global, argument tuple
    persistent   ///< items: the id that stands for data outside the pickle
  };
  Kind kind = Kind::none;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
  std::vector<std::size_t> items;
};

struct Pickle {
  std::vector<PickleNode> nodes;
  std::size_t root = 0;
  std::size_t bytes = 0;  ///< length of the pickle; more may follow it
};

/// Reads the pickle at the front of `bytes`; `source` names the file in messages. Throws Error for
/// a name that is not in `allowed` ("refused: the pickle in FILE asks for 'posix.system', ..."), an
/// opcode that would make an object, and anything truncated or malformed. "collections.OrderedDict"
/// is always allowed and becomes a dictionary.
[[nodiscard]] Pickle read_pickle(std::string_view bytes,
                                 const std::string& source,
                                 const std::set<std::string>& allowed);

}  // namespace coppice
