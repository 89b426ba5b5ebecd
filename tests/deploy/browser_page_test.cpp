// The example page (experiments/deploy/browser) in a real browser: onnxruntime-web computes what
// the subnet computes, a dropped picture gets libtorch's class, errors are told, nothing leaves
// this machine.
#include <ATen/ops/argmax.h>
#include <ATen/ops/softmax.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "export/child_pipe.hpp"
#include "export/verify.hpp"
#include "tests/support/browser.hpp"
#include "tests/support/exported_network.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;

constexpr const char* kExample = COPPICE_DEPLOY_NODE "/../browser";
constexpr const char* kIdle =
    "document.querySelector('main').getAttribute('aria-busy') === 'false'";
// Ends with the test: a closed input is its end.
constexpr const char* kServer =
    "process.stdin.on('close', () => process.exit(0)).resume();"
    "import('file://' + process.argv[1])";
constexpr const char* kBad = "<img src=x onerror=\"document.title='run'\">";

// Serves a folder until it goes out of scope.
class Server {
 public:
  explicit Server(const std::filesystem::path& folder,
                  const std::filesystem::path& example = kExample)
      : pipe_({"node", "-e", kServer, (example / "serve.mjs").string(), folder.string(), "0"}) {
    for (char c = 0; c != '\n';) {
      pipe_.receive(&c, 1);
      if (c != '\n') address_ += c;
    }
  }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  ChildPipe pipe_;
  std::string address_;
};

class BrowserPage : public testing::Test {
 protected:
  void SetUp() override {
    program_ = Browser::find();
    if (program_.empty()) GTEST_SKIP() << "skipped: no Chromium; install the package chromium";
    if (!std::filesystem::exists(std::string(kExample) + "/node_modules")) {
      GTEST_SKIP() << "skipped: run npm ci --ignore-scripts in experiments/deploy/browser";
    }
    if (!std::filesystem::exists(ExportedNetwork::kImages)) {
      GTEST_SKIP() << "skipped: " << ExportedNetwork::kImages
                   << " is not there (package dataset-fashion-mnist)";
    }
    network_.emplace(folder_.path());
    network_->card.accuracy = CardAccuracy{1000, 10000, kBad, "test"};
    network_->card.inference =
        CardEnergy{{0.001, 0.002, 0.004}, {2.4e-7, 5e-7, 1.2e-6}, "modelled", kBad, "grid"};
    network_->write_card();
  }

  // Opens the page of what lies in the folder and waits until it is ready or has failed.
  void open_page() {
    server_ = std::make_unique<Server>(folder_.path());
    browser_ = std::make_unique<Browser>(program_, 1000, 900);
    browser_->open_url(server_->address());
    ASSERT_TRUE(browser_->becomes_true(kIdle));
  }

  void drop(const std::filesystem::path& file) {
    browser_->drop(file, 200, 200);
    ASSERT_TRUE(browser_->becomes_true(kIdle));
  }

  [[nodiscard]] std::string text_at(const std::string& selector) {
    return browser_->evaluate("document.querySelector('" + selector + "')?.textContent ?? ''");
  }
  [[nodiscard]] std::string message() { return text_at("#message:not([hidden])"); }

  std::string program_;
  const TemporaryFolder folder_;
  std::optional<ExportedNetwork> network_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Browser> browser_;
};

TEST_F(BrowserPage, ComputesTheLogitsOfTheSubnetForAThousandImages) {
  open_page();
  browser_->evaluate(R"((async () => {
    const {readCard, readModel} = await import('./export_folder.mjs');
    const {openNetwork} = await import('./network.mjs');
    const card = await readCard();
    window.network = await openNetwork(card, await readModel(card, 'model.onnx'), 'model.onnx');
  })())");
  double largest = 0;
  for (std::size_t batch = 0; batch < 1000 / ExportedNetwork::kBatch; ++batch) {
    const at::Tensor images = network_->images(batch);
    const auto found =
        browser_->evaluate("network.run(Float32Array.from(" + Json(values_of(images)).dump() +
                           "), " + std::to_string(images.size(0)) + ").then(Array.from)");
    const LogitComparison comparison =
        compare_logits(values_of(network_->subnet().forward(images)),
                       found.get<std::vector<float>>(),
                       static_cast<std::size_t>(network_->card.classes));
    largest = std::max(largest, comparison.largest_difference);
    EXPECT_EQ(comparison.top1_agreement, 100) << "batch " << batch;
  }
  EXPECT_LE(largest, kLogitTolerance);
  std::printf("largest difference %.1e of the largest logit\n", largest);
}

TEST_F(BrowserPage, ADroppedPictureGetsTheClassOfLibtorch) {
  open_page();
  const at::Tensor shares = at::softmax(network_->subnet().forward(network_->images(0)), 1);
  const at::Tensor classes = at::argmax(shares, 1);
  // Two images that the network tells apart.
  std::size_t other = 1;
  while (classes[0].item<std::int64_t>() ==
         classes[static_cast<std::int64_t>(other)].item<std::int64_t>()) {
    ASSERT_LT(++other, ExportedNetwork::kBatch) << "the random network sees one class everywhere";
  }
  for (const std::size_t index : {std::size_t{0}, other}) {
    drop(network_->picture(index, ".png"));
    const auto row = static_cast<std::int64_t>(index);
    const auto best = classes[row].item<std::int64_t>();
    EXPECT_EQ(text_at("#classes tr th"), network_->class_name(best));
    const double share = browser_->evaluate("document.querySelector('#classes meter').value");
    EXPECT_NEAR(share, shares[row][best].item<double>(), 1e-4);
    EXPECT_EQ(message(), "");
    EXPECT_NE(text_at("#time").find(" ms an inference (median of "), std::string::npos);
  }
  EXPECT_TRUE(browser_->complaints().empty()) << browser_->complaints().front();
  for (const std::string& request : browser_->requests()) {
    EXPECT_TRUE(request.rfind(server_->address(), 0) == 0 || request.rfind("data:", 0) == 0)
        << request;
  }
}

TEST_F(BrowserPage, AChosenPictureIsSeenLikeADroppedOneAndCanBeInverted) {
  open_page();
  drop(network_->picture(0, ".png"));
  const std::string dropped = text_at("#classes");
  browser_->evaluate("document.getElementById('clear').click()");
  EXPECT_EQ(text_at("#classes"), "");
  const Json document = browser_->command("DOM.getDocument", Json::object());
  const Json input = browser_->command(
      "DOM.querySelector", {{"nodeId", document["root"]["nodeId"]}, {"selector", "#file"}});
  browser_->command(
      "DOM.setFileInputFiles",
      {{"nodeId", input["nodeId"]}, {"files", {network_->picture(0, ".png").string()}}});
  ASSERT_TRUE(browser_->becomes_true("document.querySelector('#classes tr') !== null"));
  ASSERT_TRUE(browser_->becomes_true(kIdle));
  EXPECT_EQ(text_at("#classes"), dropped);
  browser_->evaluate("document.getElementById('invert').click()");
  ASSERT_TRUE(browser_->becomes_true(kIdle));
  EXPECT_NE(text_at("#classes"), dropped);
  // Light edges are not what the network was trained on.
  EXPECT_EQ(text_at("#hint").rfind("The edge of the picture is light", 0), 0U) << text_at("#hint");
}

TEST_F(BrowserPage, DrawsWithMouseAndKeys) {
  open_page();
  const auto box = browser_->evaluate(
      "(({x, y}) => ({x, y}))(document.getElementById('pad').getBoundingClientRect())");
  const double x = box["x"].get<double>() + 100;
  const double y = box["y"].get<double>() + 100;
  browser_->click(x, y);
  ASSERT_TRUE(browser_->becomes_true("document.querySelector('#classes tr') !== null"));
  const char* ink =
      "document.getElementById('pad').getContext('2d').getImageData(0, 0, 280, 280)"
      ".data.filter((v, i) => i % 4 === 0 && v === 255).length";
  const int dot = browser_->evaluate(ink);
  EXPECT_GT(dot, 100);
  browser_->evaluate("document.getElementById('pad').focus()");
  browser_->press(" ");
  for (int i = 0; i < 5; ++i) browser_->press("ArrowDown");
  ASSERT_TRUE(browser_->becomes_true(kIdle));
  EXPECT_GT(browser_->evaluate(ink).get<int>(), dot + 500);
  EXPECT_EQ(message(), "");
}

TEST_F(BrowserPage, ShowsEnergyAndCarbonOfTheCardAsText) {
  open_page();
  const std::string costs = text_at("#costs");
  for (const char* words : {"2 µJ", "1 to 4 µJ", "500 ng", "240 to 1,200 ng", "modelled", kBad}) {
    EXPECT_NE(costs.find(words), std::string::npos) << words << " in " << costs;
  }
  EXPECT_NE(text_at("#about").find(kBad), std::string::npos);
  EXPECT_EQ(browser_->evaluate("document.querySelectorAll('img').length"), 0);
  EXPECT_EQ(browser_->evaluate("document.title"), "small");
}

TEST_F(BrowserPage, SaysWhatIsWrongWithAPicture) {
  open_page();
  write_bytes(folder_ / "text.png", "no picture");
  drop(folder_ / "text.png");
  EXPECT_EQ(message(), "text.png is no picture that this browser can read");
  cv::imwrite((folder_ / "red.png").string(), cv::Mat(28, 28, CV_8UC3, cv::Scalar(0, 0, 255)));
  drop(folder_ / "red.png");
  EXPECT_EQ(message(),
            "red.png has 3 channels (it is coloured), the network takes 1 channel (grey); convert "
            "it to grey first");
  cv::imwrite((folder_ / "glass.png").string(), cv::Mat(28, 28, CV_8UC4, cv::Scalar(9, 9, 9, 99)));
  drop(folder_ / "glass.png");
  EXPECT_EQ(message(),
            "glass.png has 4 channels (RGB and alpha: parts are transparent), the network takes 1 "
            "channel (grey); give it a background first");
  cv::imwrite((folder_ / "huge.png").string(), cv::Mat(7000, 8000, CV_8UC1, cv::Scalar(0)));
  drop(folder_ / "huge.png");
  EXPECT_EQ(message(),
            "huge.png has 8000 x 7000 pixels, at most 50 million can be read; shrink it first");
  EXPECT_EQ(text_at("#classes"), "");
  drop(network_->picture(0, ".png"));  // and goes on
  EXPECT_EQ(message(), "");
  EXPECT_NE(text_at("#classes"), "");
}

TEST_F(BrowserPage, SaysWhatIsWrongWithAnExport) {
  const std::string model = read_bytes(folder_ / kOnnxFile);
  const auto told = [&](const std::string& bytes) {
    write_bytes(folder_ / kOnnxFile, bytes);
    open_page();
    return message();
  };
  EXPECT_EQ(told(model.substr(0, 1000)),
            "model.onnx has 1000 bytes, card.json says " + std::to_string(model.size()) +
                ": it was truncated or edited; export again");
  std::string edited = model;
  edited[edited.size() / 2] ^= 1;
  const std::string mismatch = told(edited);
  EXPECT_EQ(
      mismatch.rfind("model.onnx is not the file that card.json describes: its SHA-256 is ", 0), 0U)
      << mismatch;
  drop(network_->picture(0, ".png"));  // told again, not computed with a model that is not this one
  EXPECT_EQ(message(), mismatch);
  // The card vouches for bytes that are no model.
  write_bytes(folder_ / kOnnxFile, "no model");
  network_->write_card();
  open_page();
  EXPECT_EQ(message().rfind("ONNX Runtime cannot run model.onnx: ", 0), 0U) << message();
  std::filesystem::remove(folder_ / kOnnxFile);
  open_page();
  EXPECT_EQ(message(),
            "the export folder has no model.onnx; export it with coppice export --formats onnx");
}

// All that is checked stands in card_test.cpp.
TEST_F(BrowserPage, SaysWhatIsWrongWithACard) {
  const auto told = [&](const std::string& pointer, const Json& value) {
    network_->write_card();
    Json card = Json::parse(read_bytes(folder_ / kCardJsonFile));
    card[Json::json_pointer(pointer)] = value;
    write_bytes(folder_ / kCardJsonFile, card.dump());
    open_page();
    return message();
  };
  EXPECT_EQ(told("/preprocessing/std", {0}),
            "card.json: preprocessing.std.0 is 0, must be a number above 0; export again");
  EXPECT_EQ(told("/accuracy", Json::object()),
            "card.json: accuracy.top1_percent is missing, must be a number; export again");
  EXPECT_EQ(told("/card_version", 99),
            "card.json: card_version is 99, this program reads up to 1; use the example of a newer "
            "Coppice");
  EXPECT_EQ(told("/preprocessing", nullptr),
            "card.json does not say how pictures are prepared: it gives no reason");
  EXPECT_EQ(told("/files", Json::array()),
            "the card lists no ONNX file; export with --formats onnx");
  EXPECT_EQ(told("/output/name", "scores"),
            "model.onnx has the output logits, output.name in card.json is scores; export again");
  const Json three = Json::parse(R"({"channels": 3, "height": 28, "width": 28, "name": "input",
                                     "type": "float32", "layout": "NCHW"})");
  network_->card.channels = 3;
  network_->card.preprocessing =
      CardPreprocessing{"whole picture to 28 x 28", "RGB", {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}, 1};
  EXPECT_EQ(told("/input", three),
            "model.onnx has an input of 1 x 28 x 28, input in card.json says 3 x 28 x 28; export "
            "again");
  write_bytes(folder_ / kCardJsonFile, "{");
  open_page();
  EXPECT_EQ(message(), "card.json is no model card: it was truncated or edited; export again");
}

// Tiny deviations make pixels infinite.
TEST_F(BrowserPage, ShowsNoClassesForLogitsThatAreNotFinite) {
  network_->card.preprocessing.value->std = {1e-300};
  network_->write_card();
  open_page();
  drop(network_->picture(0, ".png"));
  EXPECT_EQ(message(),
            "model.onnx gives logits that are not finite: its weights, or preprocessing in "
            "card.json, were edited; export again");
  EXPECT_EQ(text_at("#classes"), "");
}

TEST_F(BrowserPage, SaysThatTheRuntimeIsMissing) {
  // The example without what npm installs.
  const auto copy = folder_ / "copy";
  std::filesystem::create_directories(copy / "browser");
  std::filesystem::copy(std::string(kExample) + "/page",
                        copy / "browser/page",
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy(std::string(kExample) + "/serve.mjs", copy / "browser/serve.mjs");
  std::filesystem::copy(std::string(kExample) + "/../common", copy / "common");
  server_ = std::make_unique<Server>(folder_.path(), copy / "browser");
  browser_ = std::make_unique<Browser>(program_, 1000, 900);
  browser_->open_url(server_->address());
  ASSERT_TRUE(browser_->becomes_true(kIdle));
  EXPECT_EQ(message(),
            "ONNX Runtime is not installed; run npm ci --ignore-scripts in "
            "experiments/deploy/browser and reload");
}

TEST_F(BrowserPage, APhoneShowsItWithoutScrollingSideways) {
  server_ = std::make_unique<Server>(folder_.path());
  browser_ = std::make_unique<Browser>(program_, 360, 740);
  browser_->open_url(server_->address());
  ASSERT_TRUE(browser_->becomes_true(kIdle));
  EXPECT_LE(browser_->evaluate("document.documentElement.scrollWidth").get<int>(), 360);
}

TEST_F(BrowserPage, DarkScreensGetDarkPaper) {
  open_page();
  const std::string back = "getComputedStyle(document.body).backgroundColor";
  const auto light = browser_->evaluate(back);
  browser_->command("Emulation.setEmulatedMedia",
                    {{"features", {{{"name", "prefers-color-scheme"}, {"value", "dark"}}}}});
  EXPECT_NE(browser_->evaluate(back), light);
}

// Another site's page that calls its name 127.0.0.1, or a path out of the folder.
TEST_F(BrowserPage, TheServerAnswersForThisMachineAndItsFilesOnly) {
  open_page();
  const auto status = [&](const std::string& path) {
    return browser_->evaluate("fetch('" + path + "').then(r => r.status)").get<int>();
  };
  EXPECT_EQ(status("export/card.json"), 200);
  EXPECT_EQ(status("export/..%2fcard.json"), 404);
  EXPECT_EQ(status("nothing.html"), 404);
  EXPECT_EQ(status("export/image0.png"), 404);
  EXPECT_EQ(status("runtime/package.json"), 404);
  EXPECT_EQ(status("page/index.html"), 404);
  // Browsers tidy up paths before they ask; others may not.
  const std::string port = server_->address().substr(server_->address().rfind(':') + 1);
  const auto raw_status = [&](const std::string& path, const std::string& host) {
    const std::string script =
        "require('http').get({host: '127.0.0.1', port: " + port.substr(0, port.size() - 1) +
        ", path: '" + path + "', headers: {host: '" + host +
        "'}}, r => process.exit(r.statusCode - 200))";
    return 200 + WEXITSTATUS(std::system(("node -e \"" + script + "\"").c_str()));
  };
  const std::string here = "127.0.0.1:" + port.substr(0, port.size() - 1);
  EXPECT_EQ(raw_status("/export/card.json", here), 200);
  EXPECT_EQ(raw_status("/export/card.json", "evil.example"), 403);
  for (const char* path : {"/.", "/..", "/export/../card.json", "/export/", "/../serve.mjs"}) {
    EXPECT_EQ(raw_status(path, here), 404) << path;
  }
}

}  // namespace
}  // namespace coppice
