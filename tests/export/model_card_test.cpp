#include "export/model_card.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;

// Nothing is known but the network itself.
ModelCard bare_card() {
  ModelCard card;
  card.name = "small-1";
  card.version = "0.1.0";
  card.space = "small";
  card.architecture = R"({"ks":[3],"e":[2],"d":[1],"r":[28]})";
  card.channels = 3;
  card.resolution = 28;
  card.classes = 2;
  card.macs = 1234567;
  card.params = 54321;
  card.batch_norm = "kept as stored";
  return card;
}

ModelCard full_card() {
  ModelCard card = bare_card();
  card.class_names = std::vector<std::string>{"cat", "dog"};
  card.preprocessing = CardPreprocessing{
      "shorter side to 32 (bilinear)", "RGB", {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
  card.accuracy = CardAccuracy{90, 100, "Pets", "test"};
  card.latency_predicted =
      CardLatency{{1, 2, 3}, "90 % interval", "Note10", "TensorFlow Lite", 1, 1};
  card.latency_measured = CardLatency{{4, 5, 6}, "quartiles", "EPYC", "OpenCV 4.6.0", 2, 1};
  card.inference = CardEnergy{{0.5, 1, 2},
                              {1e-7, 2e-7, 4e-7},
                              "modelled",
                              "EPYC",
                              "475 g CO2e/kWh (World)",
                              1.56,
                              CardProfile{"server-cpu", "ab12"},
                              Estimate{4, 5, 6},
                              Estimate{1e-7, 1e-7, 2e-7}};
  card.training = CardTraining{{9e5, 1e6, 1.1e6},
                               {0.1, 0.125, 0.15},
                               "pre-training",
                               "shared by all networks of this supernet",
                               "measured (RAPL)",
                               "EPYC",
                               "Germany",
                               "342 g CO2e/kWh",
                               1.25,
                               CardSpent{{9e5, 1e6, 1.1e6}, {0.1, 0.125, 0.15}},
                               Known<CardSpent>::unknown("not fine-tuned")};
  card.seeds = {{"train", 7}};
  card.inputs = {{"supernet.h5", 10, "aa"}};
  card.measured_inputs = {{"energy.csv", 30, "ee"}};
  card.files = {{"model.onnx", 20, "bb"}};
  return card;
}

template <class Damage>
std::string message_after(const Damage& damage) {
  ModelCard card = full_card();
  damage(card);
  std::string json = message_of([&] { return card_json(card); });
  EXPECT_EQ(json, message_of([&] { return card_markdown(card); }));
  return json;
}

TEST(ModelCard, UnknownIsNullWithItsReason) {
  ModelCard card = bare_card();
  card.accuracy = Known<CardAccuracy>::unknown("no labelled data was given; use --data");
  card.training = Known<CardTraining>::unknown("the supernet was imported");
  const Json json = Json::parse(card_json(card));
  EXPECT_TRUE(json.at("accuracy").is_null());
  EXPECT_EQ(json.at("accuracy_unknown"), "no labelled data was given; use --data");
  EXPECT_TRUE(json.at("run").at("training").is_null());
  EXPECT_EQ(json.at("run").at("training_unknown"), "the supernet was imported");
  for (const char* key : {"class_names", "preprocessing", "latency_predicted"}) {
    EXPECT_TRUE(json.at(key).is_null()) << key;
    EXPECT_EQ(json.at(std::string(key) + "_unknown"), "not determined");
  }
  for (const char* key : {"latency_measured", "inference"}) {
    EXPECT_TRUE(json.at("run").at(key).is_null()) << key;
  }
  const std::string text = card_markdown(card);
  EXPECT_NE(text.find("| Top-1 | not known: no labelled data was given; use --data |"),
            std::string::npos);
  EXPECT_NE(text.find("# co2_eq_emissions is not known: the supernet was imported\n---"),
            std::string::npos);
}

TEST(ModelCard, JsonHoldsEveryFactWithItsUnit) {
  const Json json = Json::parse(card_json(full_card()));
  EXPECT_EQ(json.at("card_version"), 1);
  EXPECT_EQ(json.at("coppice_version"), "0.1.0");
  EXPECT_EQ(json.at("architecture").at("ks"), Json::array({3}));
  EXPECT_EQ(json.at("input").at("layout"), "NCHW");
  EXPECT_EQ(json.at("macs"), 1234567);
  EXPECT_EQ(json.at("class_names"), Json::array({"cat", "dog"}));
  EXPECT_EQ(json.at("preprocessing").at("std"), Json::array({0.229, 0.224, 0.225}));
  EXPECT_EQ(json.at("accuracy").at("top1_percent"), 90.0);
  EXPECT_EQ(json.at("accuracy").at("split"), "test");
  EXPECT_EQ(json.at("latency_predicted").at("latency_ms").at("high"), 3.0);
  EXPECT_EQ(json.at("seeds").at("train"), 7);
  EXPECT_EQ(json.at("files").at(0).at("sha256"), "bb");
  const Json& run = json.at("run");
  EXPECT_EQ(run.at("latency_measured").at("threads"), 2);
  EXPECT_EQ(run.at("inference").at("energy_mj").at("low"), 0.5);
  EXPECT_EQ(run.at("inference").at("grid"), "475 g CO2e/kWh (World)");
  EXPECT_EQ(run.at("inference").at("pue"), 1.56);
  EXPECT_EQ(run.at("inference").at("profile").at("sha256"), "ab12");
  EXPECT_EQ(run.at("inference").at("latency_ms").at("value"), 5);
  EXPECT_EQ(run.at("inference").at("embodied_g").at("value"), 1e-7);
  EXPECT_DOUBLE_EQ(run.at("inference").at("sci_g").at("high"), 6e-7);
  EXPECT_EQ(run.at("training").at("co2e_g").at("value"), 0.125);
  EXPECT_EQ(run.at("training").at("pue"), 1.25);
  EXPECT_EQ(run.at("training").at("pretraining").at("energy_j").at("value"), 1e6);
  EXPECT_TRUE(run.at("training").at("fine_tuning").is_null());
  EXPECT_EQ(run.at("training").at("fine_tuning_unknown"), "not fine-tuned");
  EXPECT_EQ(json.at("inputs").at(0).at("name"), "supernet.h5");
  EXPECT_EQ(run.at("inputs").at(0).at("name"), "energy.csv");
  EXPECT_FALSE(json.contains("accuracy_unknown"));
}

// Measured things may differ between two equal runs; they stand under "run" alone.
TEST(ModelCard, MeasurementsChangeNothingOutsideRun) {
  ModelCard other = full_card();
  other.latency_measured.value->latency_ms = {7, 8, 9};
  other.inference.value->energy_mj = {1, 2, 3};
  other.training.value->device = "another";
  other.measured_inputs[0].sha256 = "cc";
  Json a = Json::parse(card_json(full_card()));
  Json b = Json::parse(card_json(other));
  EXPECT_NE(a, b);
  a.erase("run");
  b.erase("run");
  EXPECT_EQ(a, b);
}

TEST(ModelCard, FrontMatterIsWhatHuggingFaceReads) {
  const std::string text = card_markdown(full_card());
  EXPECT_EQ(text.substr(0, text.find("\n# ")),
            "---\n"
            "library_name: onnx\n"
            "pipeline_tag: image-classification\n"
            "tags:\n- once-for-all\n- \"small\"\n"
            "metrics:\n- accuracy\n"
            "co2_eq_emissions:\n"
            "  emissions: 0.125\n"
            "  unit: \"g\"\n"
            "  source: \"measured (RAPL); 342 g CO2e/kWh, PUE 1.25\"\n"
            "  training_type: \"pre-training\"\n"
            "  geographical_location: \"Germany\"\n"
            "  hardware_used: \"EPYC\"\n"
            "---\n");
}

TEST(ModelCard, MarkdownSaysUncertaintyNextToEveryEstimate) {
  const std::string text = card_markdown(full_card());
  for (const char* part :
       {"90 % (95 % interval 82.56 to 94.48 %, Wilson)",
        "1 mJ (0.5 to 2); modelled",
        "2e-07 g CO2e (1e-07 to 4e-07); 475 g CO2e/kWh (World), PUE 1.56 |",
        "1e-07 g CO2e (1e-07 to 2e-07), beside the above; both (SCI): 3e-07 g CO2e",
        "Device profile | server-cpu, SHA-256 ab12",
        "Germany, 342 g CO2e/kWh, PUE 1.25 |",
        "5 ms (4 to 6, quartiles); EPYC, OpenCV 4.6.0, threads: 2, batch: 1",
        "0.28 kWh (0.25 to 0.31)",
        "shared by all networks of this supernet",
        "Pets, test, 100 images",
        "Made from | supernet.h5, 10 bytes, SHA-256 aa",
        "Costs from | energy.csv, 30 bytes, SHA-256 ee"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(ModelCard, AFineTunedNetworkTellsOfBothParts) {
  ModelCard card = full_card();
  CardTraining& training = *card.training.value;
  EXPECT_TRUE(is_whole(training));
  training.kind = "pre-training and fine-tuning";
  EXPECT_FALSE(is_whole(training));
  training.fine_tuning = CardSpent{{3.5e6, 3.6e6, 3.7e6}, {0.2, 0.25, 0.3}};
  EXPECT_TRUE(is_whole(training));
  std::string text = card_markdown(card);
  EXPECT_NE(text.find("| Of that, pre-training | 0.28 kWh (0.25 to 0.31), 0.12 g CO2e"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("| Of that, fine-tuning | 1 kWh (0.97 to 1), 0.25 g CO2e (0.2 to 0.3) |"),
            std::string::npos)
      << text;
  training.kind = "fine-tuning";
  training.pretraining = Known<CardSpent>::unknown("no energy.csv");
  EXPECT_FALSE(is_whole(training));
  text = card_markdown(card);
  EXPECT_NE(text.find("| Of that, pre-training | not known: no energy.csv |"), std::string::npos);
}

TEST(ModelCard, TextThatCouldBecomeMarkupIsEscaped) {
  ModelCard card = full_card();
  card.name = "<script>alert(1)</script>";
  card.class_names = std::vector<std::string>{"a|b", "[x](http://y) **z**\n# title & co"};
  card.training.value->region = "here\"\nevil: yes";
  const std::string text = card_markdown(card);
  EXPECT_EQ(text.find("<script>"), std::string::npos);
  EXPECT_NE(text.find("# &lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(text.find(R"(a\|b, \[x\](http://y) \*\*z\*\* \# title &amp; co)"), std::string::npos);
  EXPECT_NE(text.find(R"(geographical_location: "here\"\nevil: yes")"), std::string::npos);
  EXPECT_EQ(text.find("\nevil"), std::string::npos);
}

TEST(ModelCard, BytesThatAreNoTextDoNotStopIt) {
  ModelCard card = full_card();
  card.class_names = std::vector<std::string>{"\xff\xfe", "b"};
  EXPECT_EQ(Json::parse(card_json(card)).at("class_names").at(0), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

// Bounds of 10 of 20 by hand: (0.5 + z2/40 -+ z sqrt(0.0125 + z2/1600)) / (1 + z2/20).
TEST(ModelCard, WilsonIntervalFollowsTheFormula) {
  const Estimate half = wilson_interval(10, 20);
  EXPECT_NEAR(half.low, 29.9298, 1e-4);
  EXPECT_EQ(half.nominal, 50);
  EXPECT_NEAR(half.high, 70.0702, 1e-4);
  const Estimate all = wilson_interval(20, 20);
  EXPECT_NEAR(all.low, 83.8875, 1e-4);
  EXPECT_EQ(all.high, 100);
  EXPECT_EQ(wilson_interval(0, 20).low, 0);
}

TEST(ModelCard, NumbersThatMakeNoSenseAreRefused) {
  EXPECT_EQ(message_after([](ModelCard& c) { c.class_names.value->pop_back(); }),
            "model card: 1 class names for 2 classes");
  EXPECT_EQ(message_after([](ModelCard& c) { c.preprocessing.value->mean.pop_back(); }),
            "model card: 2 values of mean for 3 channels");
  EXPECT_EQ(message_after([](ModelCard& c) { c.preprocessing.value->std[1] = 0; }),
            "model card: channel 1 has mean 0.456 and std 0, both must be finite and std > 0");
  EXPECT_EQ(message_after([](ModelCard& c) { c.accuracy.value->correct = 101; }),
            "model card: 101 of 100 images right, must be 0 <= right <= images and images > 0");
  EXPECT_EQ(message_after([](ModelCard& c) { c.latency_measured.value->latency_ms.low = 5.5; }),
            "model card: latency_measured is 5 (5.5 to 6), must be finite with 0 <= low <= value "
            "<= high");
  EXPECT_EQ(message_after([](ModelCard& c) {
              c.inference.value->co2e_g.high = std::numeric_limits<double>::infinity();
            }),
            "model card: inference co2e_g is 2e-07 (1e-07 to inf), must be finite with 0 <= low <= "
            "value <= high");
  EXPECT_EQ(message_after([](ModelCard& c) { c.architecture = "{"; }),
            "model card: the architecture '{' is no JSON");
}

TEST(ModelCard, FilesComeBackFromTheFolder) {
  const TemporaryFolder folder;
  write_bytes(folder / "model.onnx", "abc");
  ModelCard card = full_card();
  card.files = {describe_file(folder / "model.onnx")};
  write_model_card(card, folder.path());
  const auto files = read_card_files(folder / "card.json");
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].name, "model.onnx");
  EXPECT_EQ(files[0].bytes, 3U);
  EXPECT_EQ(files[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(read_bytes(folder / "card.md"), card_markdown(card));
}

TEST(ModelCard, DamagedCardsAreNamed) {
  const TemporaryFolder folder;
  const auto path = folder / "card.json";
  const auto message = [&path](const std::string& json) {
    write_bytes(path, json);
    return message_of([&] { return read_card_files(path); });
  };
  const std::string where = path.string();
  EXPECT_EQ(message(R"({"card_version": 1, "fil)"),
            where + " is no model card: it was truncated or edited; export again");
  EXPECT_EQ(message(R"({"card_version": 2, "files": []})"),
            where + " has card_version 2, this program reads up to 1; use a newer coppice");
  EXPECT_EQ(message(R"({"card_version": 1, "files": [{"name": "a"}]})"),
            where + " lists a file without name, bytes or sha256; export again");
  EXPECT_EQ(message(R"({"card_version": 1,
                        "files": [{"name": "../a", "bytes": 1, "sha256": "b"}]})"),
            where + " lists the file '../a', which is not in its folder");
}

}  // namespace
}  // namespace coppice
