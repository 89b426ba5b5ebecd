#include "supernet/pickle.hpp"

#include <cstring>
#include <unordered_map>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Kind = PickleNode::Kind;

constexpr const char* kOrderedDict = "collections.OrderedDict";
/// Far above any list of weights; keeps a hostile file from filling the memory with nodes.
constexpr std::size_t kLargestPickle = std::size_t{16} << 20U;

class Machine {
 public:
  Machine(std::string_view bytes, const std::string& source, const std::set<std::string>& allowed)
      : bytes_(bytes.substr(0, kLargestPickle)), source_(source), allowed_(allowed) {}

  Pickle run() {
    for (;;) {
      const std::uint8_t opcode = byte();
      if (opcode == '.') break;
      execute(opcode);
    }
    check(marks_.empty() && stack_.size() == 1, "it does not end with one value");
    return {std::move(nodes_), stack_.front(), at_};
  }

 private:
  void check(bool ok, const char* what) const {
    if (!ok) throw Error(text("the pickle in ", source_, " is damaged: ", what));
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(text("refused: the pickle in ",
                     source_,
                     " asks for '",
                     printable(what),
                     "', only tensors, collections, numbers and text are read"));
  }

  // Input.

  std::string_view take(std::size_t count) {
    check(count <= bytes_.size() - at_, "it ends early");
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint64_t little_endian(std::size_t count) {
    const std::string_view taken = take(count);
    std::uint64_t value = 0;
    for (std::size_t i = count; i > 0; --i) {
      value = value << 8U | static_cast<std::uint8_t>(taken[i - 1]);
    }
    return value;
  }
  std::string line() {
    const std::size_t end = bytes_.find('\n', at_);
    check(end != std::string_view::npos, "it ends early");
    std::string found(take(end - at_));
    ++at_;
    return found;
  }

  // Stack.

  void push(PickleNode node) {
    nodes_.push_back(std::move(node));
    stack_.push_back(nodes_.size() - 1);
  }
  void push(Kind kind) { push(PickleNode{kind, 0, 0, {}, {}}); }
  void push_integer(std::int64_t value) { push(PickleNode{Kind::integer, value, 0, {}, {}}); }
  void push_text(std::string value) { push(PickleNode{Kind::text, 0, 0, std::move(value), {}}); }
  void push_items(Kind kind, std::vector<std::size_t> items) {
    push(PickleNode{kind, 0, 0, {}, std::move(items)});
  }
  std::size_t pop() {
    const std::size_t bottom = marks_.empty() ? 0 : marks_.back();
    check(stack_.size() > bottom, "its stack is empty");
    const std::size_t top = stack_.back();
    stack_.pop_back();
    return top;
  }
  std::vector<std::size_t> pop_some(std::size_t count) {
    std::vector<std::size_t> items(count);
    for (std::size_t i = count; i > 0; --i) items[i - 1] = pop();
    return items;
  }
  std::vector<std::size_t> pop_to_mark() {
    check(!marks_.empty(), "it has no mark");
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<std::size_t> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return items;
  }
  std::size_t top() {
    const std::size_t value = pop();
    stack_.push_back(value);
    return value;
  }
  PickleNode& top_node(Kind kind, const char* what) {
    PickleNode& node = nodes_[top()];
    check(node.kind == kind, what);
    return node;
  }

  // Opcodes.

  void execute(std::uint8_t opcode) {
    if (push_constant(opcode) || push_number(opcode) || push_string(opcode)) return;
    if (build_collection(opcode) || use_memo(opcode) || name_or_call(opcode)) return;
    throw Error(text("refused: the pickle in ",
                     source_,
                     " uses opcode ",
                     int{opcode},
                     " at byte ",
                     at_ - 1,
                     ", which no list of weights needs"));
  }

  bool push_constant(std::uint8_t opcode) {
    switch (opcode) {
      case 0x80:  // PROTO
        check(byte() <= 5, "its protocol is unknown");
        return true;
      case 0x95:  // FRAME
        (void)take(8);
        return true;
      case '(':
        marks_.push_back(stack_.size());
        return true;
      case '0':
        (void)pop();
        return true;
      case '1':
        (void)pop_to_mark();
        return true;
      case 'N':
        push(Kind::none);
        return true;
      case 0x88:
      case 0x89:
        push(PickleNode{Kind::boolean, opcode == 0x88 ? 1 : 0, 0, {}, {}});
        return true;
      default:
        return false;
    }
  }

  bool push_number(std::uint8_t opcode) {
    switch (opcode) {
      case 'J':
        push_integer(static_cast<std::int32_t>(little_endian(4)));
        return true;
      case 'K':
        push_integer(byte());
        return true;
      case 'M':
        push_integer(static_cast<std::int64_t>(little_endian(2)));
        return true;
      case 0x8a:  // LONG1
        push_long(byte());
        return true;
      case 'G':
        push_real();
        return true;
      default:
        return false;
    }
  }

  void push_long(std::size_t count) {
    check(count <= 8, "a number has more than 64 bits");
    std::uint64_t value = little_endian(count);
    const bool negative = count > 0 && (value >> (8 * count - 1) & 1U) != 0;
    if (negative && count < 8) value |= ~std::uint64_t{0} << (8 * count);
    push_integer(static_cast<std::int64_t>(value));
  }

  void push_real() {  // big-endian
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8U | byte();
    PickleNode node{Kind::real, 0, 0, {}, {}};
    std::memcpy(&node.real, &bits, sizeof bits);
    push(std::move(node));
  }

  bool push_string(std::uint8_t opcode) {
    std::size_t length_bytes = 0;
    switch (opcode) {
      case 'U':   // SHORT_BINSTRING
      case 'C':   // SHORT_BINBYTES
      case 0x8c:  // SHORT_BINUNICODE
        length_bytes = 1;
        break;
      case 'T':  // BINSTRING
      case 'B':  // BINBYTES
      case 'X':  // BINUNICODE
        length_bytes = 4;
        break;
      case 0x8d:  // BINUNICODE8
      case 0x8e:  // BINBYTES8
        length_bytes = 8;
        break;
      default:
        return false;
    }
    push_text(std::string(take(little_endian(length_bytes))));
    return true;
  }

  bool build_collection(std::uint8_t opcode) {
    switch (opcode) {
      case ')':
        push(Kind::tuple);
        return true;
      case 't':
        push_items(Kind::tuple, pop_to_mark());
        return true;
      case 0x85:
      case 0x86:
      case 0x87:
        push_items(Kind::tuple, pop_some(opcode - std::size_t{0x84}));
        return true;
      case ']':
        push(Kind::list);
        return true;
      case 'a':
        extend(Kind::list, pop_some(1));
        return true;
      case 'e':
        extend(Kind::list, pop_to_mark());
        return true;
      case '}':
        push(Kind::dictionary);
        return true;
      case 's':
        extend(Kind::dictionary, pop_some(2));
        return true;
      case 'u':
        extend(Kind::dictionary, pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  void extend(Kind kind, const std::vector<std::size_t>& added) {
    check(kind == Kind::list || added.size() % 2 == 0, "a dictionary has a key without a value");
    PickleNode& node = top_node(kind, "it adds to what is no collection");
    node.items.insert(node.items.end(), added.begin(), added.end());
  }

  bool use_memo(std::uint8_t opcode) {
    switch (opcode) {
      case 'q':
        remember(byte());
        return true;
      case 'r':
        remember(little_endian(4));
        return true;
      case 0x94:  // MEMOIZE
        remember(memo_.size());
        return true;
      case 'h':
        recall(byte());
        return true;
      case 'j':
        recall(little_endian(4));
        return true;
      default:
        return false;
    }
  }

  void remember(std::uint64_t slot) {
    check(memo_.emplace(slot, top()).second, "it uses a memo twice");
  }
  void recall(std::uint64_t slot) {
    const auto found = memo_.find(slot);
    check(found != memo_.end(), "it recalls an unknown memo");
    stack_.push_back(found->second);
  }

  bool name_or_call(std::uint8_t opcode) {
    switch (opcode) {
      case 'c': {
        const std::string module = line();
        push_global(module + "." + line());
        return true;
      }
      case 0x93:  // STACK_GLOBAL
        push_stack_global();
        return true;
      case 'i': {  // INST: names a class and makes an object of it
        const std::string module = line();
        refuse(module + "." + line());
      }
      case 'Q':
        push_items(Kind::persistent, {pop()});
        return true;
      case 'R':
        reduce();
        return true;
      case 'b':  // BUILD: OrderedDict's attributes (PyTorch keeps versions there) are passed over
        (void)pop();
        (void)top_node(Kind::dictionary, "it sets attributes of what is no dictionary");
        return true;
      default:
        return false;
    }
  }

  void push_stack_global() {
    const auto parts = pop_some(2);
    const PickleNode& module = nodes_[parts[0]];
    const PickleNode& name = nodes_[parts[1]];
    check(module.kind == Kind::text && name.kind == Kind::text, "a name is no text");
    push_global(module.text + "." + name.text);
  }

  void push_global(const std::string& name) {
    if (name != kOrderedDict && allowed_.count(name) == 0) refuse(name);
    push(PickleNode{Kind::global, 0, 0, name, {}});
  }

  void reduce() {
    auto parts = pop_some(2);
    const PickleNode& function = nodes_[parts[0]];
    const PickleNode& arguments = nodes_[parts[1]];
    check(function.kind == Kind::global && arguments.kind == Kind::tuple,
          "it calls what is no function");
    if (function.text == kOrderedDict) {
      auto items = pairs(arguments);
      copied_ += items.size();  // one list may be named again and again
      check(copied_ <= bytes_.size(), "it copies one list too often");
      push_items(Kind::dictionary, std::move(items));
    } else {
      push_items(Kind::call, std::move(parts));
    }
  }

  /// The items of OrderedDict() or OrderedDict([[key, value], ...]).
  [[nodiscard]] std::vector<std::size_t> pairs(const PickleNode& arguments) const {
    std::vector<std::size_t> items;
    if (arguments.items.empty()) return items;
    const PickleNode& list = nodes_[arguments.items.front()];
    check(arguments.items.size() == 1 && list.kind == Kind::list, "an OrderedDict is malformed");
    for (const std::size_t item : list.items) {
      const PickleNode& pair = nodes_[item];
      const bool ok = pair.kind == Kind::list || pair.kind == Kind::tuple;
      check(ok && pair.items.size() == 2, "an OrderedDict is malformed");
      items.insert(items.end(), pair.items.begin(), pair.items.end());
    }
    return items;
  }

  /// Names come from the file: at most 100 characters, control characters replaced.
  static std::string printable(std::string name) {
    if (name.size() > 100) name = name.substr(0, 100) + "...";
    for (char& c : name) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return name;
  }

  std::string_view bytes_;
  const std::string& source_;
  const std::set<std::string>& allowed_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;
  std::vector<PickleNode> nodes_;
  std::vector<std::size_t> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, std::size_t> memo_;
};

}  // namespace

Pickle read_pickle(std::string_view bytes,
                   const std::string& source,
                   const std::set<std::string>& allowed) {
  return Machine(bytes, source, allowed).run();
}

}  // namespace coppice
