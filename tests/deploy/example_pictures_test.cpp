// The examples in experiments/deploy and pictures of all kinds: what they read, and how they refuse
// the rest in one line.
#include "tests/deploy/examples.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

using ExamplePictures = Examples;

TEST_F(ExamplePictures, NodeReadsIdxFilesToo) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const std::string idx = std::string(ExportedNetwork::kImages) + "/t10k-images-idx3-ubyte.gz";
  const Ended png = classify(node_, network_->picture(1, ".png"));
  const Ended same = classify(node_, idx + ":1");
  // All but the last line, which tells the time.
  const auto classes = [](const std::string& said) {
    return said.substr(0, said.rfind('\n', said.size() - 2));
  };
  EXPECT_EQ(classes(png.said), classes(same.said));
  expect_complaint(node_, idx + ":10000", idx + " has pictures 0 to 9999, not 10000");
}

TEST_F(ExamplePictures, PicturesOfOtherChannelsAreRefused) {
  const cv::Mat colour(28, 28, CV_8UC3, cv::Scalar(0, 0, 255));
  for (const Example& example : examples_) {
    const bool pnm = example.ending == ".pgm";
    const fs::path picture = folder_ / (pnm ? "colour.ppm" : "colour.png");
    cv::imwrite(picture.string(), colour);
    const std::string words =
        example.name == node_.name
            ? "the picture has 3 channels (RGB), the network takes 1 channel (grey); convert it "
              "first"
        : pnm ? picture.string() + " has 3 channels, the network takes 1; convert it first"
              : picture.string() +
                    " has 3 channels of 8 bits, the network takes 1 of 8 bits; convert it first";
    expect_complaint(example, picture, words);
  }
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
}

TEST_F(ExamplePictures, PicturesOfMoreBitsAreRefusedByTheirDepth) {
  const fs::path deep = folder_ / "deep.png";
  cv::imwrite(deep.string(), cv::Mat(28, 28, CV_16UC1, cv::Scalar(7)));
  expect_complaint(
      examples_[0],
      deep,
      deep.string() + " has 1 channel of 16 bits, the network takes 1 of 8 bits; convert it first");
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
  expect_complaint(node_,
                   deep,
                   deep.string() +
                       " is a PNG of 16 bits a channel in grey, must be one of 8 bits a channel in "
                       "grey or RGB, not interlaced; convert it first");
}

TEST_F(ExamplePictures, PicturesThatCannotBeReadAreRefused) {
  write_bytes(folder_ / "text.png", "no picture");
  const std::string path = (folder_ / "text.png").string();
  const std::string folder = folder_.path().string();
  const std::string nowhere = (folder_ / "nowhere.png").string();
  for (const Example& example : examples_) {
    expect_complaint(example, nowhere, "there is no picture " + nowhere + "; check its path");
    expect_complaint(example, folder, "cannot read " + folder + ": it is a folder");
  }
  expect_complaint(
      examples_[0], path, path + " is no picture that OpenCV can read; convert it first");
  expect_complaint(
      examples_[1], path, path + " is no binary PGM or PPM picture (P5 or P6); convert it first");
  SKIP_WITHOUT_ONNXRUNTIME() << kWithoutNode;
  expect_complaint(node_,
                   path,
                   path +
                       " is no PNG picture; convert it first, or give FILE:NUMBER of an IDX "
                       "file");
}

TEST_F(ExamplePictures, NodeRefusesDamagedIdxFiles) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const std::string original = std::string(ExportedNetwork::kImages) + "/t10k-images-idx3-ubyte.gz";
  const std::string cut = (folder_ / "cut.gz").string();
  write_bytes(cut, read_bytes(original).substr(0, 1000));
  expect_complaint(
      node_,
      cut + ":7",
      cut +
          " cannot be unpacked (unexpected end of file): it is truncated or no gzip file; fetch "
          "it again");
  const std::string idx = (folder_ / "images.idx").string();
  const auto refused = [&](const std::string& bytes, const std::string& words) {
    write_bytes(idx, bytes);
    expect_complaint(node_, idx + ":1", idx + words);
  };
  const std::string none =
      " is no IDX file of images; give a PNG picture or FILE:NUMBER of such a file";
  refused("abc", none);
  refused(std::string(100, 'a'), none);
  const auto header = [](char count) {
    return std::string("\0\0\x08\x03\0\0\0", 7) + count + std::string("\0\0\0\x1c\0\0\0\x1c", 8);
  };
  refused(header(0), " has no pictures, not 1");
  refused(header(1), " has pictures 0 to 0, not 1");
  refused(header(2) + std::string(1000, 'x'),
          " is truncated: it has 1016 bytes, picture 1 ends at 1584; fetch it again");
}

// The pixels of a picture under a header of one's own.
TEST_F(ExamplePictures, LibtorchReadsEveryPgmOfEightBits) {
  const std::string plain = read_bytes(network_->picture(0, ".pgm"));
  const std::string pixels = plain.substr(plain.size() - std::size_t{28} * 28);
  const std::string expected = classify(examples_[1], network_->picture(0, ".pgm")).said;
  const fs::path picture = folder_ / "own.pgm";
  for (const char* header : {"P5\n28 28\n255\n",
                             "P5\n# Created by GIMP\n28 28\n255\n",
                             "P5 #a\n#b\n 28\t# c\r28 \n2# in a word\n55 "}) {
    write_bytes(picture, header + pixels);
    EXPECT_EQ(classify(examples_[1], picture).said, expected) << header;
  }
  // Half as bright, of half as much.
  std::string dark = pixels;
  for (char& c : dark) c = static_cast<char>(static_cast<unsigned char>(c) / 2);
  std::string even = dark;
  for (char& c : even) c = static_cast<char>(static_cast<unsigned char>(c) * 2);
  write_bytes(picture, "P5 28 28 254\n" + even);
  const std::string bright = classify(examples_[1], picture).said;
  write_bytes(picture, "P5 28 28 127\n" + dark);
  EXPECT_EQ(classify(examples_[1], picture).said, bright);
}

TEST_F(ExamplePictures, LibtorchSaysWhatIsWrongWithAPgm) {
  const fs::path picture = folder_ / "own.pgm";
  const std::string pixels(std::size_t{2} * 28 * 28, '\x64');
  const auto refused = [&](const std::string& bytes, const std::string& words) {
    write_bytes(picture, bytes);
    expect_complaint(examples_[1], picture, picture.string() + words);
  };
  const std::string header =
      " has a damaged header: width, height and largest value must be whole numbers above 0";
  refused("P2 28 28 255\n" + pixels,
          " is no binary PGM or PPM picture (P5 or P6); convert it first");
  refused("P5 28 28 65535\n" + pixels,
          " has values up to 65535, at most 255 (8 bits) can be read; convert it first");
  refused("P5 28 28 0\n" + pixels, header);
  refused("P5 28 -28 255\n" + pixels, header);
  refused("P5 28 99999999999999999999 255\n" + pixels, header);
  refused("P5 28", header);
  refused("P5 # 28 28 255", header);
  refused("P5 28 28 255\n" + pixels.substr(0, 783), " is truncated");
  refused("P5 28 28 99\n" + pixels, " is damaged: it has the value 100, its header allows 99");
}

TEST_F(ExamplePictures, LibtorchWantsTheNetworksSize) {
  const fs::path small = folder_ / "small.pgm";
  cv::imwrite(small.string(), cv::Mat(20, 24, CV_8UC1, cv::Scalar(7)));
  expect_complaint(examples_[1],
                   small,
                   small.string() + " is 24 x 20, the network takes 28 x 28; resize it first");
}

}  // namespace
}  // namespace coppice
