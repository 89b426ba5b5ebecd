#include "supernet/pickle.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/supernet/pickle_bytes.hpp"

namespace coppice {
namespace {

using Kind = PickleNode::Kind;

const std::set<std::string> kAllowed = {"torch.make"};

Pickle parse(const std::string& bytes) { return read_pickle(bytes, "f.pth", kAllowed); }

PickleNode root_of(const std::string& body) {
  const Pickle pickle = parse(pickled::pickle(body));
  return pickle.nodes[pickle.root];
}

std::string message(const std::string& body) {
  return message_of([&] { (void)parse(pickled::pickle(body)); });
}

std::string damaged(const std::string& what) { return "the pickle in f.pth is damaged: " + what; }

std::string refused(const std::string& name) {
  return "refused: the pickle in f.pth asks for '" + name +
         "', only tensors, collections, numbers and text are read";
}

TEST(Pickle, NumbersOfEveryWidthAreRead) {
  EXPECT_EQ(root_of("K\xff").integer, 255);
  EXPECT_EQ(root_of("M\x01\x02").integer, 0x201);
  EXPECT_EQ(root_of("J\xfe\xff\xff\xff").integer, -2);
  EXPECT_EQ(root_of(std::string("\x8a\x00", 2)).integer, 0);
  EXPECT_EQ(root_of("\x8a\x01\xff").integer, -1);
  EXPECT_EQ(root_of(std::string("\x8a\x02\xff\x00", 4)).integer, 255);
  EXPECT_EQ(root_of(pickled::integer(INT64_MIN)).integer, INT64_MIN);
  EXPECT_EQ(root_of(std::string("G\x3f\xf8\0\0\0\0\0\0", 9)).real, 1.5);
  EXPECT_EQ(root_of("\x88").integer, 1);
  EXPECT_EQ(root_of("\x89").kind, Kind::boolean);
  EXPECT_EQ(root_of("N").kind, Kind::none);
}

TEST(Pickle, TextIsRead) {
  EXPECT_EQ(root_of(pickled::text("héllo")).text, "héllo");
  EXPECT_EQ(root_of("U\x02no").text, "no");
  EXPECT_EQ(root_of("\x8c\x03yes").text, "yes");
}

TEST(Pickle, CollectionsKeepTheirOrder) {
  const Pickle pickle =
      parse(pickled::pickle("](K\x01K\x02"
                            "eK\x03"
                            "a"));
  const PickleNode& list = pickle.nodes[pickle.root];
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(pickle.nodes[list.items[2]].integer, 3);
  EXPECT_EQ(root_of("K\x01K\x02\x86").items.size(), 2U);
  EXPECT_EQ(root_of("}K\x01K\x02s").kind, Kind::dictionary);
  EXPECT_EQ(root_of(pickled::call(pickled::global("collections", "OrderedDict"), ")")).kind,
            Kind::dictionary);
}

TEST(Pickle, OrderedDictOfOldPythonsIsRead) {
  const std::string pairs = "](](" + pickled::text("a") +
                            "K\x01"
                            "e](" +
                            pickled::text("b") +
                            "K\x02"
                            "ee";
  const PickleNode made = root_of(
      pickled::call(pickled::global("collections", "OrderedDict"), pickled::tuple({pairs})));
  EXPECT_EQ(made.kind, Kind::dictionary);
  EXPECT_EQ(made.items.size(), 4U);
}

TEST(Pickle, MemoGivesTheSameNode) {
  const Pickle pickle = parse(pickled::pickle(pickled::tuple({"K\x07q\x01", "h\x01"})));
  const PickleNode& tuple = pickle.nodes[pickle.root];
  ASSERT_EQ(tuple.items.size(), 2U);
  EXPECT_EQ(tuple.items[0], tuple.items[1]);
}

TEST(Pickle, CallsAreKeptAsData) {
  const Pickle pickle = parse(pickled::pickle(pickled::call("ctorch\nmake\n", "K\x05\x85")));
  const PickleNode& call = pickle.nodes[pickle.root];
  EXPECT_EQ(call.kind, Kind::call);
  EXPECT_EQ(pickle.nodes[call.items.at(0)].text, "torch.make");
}

TEST(Pickle, LengthIsReported) {
  const std::string bytes = pickled::pickle("K\x01");
  EXPECT_EQ(parse(bytes + "more").bytes, bytes.size());
}

TEST(Pickle, ForeignNamesAreRefused) {
  EXPECT_EQ(message("cposix\nsystem\n(" + pickled::text("touch /tmp/owned") + "tR"),
            refused("posix.system"));
  EXPECT_EQ(message(pickled::text("os") + pickled::text("popen") + "\x93"), refused("os.popen"));
  EXPECT_EQ(message("(iposix\nsystem\n"), refused("posix.system"));
  EXPECT_EQ(message("cbuiltins\neval\n"), refused("builtins.eval"));
  EXPECT_EQ(message("ctorch\nmaker\n"), refused("torch.maker"));
  EXPECT_EQ(message("ca\x1b[2J\nb\x07\n"), refused("a?[2J.b?"));
}

TEST(Pickle, OpcodesThatMakeObjectsAreRefused) {
  for (const int opcode : {0x81, 0x92, 0x82, 0x83, 0x84, int{'o'}, int{'P'}, int{'I'}, 0x97}) {
    EXPECT_EQ(message(std::string(1, static_cast<char>(opcode))),
              text("refused: the pickle in f.pth uses opcode ",
                   opcode,
                   " at byte 2, which no list of weights needs"));
  }
}

TEST(Pickle, TruncationAnywhereIsFound) {
  const std::string bytes = pickled::pickle(
      pickled::dictionary({{"a", pickled::tuple({"K\x01", pickled::text("b")})}, {"c", "N"}}));
  for (std::size_t keep = 0; keep < bytes.size(); ++keep) {
    EXPECT_EQ(message_of([&] { (void)parse(bytes.substr(0, keep)); }), damaged("it ends early"));
  }
}

TEST(Pickle, MalformedProgramsAreFound) {
  EXPECT_EQ(message("0"), damaged("its stack is empty"));
  EXPECT_EQ(message("K\x01(0"), damaged("its stack is empty"));
  EXPECT_EQ(message("K\x01t"), damaged("it has no mark"));
  EXPECT_EQ(message("h\x01"), damaged("it recalls an unknown memo"));
  EXPECT_EQ(message("Nq\x01q\x01"), damaged("it uses a memo twice"));
  EXPECT_EQ(message("NN"), damaged("it does not end with one value"));
  EXPECT_EQ(message("("), damaged("it does not end with one value"));
  EXPECT_EQ(message("}(Nu"), damaged("a dictionary has a key without a value"));
  EXPECT_EQ(message("NNa"), damaged("it adds to what is no collection"));
  EXPECT_EQ(message("NNb"), damaged("it sets attributes of what is no dictionary"));
  EXPECT_EQ(message("N)R"), damaged("it calls what is no function"));
  EXPECT_EQ(message("ccollections\nOrderedDict\nK\x01\x85R"),
            damaged("an OrderedDict is malformed"));
  EXPECT_EQ(message("NN\x93"), damaged("a name is no text"));
  EXPECT_EQ(message("\x8a\x09"
                    "123456789"),
            damaged("a number has more than 64 bits"));
  EXPECT_EQ(message("\x80\x09"), damaged("its protocol is unknown"));
  EXPECT_EQ(message("X\xff\xff\xff\xff"), damaged("it ends early"));
  EXPECT_EQ(message("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"), damaged("it ends early"));
}

TEST(Pickle, RepeatedCopiesOfOneListAreStopped) {
  std::string pairs = "](";
  for (int i = 0; i < 200; ++i) pairs += "](NNe";
  std::string body = "(" + pairs + "e\x85q\x01";
  for (int i = 0; i < 1000; ++i) body += "ccollections\nOrderedDict\nh\x01R";
  EXPECT_EQ(message(body + "t"), damaged("it copies one list too often"));
}

}  // namespace
}  // namespace coppice
