#include "export/child_pipe.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

std::string received(ChildPipe& pipe, std::size_t count) {
  std::string bytes(count, '\0');
  pipe.receive(bytes.data(), count);
  return bytes;
}

TEST(ChildPipe, BytesComeBackFromAnEcho) {
  ChildPipe pipe({"cat"});
  // More than a socket's buffer would block both sides; a request and its answer fit.
  for (const std::string& word : {std::string("one"), std::string(50'000, 'x')}) {
    pipe.send(word.data(), word.size());
    EXPECT_EQ(received(pipe, word.size()), word);
  }
}

TEST(ChildPipe, MissingProgramIsNamed) {
  ChildPipe pipe({"no-such-program"});
  EXPECT_EQ(message_of([&] { received(pipe, 1); }),
            "no-such-program does not answer: it is not installed");
}

TEST(ChildPipe, EndOfTheProgramIsExplained) {
  ChildPipe failing({"sh", "-c", "exit 3"});
  EXPECT_EQ(message_of([&] { received(failing, 1); }),
            "sh does not answer: it ended with exit code 3");
  ChildPipe killed({"sh", "-c", "kill -9 $$"});
  EXPECT_EQ(message_of([&] { received(killed, 1); }),
            "sh does not answer: it was ended by signal 9");
}

TEST(ChildPipe, WritingToAnEndedProgramIsAnErrorNotASignal) {
  ChildPipe pipe({"true"});
  const std::string bytes(1'000'000, 'x');
  EXPECT_EQ(message_of([&] {
              for (int i = 0; i < 100; ++i) pipe.send(bytes.data(), bytes.size());
            }),
            "true does not answer: it ended with exit code 0");
}

}  // namespace
}  // namespace coppice
