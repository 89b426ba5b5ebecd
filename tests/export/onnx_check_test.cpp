#include "export/onnx_check.hpp"

#include <gtest/gtest.h>

#include "export/onnx_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

std::string check_message(const std::filesystem::path& path) {
  return message_of([&] { return check_onnx_file(path); });
}

TEST(OnnxCheck, TruncationsOfAnyLengthAreFound) {
  const TemporaryFolder folder;
  write_onnx(tiny_network(), {}, folder / "model.onnx");
  const std::string bytes = read_bytes(folder / "model.onnx");
  for (std::size_t size = 0; size < bytes.size(); size += bytes.size() / 50) {
    write_bytes(folder / "cut.onnx", bytes.substr(0, size));
    EXPECT_EQ(check_message(folder / "cut.onnx"),
              (folder / "cut.onnx").string() + " is no whole ONNX classifier (" +
                  std::to_string(size) +
                  " bytes): it was truncated or is of another kind; export it again");
  }
}

TEST(OnnxCheck, EditedOperatorIsFound) {
  const TemporaryFolder folder;
  write_onnx(tiny_network(), {}, folder / "model.onnx");
  std::string bytes = read_bytes(folder / "model.onnx");
  bytes.replace(bytes.find("HardSigmoid"), 11, "HardSigmoix");
  write_bytes(folder / "model.onnx", bytes);
  const std::string message = check_message(folder / "model.onnx");
  EXPECT_EQ(message.find((folder / "model.onnx").string() + " is not a valid ONNX model: "), 0U)
      << message;
  EXPECT_NE(message.find("HardSigmoix"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST(OnnxCheck, MissingFileIsNamed) {
  const TemporaryFolder folder;
  EXPECT_EQ(check_message(folder / "a.onnx"),
            "cannot read " + (folder / "a.onnx").string() + ": No such file or directory");
}

}  // namespace
}  // namespace coppice
