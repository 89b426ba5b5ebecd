#include "supernet/data/image_folder.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <opencv2/imgcodecs.hpp>

#include "tests/supernet/base/temporary_folder.hpp"

// GDAL, which OpenCV loads with its decoders, takes two locks of its own in either order on one
// thread; the thread sanitizer asks here, by a name that it has chosen.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __tsan_default_suppressions() { return "deadlock:libgdal"; }

namespace coppice {
namespace {

namespace fs = std::filesystem;

void write_image(const fs::path& path, const cv::Mat& image) {
  fs::create_directories(path.parent_path());
  ASSERT_TRUE(cv::imwrite(path.string(), image));
}

cv::Mat colour(int height, int width, const cv::Scalar& bgr) {
  return {height, width, CV_8UC3, bgr};
}

/// Two classes: an orange JPEG and a grey one; a PNG in val for each.
void write_sample(const TemporaryFolder& folder) {
  write_image(folder / "train/cat/b.jpg", colour(20, 30, {0, 128, 255}));
  write_image(folder / "train/cat/a.JPEG", cv::Mat(8, 8, CV_8UC1, cv::Scalar(90)));
  write_image(folder / "train/dog/c.png", colour(5, 7, {1, 2, 3}));
  write_image(folder / "val/cat/d.png", colour(5, 7, {1, 2, 3}));
  write_image(folder / "val/dog/e.png", cv::Mat(4, 6, CV_8UC4, cv::Scalar(10, 20, 30, 0)));
}

std::string big_endian(unsigned long value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

std::string png_chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const auto* bytes = reinterpret_cast<const Bytef*>(body.data());
  const uLong checksum = ::crc32(0, bytes, static_cast<uInt>(body.size()));
  return big_endian(data.size()) + body + big_endian(checksum);
}

std::string open_message(const TemporaryFolder& folder) {
  return message_of([&] { (void)open_data(folder.path()); });
}

TEST(ImageFolder, ClassesAndFilesAreSorted) {
  const TemporaryFolder folder;
  write_sample(folder);
  write_bytes(folder / "train/cat/notes.txt", "no image");
  write_bytes(folder / "train/cat/._b.jpg", "hidden");
  const DataSource source = open_data(folder.path());
  EXPECT_EQ(source.format, "image folder");
  EXPECT_EQ(source.channels, 3);
  EXPECT_EQ(source.class_names, (std::vector<std::string>{"cat", "dog"}));
  ASSERT_EQ(source.train->size(), 3U);
  EXPECT_EQ(source.train->label(0), 0);
  EXPECT_EQ(source.train->label(2), 1);
  EXPECT_EQ(source.train->get(0).image.height, 8);   // a.JPEG
  EXPECT_EQ(source.train->get(1).image.height, 20);  // b.jpg
  EXPECT_EQ(source.train->get(2).label, 1);
}

TEST(ImageFolder, ColoursComeInRgbOrder) {
  const TemporaryFolder folder;
  write_sample(folder);
  const Image image = open_data(folder.path()).train->get(1).image;
  EXPECT_EQ(image.width, 30);
  ASSERT_EQ(image.pixels.size(), 20U * 30U * 3U);
  EXPECT_NEAR(image.pixels[0], 255, 4);
  EXPECT_NEAR(image.pixels[1], 128, 4);
  EXPECT_NEAR(image.pixels[2], 0, 4);
}

TEST(ImageFolder, GreyIsRepeatedAndTransparencyDropped) {
  const TemporaryFolder folder;
  write_sample(folder);
  const DataSource source = open_data(folder.path());
  const Image grey = source.train->get(0).image;
  EXPECT_EQ(grey.channels, 3);
  EXPECT_EQ(grey.pixels, std::vector<std::uint8_t>(8 * 8 * 3, 90));
  const Image transparent = source.test->get(1).image;
  EXPECT_EQ(transparent.channels, 3);
  EXPECT_EQ(std::vector<std::uint8_t>(transparent.pixels.begin(), transparent.pixels.begin() + 3),
            (std::vector<std::uint8_t>{30, 20, 10}));
}

TEST(ImageFolder, PalettesAreLookedUp) {
  const TemporaryFolder folder;
  const std::string header("\0\0\0\1\0\0\0\1\x8\x3\0\0\0", 13);  // 1 x 1, 8 bits, palette
  std::string rows(100, '\0');
  uLongf length = rows.size();
  const Bytef row[] = {0, 1};  // no filter; colour 1
  ASSERT_EQ(::compress(reinterpret_cast<Bytef*>(rows.data()), &length, row, 2), Z_OK);
  write_bytes(folder / "a.png",
              "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) +
                  png_chunk("PLTE", {0, 0, 0, '\xc8', 100, 50}) +
                  png_chunk("IDAT", rows.substr(0, length)) + png_chunk("IEND", ""));
  EXPECT_EQ(read_image(folder / "a.png").pixels, (std::vector<std::uint8_t>{200, 100, 50}));
}

TEST(ImageFolder, TestFolderServesWhereThereIsNoVal) {
  const TemporaryFolder folder;
  write_sample(folder);
  fs::rename(folder / "val", folder / "test");
  EXPECT_EQ(open_data(folder.path()).test->size(), 2U);
}

TEST(ImageFolder, BrokenImagesAreNamedWhenRead) {
  const TemporaryFolder folder;
  write_sample(folder);
  const std::string jpeg = read_bytes(folder / "train/cat/b.jpg");
  const std::string path = (folder / "train/cat/b.jpg").string();
  const auto source = open_data(folder.path());
  const auto message = [&] { return message_of([&] { (void)source.train->get(1); }); };
  write_bytes(path, jpeg.substr(0, jpeg.size() - 10));
  EXPECT_EQ(message(),
            "cannot decode " + path +
                ": the image is truncated; restore it, or take it out of the folder");
  write_bytes(path, jpeg.substr(0, 100));
  EXPECT_EQ(message(),
            "cannot decode " + path +
                ": the image is truncated; restore it, or take it out of the folder");
  write_bytes(path, "<html>not found</html>");
  EXPECT_EQ(message(), path + " is neither a JPEG nor a PNG image");
  write_bytes(path, "");
  EXPECT_EQ(message(), path + " is neither a JPEG nor a PNG image");
  fs::remove(path);
  EXPECT_EQ(message(), "cannot read " + path + ": No such file or directory");
  const std::string png = read_bytes(folder / "train/dog/c.png");
  write_bytes(path, png.substr(0, png.size() - 20));
  EXPECT_EQ(message(),
            "cannot decode " + path +
                ": the image is truncated; restore it, or take it out of the folder");
}

TEST(ImageFolder, ImageWithoutContentIsDamaged) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.jpg", "\xff\xd8\xff\xda....\xff\xd9");
  EXPECT_EQ(message_of([&] { (void)read_image(folder / "a.jpg"); }),
            "cannot decode " + (folder / "a.jpg").string() +
                ": the image is damaged; restore it, or take it out of the folder");
}

TEST(ImageFolder, ADamagedPngIsNamedAndNothingElseIsSaid) {
  const TemporaryFolder folder;
  write_sample(folder);
  std::string png = read_bytes(folder / "train/dog/c.png");
  png[png.find("IDAT") + 6] ^= 0x55;
  write_bytes(folder / "a.png", png);
  testing::internal::CaptureStderr();
  EXPECT_EQ(message_of([&] { (void)read_image(folder / "a.png"); }),
            "cannot decode " + (folder / "a.png").string() +
                ": the image is damaged; restore it, or take it out of the folder");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(ImageFolder, ClassWithoutImagesIsNamed) {
  const TemporaryFolder folder;
  write_sample(folder);
  fs::remove(folder / "val/dog/e.png");
  EXPECT_EQ(open_message(folder),
            (folder / "val/dog").string() + " has no JPEG or PNG images; every class needs one");
}

TEST(ImageFolder, APictureThatCannotBeReadIsNotPassedOver) {
  const TemporaryFolder folder;
  write_sample(folder);
  write_bytes(folder / "train/cat/readme.txt", "cats");
  EXPECT_EQ(open_message(folder), "no error");
  fs::create_symlink("nowhere.png", folder / "train/cat/z.png");
  EXPECT_EQ(open_message(folder),
            (folder / "train/cat/z.png").string() + " is no file; is it a link to nowhere?");
  fs::remove(folder / "train/cat/z.png");
  write_bytes(folder / "train/cat/z.BMP", "BM");
  EXPECT_EQ(open_message(folder),
            (folder / "train/cat/z.BMP").string() +
                " is a picture of a kind that is not read; JPEG and PNG are: convert it or take it "
                "away");
}

TEST(ImageFolder, OneClassIsTooFew) {
  const TemporaryFolder folder;
  write_sample(folder);
  fs::remove_all(folder / "train/dog");
  fs::remove_all(folder / "val/dog");
  EXPECT_EQ(open_message(folder),
            (folder / "train").string() + " has one class folder, 'cat'; at least two are needed");
}

TEST(ImageFolder, FoldersWithinAClassAreNamed) {
  const TemporaryFolder folder;
  write_sample(folder);
  fs::create_directories(folder / "train/cat/.cache");
  EXPECT_EQ(open_message(folder), "no error");
  write_image(folder / "train/cat/more/z.png", colour(2, 2, {}));
  EXPECT_EQ(open_message(folder),
            (folder / "train/cat/more").string() +
                " is a folder within a class; class folders hold pictures only, so move its "
                "pictures up or take it away");
}

TEST(ImageFolder, DifferingClassesAreNamed) {
  const TemporaryFolder folder;
  write_sample(folder);
  write_image(folder / "val/emu/a.png", colour(2, 2, {}));
  const std::string train = (folder / "train").string();
  const std::string val = (folder / "val").string();
  EXPECT_EQ(open_message(folder),
            val + " has a class 'emu', " + train + " has not; both need the same classes");
  fs::remove_all(folder / "val/emu");
  fs::remove_all(folder / "val/dog");
  EXPECT_EQ(open_message(folder),
            train + " has a class 'dog', " + val + " has not; both need the same classes");
}

TEST(ImageFolder, MissingPartsAreNamed) {
  const TemporaryFolder folder;
  write_sample(folder);
  fs::rename(folder / "val", folder / "other");
  EXPECT_EQ(open_message(folder),
            folder.path().string() +
                " has a folder 'train' but neither 'val' nor 'test'; one of them is needed");
  fs::rename(folder / "train", folder / "val");
  EXPECT_EQ(open_message(folder), folder.path().string() + " has no folder 'train'");
  fs::create_directories(folder / "train");
  EXPECT_EQ(open_message(folder),
            (folder / "train").string() + " has no class folders; one folder a class is needed");
}

TEST(Imagenette, ItsThousandPhotographsDecodeToThreeChannels) {
  const char* shared = std::getenv("COPPICE_SHARED_DATA");
  const fs::path folder = fs::path(shared == nullptr ? "" : shared) / "imagenette_sample";
  if (!fs::exists(folder)) GTEST_SKIP() << "skipped: COPPICE_SHARED_DATA has no imagenette_sample";
  const DataSource source = open_data(folder);
  EXPECT_EQ(source.train->size() + source.test->size(), 1000U);
  EXPECT_EQ(source.class_names.size(), 10U);
  int grey = 0;
  for (std::size_t i = 0; i < source.test->size(); ++i) {
    const Image image = source.test->get(i).image;
    ASSERT_EQ(image.channels, 3);
    bool equal = true;
    for (std::size_t p = 0; p < image.pixels.size() && equal; p += 3) {
      equal = image.pixels[p] == image.pixels[p + 1] && image.pixels[p] == image.pixels[p + 2];
    }
    grey += equal ? 1 : 0;
  }
  EXPECT_GT(grey, 0);
}

}  // namespace
}  // namespace coppice
