// The examples read cards in C++ and in JavaScript: both take what coppice export writes and refuse
// the same edits in the same words.
#include "experiments/deploy/common/card.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/node_here.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;

// What the examples rely on in a card of a grey network, and the figures that the page shows.
constexpr const char* kCard = R"({
  "card_version": 1, "name": "small-1", "space": "small",
  "architecture": {"ks": [3, 5], "d": [2], "r": [24]},
  "input": {"name": "input", "type": "float32", "layout": "NCHW", "channels": 1, "height": 24, "width": 24},
  "output": {"name": "logits", "type": "float32", "classes": 3},
  "class_names": ["cat", "dog", "Kühlschrank"],
  "preprocessing": {"resize": "whole picture to 24 x 24", "crop_fraction": 1.0, "channel_order": "grey",
                    "pixel_scale": "[0, 1]", "mean": [0.28], "std": [0.35]},
  "accuracy": {"top1_percent": 87.5, "low95_percent": 86, "high95_percent": 88, "images": 1000,
               "dataset": "fashion-mnist", "split": "test"},
  "files": [{"name": "model.onnx", "bytes": 7,
             "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}],
  "run": {"inference": {"energy_mj": {"value": 2, "low": 1, "high": 4},
                        "co2e_g": {"value": 2, "low": 1, "high": 4},
                        "method": "modelled", "device": "laptop", "grid": "World"}}
})";

// The card with another value at a JSON pointer, or with none.
std::string edited(const std::string& pointer, const std::optional<Json>& value) {
  Json card = Json::parse(kCard);
  const Json::json_pointer place(pointer);
  if (value) {
    card[place] = *value;
  } else {
    card[place.parent_pointer()].erase(place.back());
  }
  return card.dump();
}

struct Case {
  std::string card;
  std::string complaint;  // without the path that it begins with
};

Case refused(const std::string& pointer,
             const std::optional<Json>& value,
             const std::string& complaint) {
  return {edited(pointer, value), ": " + complaint + "; export again"};
}

const std::string kSide = ", must be a whole number from 8 to 4096";
const std::string kFraction =
    ", must be a number above 0, at most 1, and at least input.height / 8192";

std::vector<Case> damaged_texts() {
  const std::string words = " is no model card: it was truncated or edited; export again";
  return {{"", words}, {"{\"files\": [", words}, {"[1]", words}, {"null", words}};
}

std::vector<Case> edits_of_sizes() {
  return {
      refused("/input", std::nullopt, "input.name is missing, must be text"),
      refused("/input/name", 7, "input.name is 7, must be text"),
      refused("/input/type", "float16", R"(input.type is "float16", must be "float32")"),
      refused("/input/layout", "NHWC", R"(input.layout is "NHWC", must be "NCHW")"),
      refused("/input/channels", 4, "input.channels is 4, must be 1 or 3"),
      refused("/input/height", "24", "input.height is \"24\"" + kSide),
      refused("/input/height", 24.5, "input.height is 24.5" + kSide),
      refused("/input/height", 7, "input.height is 7" + kSide),
      refused("/input/height", 100000, "input.height is 100000" + kSide),
      refused("/input/height", -24, "input.height is -24" + kSide),
      refused("/input/height", std::nullopt, "input.height is missing" + kSide),
      refused("/input/height", 28, "input.width is 24, must be equal to input.height (28)"),
      refused("/input/width", nullptr, "input.width is null, must be equal to input.height (24)"),
      refused(
          "/architecture/r/0", 28, "architecture.r.0 is 28, must be equal to input.height (24)"),
      refused(
          "/output/classes", 0, "output.classes is 0, must be a whole number from 1 to 1000000"),
      refused("/output/classes", 4, "class_names is a list of 3, must be a list of 4, one a class"),
      refused("/class_names",
              Json{"cat", "dog"},
              "class_names is a list of 2, must be a list of 3, one a class"),
      refused("/class_names",
              Json::object(),
              "class_names is an object, must be a list of 3, one a class"),
      refused("/class_names/1", 7, "class_names.1 is 7, must be text"),
  };
}

std::vector<Case> edits_of_preprocessing() {
  const std::string fraction = "preprocessing.crop_fraction is ";
  return {
      refused(
          "/preprocessing", std::nullopt, "preprocessing is missing, must be an object or null"),
      refused("/preprocessing/crop_fraction", 0, fraction + "0" + kFraction),
      refused("/preprocessing/crop_fraction", 1.5, fraction + "1.5" + kFraction),
      refused("/preprocessing/crop_fraction", 0.001, fraction + "0.001" + kFraction),
      refused("/preprocessing/crop_fraction", "1", fraction + "\"1\"" + kFraction),
      refused("/preprocessing/channel_order",
              "BGR",
              R"(preprocessing.channel_order is "BGR", must be "grey")"),
      refused("/preprocessing/pixel_scale",
              "[0, 255]",
              R"(preprocessing.pixel_scale is "[0, 255]", must be "[0, 1]")"),
      refused("/preprocessing/mean",
              std::nullopt,
              "preprocessing.mean is missing, must be a list of 1, one a channel"),
      refused("/preprocessing/mean",
              0.5,
              "preprocessing.mean is 0.5, must be a list of 1, one a channel"),
      refused("/preprocessing/mean/0", nullptr, "preprocessing.mean.0 is null, must be a number"),
      refused("/preprocessing/std",
              Json{0.5, 0.5},
              "preprocessing.std is a list of 2, must be a list of 1, one a channel"),
      refused("/preprocessing/std/0", 0, "preprocessing.std.0 is 0, must be a number above 0"),
      refused(
          "/preprocessing/std/0", -0.5, "preprocessing.std.0 is -0.5, must be a number above 0"),
  };
}

std::vector<Case> edits_of_the_rest() {
  const std::string digits = ", must be 64 hexadecimal digits, lower case";
  return {
      {edited("/card_version", 99),
       ": card_version is 99, this program reads up to 1; use the example of a newer Coppice"},
      refused("/card_version",
              std::nullopt,
              "card_version is missing, must be a whole number, at least 1"),
      refused("/card_version", "1", "card_version is \"1\", must be a whole number, at least 1"),
      refused("/files", std::nullopt, "files is missing, must be a list"),
      refused("/files/0", 7, "files.0.name is missing, must be the name of a file in this folder"),
      refused("/files/0/name",
              "../model.onnx",
              R"(files.0.name is "../model.onnx", must be the name of a file in this folder)"),
      refused("/files/0/bytes", -1, "files.0.bytes is -1, must be a whole number"),
      refused("/files/0/sha256", std::nullopt, "files.0.sha256 is missing" + digits),
      refused("/files/0/sha256",
              std::string(64, 'x'),
              "files.0.sha256 is \"" + std::string(39, 'x') + "..." + digits),
  };
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& some :
       {damaged_texts(), edits_of_sizes(), edits_of_preprocessing(), edits_of_the_rest()}) {
    cases.insert(cases.end(), some.begin(), some.end());
  }
  return cases;
}

// Calls a function of card.mjs, that takes (text, 'card.json'), for each text; what it throws, or
// "".
constexpr const char* kScript = R"(
import fs from 'node:fs';
const {parseCard, requirePreprocessing, checkFigures} = await import('file://' + process.argv[2]);
const out = JSON.parse(fs.readFileSync(process.argv[3])).map((text) => {
  try {
    const card = parseCard(text, 'card.json');
    requirePreprocessing(card, 'card.json');
    checkFigures(card, 'card.json');
    return '';
  } catch (error) {
    return error.message;
  }
});
fs.writeFileSync(process.argv[4], JSON.stringify(out));
)";

class ExampleCard : public testing::Test {
 protected:
  // What read_card says, or "".
  [[nodiscard]] std::string complaint_in_cpp(const std::string& card) const {
    write_bytes(folder_ / "card.json", card);
    try {
      (void)read_card(folder_.path().string());
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  // What card.mjs says about each.
  [[nodiscard]] std::vector<std::string> complaints_in_javascript(
      const std::vector<std::string>& cards) const {
    write_bytes(folder_ / "cards.json", Json(cards).dump());
    write_bytes(folder_ / "run.mjs", kScript);
    const std::string command =
        "node " + (folder_ / "run.mjs").string() + " " COPPICE_DEPLOY_NODE "/../common/card.mjs " +
        (folder_ / "cards.json").string() + " " + (folder_ / "out.json").string();
    EXPECT_EQ(std::system(command.c_str()), 0);
    return Json::parse(read_bytes(folder_ / "out.json"));
  }

  const TemporaryFolder folder_;
};

TEST_F(ExampleCard, HoldsWhatTheExportWrote) {
  write_bytes(folder_ / "card.json", kCard);
  const Card card = read_card(folder_.path().string());
  EXPECT_EQ(card.channels, 1);
  EXPECT_EQ(card.size, 24);
  EXPECT_EQ(card.classes, 3);
  EXPECT_EQ(card.class_names.back(), "Kühlschrank");
  EXPECT_EQ(card.crop_fraction, 1);
  EXPECT_EQ(card.mean, std::vector<double>{0.28});
  EXPECT_EQ(card.deviation, std::vector<double>{0.35});
  ASSERT_EQ(card.files.size(), 1U);
  EXPECT_EQ(card.files[0].name, "model.onnx");
  EXPECT_EQ(card.files[0].bytes, 7U);
}

// Without names, without the size in the architecture, and of three channels.
std::vector<std::string> other_good_cards() {
  Json colour = Json::parse(kCard);
  colour["input"]["channels"] = 3;
  colour["preprocessing"].update({{"channel_order", "RGB"},
                                  {"crop_fraction", 0.875},
                                  {"mean", {0.5, 0, -1}},
                                  {"std", {0.2, 1, 2}}});
  return {kCard,
          edited("/class_names", nullptr),
          edited("/class_names", std::nullopt),
          edited("/architecture", std::nullopt),
          edited("/architecture", Json{{"r", 24}}),
          edited("/accuracy", nullptr),
          edited("/run", std::nullopt),
          colour.dump()};
}

TEST_F(ExampleCard, WhatIsNotKnownMayBeAbsent) {
  for (const std::string& card : other_good_cards()) EXPECT_EQ(complaint_in_cpp(card), "") << card;
}

TEST_F(ExampleCard, EditsAreRefusedByFileAndKey) {
  for (const Case& c : all_cases()) {
    EXPECT_EQ(complaint_in_cpp(c.card), (folder_ / "card.json").string() + c.complaint) << c.card;
  }
}

TEST_F(ExampleCard, SaysWhereThereIsNone) {
  const std::string folder = (folder_ / "nowhere").string();
  try {
    (void)read_card(folder);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), "there is no " + folder + "/card.json; write it with coppice export");
  }
}

TEST_F(ExampleCard, TellsWhyPreprocessingIsNotKnown) {
  Json card = Json::parse(kCard);
  card["preprocessing"] = nullptr;
  const std::string words = " does not say how pictures are prepared: ";
  const std::string path = (folder_ / "card.json").string();
  EXPECT_EQ(complaint_in_cpp(card.dump()), path + words + "it gives no reason");
  card["preprocessing_unknown"] = "early file";
  EXPECT_EQ(complaint_in_cpp(card.dump()), path + words + "early file");
  if (node_is_missing()) GTEST_SKIP() << "skipped: no Node.js";
  EXPECT_EQ(complaints_in_javascript({card.dump()}),
            std::vector<std::string>{"card.json" + words + "early file"});
}

TEST_F(ExampleCard, JavaScriptSaysTheSame) {
  if (node_is_missing()) GTEST_SKIP() << "skipped: no Node.js";
  std::vector<std::string> cards = other_good_cards();
  std::vector<std::string> expected(cards.size());
  for (const Case& c : all_cases()) {
    cards.push_back(c.card);
    expected.push_back("card.json" + c.complaint);
  }
  const std::vector<std::string> found = complaints_in_javascript(cards);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i]) << cards[i];
}

// JavaScript reads 1e999 as infinity.
TEST_F(ExampleCard, InfiniteNumbersAreRefused) {
  std::string card = Json::parse(kCard).dump();
  card.replace(card.find("0.35"), 4, "1e999");
  EXPECT_EQ(complaint_in_cpp(card),
            (folder_ / "card.json").string() +
                " is no model card: it was truncated or edited; export again");
  if (node_is_missing()) GTEST_SKIP() << "skipped: no Node.js";
  EXPECT_EQ(complaints_in_javascript({card}),
            std::vector<std::string>{"card.json: preprocessing.std.0 is Infinity, must be a "
                                     "number above 0; export again"});
}

TEST_F(ExampleCard, FiguresThatThePageShowsAreCheckedToo) {
  if (node_is_missing()) GTEST_SKIP() << "skipped: no Node.js";
  const std::vector<Case> cases{
      refused("/accuracy/top1_percent", "87", R"(accuracy.top1_percent is "87", must be a number)"),
      refused("/accuracy", Json::object(), "accuracy.top1_percent is missing, must be a number"),
      refused("/run/inference/co2e_g/low",
              -1,
              "run.inference.co2e_g.low is -1, must be a number, at least 0"),
      refused(
          "/run/inference/device", std::nullopt, "run.inference.device is missing, must be text"),
      refused("/name", nullptr, "name is null, must be text"),
  };
  std::vector<std::string> cards;
  std::vector<std::string> expected;
  for (const Case& c : cases) {
    cards.push_back(c.card);
    expected.push_back("card.json" + c.complaint);
  }
  EXPECT_EQ(complaints_in_javascript(cards), expected);
}

}  // namespace
}  // namespace coppice
