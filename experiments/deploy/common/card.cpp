#include "experiments/deploy/common/card.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace {

using Json = nlohmann::json;

constexpr int kNewestCard = 1;
constexpr int kLeastSide = 8;  // pixels
constexpr int kMostSide = 4096;
constexpr int kMostBeforeCrop = 8192;  // pixels of the shorter side
constexpr int kMostClasses = 1000000;
constexpr double kMostBytes = 9007199254740991;  // what a double counts without gaps

bool is_text(const Json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty();
}
bool is_any_text(const Json& value) { return value.is_string(); }
bool is_number(const Json& value) { return value.is_number(); }  // JSON has finite ones only
bool is_positive(const Json& value) { return value.is_number() && value.get<double>() > 0; }

// 24.0 is whole, too.
bool is_whole(const Json& value, double least, double most) {
  if (!value.is_number()) return false;
  const auto number = value.get<double>();
  return number == std::floor(number) && number >= least && number <= most;
}

bool is_sha256(const Json& value) {
  return is_text(value) && value.get<std::string>().size() == 64 &&
         value.get<std::string>().find_first_not_of("0123456789abcdef") == std::string::npos;
}

// A value of a card as a message shows it.
std::string shown(const Json& value) {
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  if (value.is_object()) return "an object";
  const std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true);
  return text.size() > 40 ? text.substr(0, 40) + "..." : text;
}

// The values of one card, at keys such as "input.height" or "files.0.name".
class Reader {
 public:
  Reader(const Json& card, const std::string& path) : card_(card), path_(path) {}

  // Null where nothing stands.
  [[nodiscard]] const Json* find(const std::string& key) const {
    const Json* part = &card_;
    for (std::size_t start = 0; start <= key.size();) {
      const std::size_t end = std::min(key.find('.', start), key.size());
      part = inside(*part, key.substr(start, end - start));
      if (part == nullptr) return nullptr;
      start = end + 1;
    }
    return part;
  }

  // The value at the key, for which `holds`; throws with what is `allowed` otherwise.
  template <class Holds>
  const Json& must(const std::string& key, const Holds& holds, const std::string& allowed) const {
    const Json* value = find(key);
    if (value == nullptr || !holds(*value)) {
      throw std::runtime_error(path_ + ": " + key + " is " + (value ? shown(*value) : "missing") +
                               ", must be " + allowed + "; export again");
    }
    return *value;
  }

  template <class Holds>
  const Json& must_list(const std::string& key,
                        std::size_t count,
                        const std::string& per,
                        const Holds& holds,
                        const std::string& allowed) const {
    const Json& list = must(
        key,
        [count](const Json& value) { return value.is_array() && value.size() == count; },
        "a list of " + std::to_string(count) + ", one a " + per);
    for (std::size_t i = 0; i < count; ++i) must(key + "." + std::to_string(i), holds, allowed);
    return list;
  }

  void must_equal(const std::string& key, const Json& expected, const std::string& allowed) const {
    must(
        key, [&expected](const Json& value) { return value == expected; }, allowed);
  }
  void must_equal(const std::string& key, const std::string& expected) const {
    must_equal(key, expected, "\"" + expected + "\"");
  }

 private:
  // A member of an object, or an element of a list.
  static const Json* inside(const Json& part, const std::string& name) {
    if (part.is_object()) {
      const auto member = part.find(name);
      return member == part.end() ? nullptr : &*member;
    }
    if (!part.is_array()) return nullptr;
    const std::size_t place = std::stoul(name);  // keys of this file only
    return place < part.size() ? &part[place] : nullptr;
  }

  const Json& card_;
  const std::string& path_;
};

void check_version(const Reader& reader, const std::string& path) {
  const Json& version = reader.must(
      "card_version",
      [](const Json& value) { return is_whole(value, 1, HUGE_VAL); },
      "a whole number, at least 1");
  if (version > kNewestCard) {
    throw std::runtime_error(path + ": card_version is " + shown(version) +
                             ", this program reads up to " + std::to_string(kNewestCard) +
                             "; use the example of a newer Coppice");
  }
}

void read_input(const Reader& reader, Card& card) {
  reader.must("input.name", is_text, "text");
  reader.must_equal("input.type", "float32");
  reader.must_equal("input.layout", "NCHW");
  card.channels = reader.must(
      "input.channels", [](const Json& value) { return value == 1 || value == 3; }, "1 or 3");
  card.size = reader.must(
      "input.height",
      [](const Json& value) { return is_whole(value, kLeastSide, kMostSide); },
      "a whole number from " + std::to_string(kLeastSide) + " to " + std::to_string(kMostSide));
  const std::string as_height = "equal to input.height (" + std::to_string(card.size) + ")";
  reader.must_equal("input.width", card.size, as_height);
  // Not every runtime can say which size a model takes, but the architecture does.
  const Json* resolution = reader.find("architecture.r");
  if (resolution != nullptr && resolution->is_array() && resolution->size() == 1) {
    reader.must_equal("architecture.r.0", card.size, as_height);
  }
}

void read_output(const Reader& reader, Card& card) {
  reader.must("output.name", is_text, "text");
  reader.must_equal("output.type", "float32");
  card.classes = reader.must(
      "output.classes",
      [](const Json& value) { return is_whole(value, 1, kMostClasses); },
      "a whole number from 1 to " + std::to_string(kMostClasses));
  const Json* names = reader.find("class_names");
  if (names == nullptr || names->is_null()) return;
  card.class_names =
      reader
          .must_list(
              "class_names", static_cast<std::size_t>(card.classes), "class", is_any_text, "text")
          .get<std::vector<std::string>>();
}

void read_preprocessing(const Reader& reader, Card& card) {
  const Json& rule = reader.must(
      "preprocessing",
      [](const Json& value) { return value.is_null() || value.is_object(); },
      "an object or null");
  if (rule.is_null()) {
    const Json* reason = reader.find("preprocessing_unknown");
    throw std::runtime_error(
        card.path + " does not say how pictures are prepared: " +
        (reason && reason->is_string() ? reason->get<std::string>() : "it gives no reason"));
  }
  card.crop_fraction = reader.must(
      "preprocessing.crop_fraction",
      [&card](const Json& value) {
        return is_positive(value) && value <= 1 &&
               card.size / value.get<double>() <= kMostBeforeCrop;
      },
      "a number above 0, at most 1, and at least input.height / " +
          std::to_string(kMostBeforeCrop));
  reader.must_equal("preprocessing.channel_order", card.channels == 1 ? "grey" : "RGB");
  reader.must_equal("preprocessing.pixel_scale", "[0, 1]");
  const auto channels = static_cast<std::size_t>(card.channels);
  card.mean = reader.must_list("preprocessing.mean", channels, "channel", is_number, "a number")
                  .get<std::vector<double>>();
  card.deviation =
      reader.must_list("preprocessing.std", channels, "channel", is_positive, "a number above 0")
          .get<std::vector<double>>();
}

void read_files(const Reader& reader, Card& card) {
  const Json& files = reader.must(
      "files", [](const Json& value) { return value.is_array(); }, "a list");
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string key = "files." + std::to_string(i);
    const Json& name = reader.must(
        key + ".name",
        [](const Json& value) {
          return is_text(value) && value.get<std::string>().find('/') == std::string::npos;
        },
        "the name of a file in this folder");
    const Json& bytes = reader.must(
        key + ".bytes",
        [](const Json& value) { return is_whole(value, 0, kMostBytes); },
        "a whole number");
    const Json& sha256 =
        reader.must(key + ".sha256", is_sha256, "64 hexadecimal digits, lower case");
    card.files.push_back({name, bytes, sha256});
  }
}

}  // namespace

Card read_card(const std::string& folder) {
  Card card;
  card.path = folder + "/card.json";
  std::ifstream in(card.path);
  if (!in) throw std::runtime_error("there is no " + card.path + "; write it with coppice export");
  const Json json = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    throw std::runtime_error(card.path +
                             " is no model card: it was truncated or edited; export again");
  }
  const Reader reader(json, card.path);
  check_version(reader, card.path);
  read_input(reader, card);
  read_output(reader, card);
  read_preprocessing(reader, card);
  read_files(reader, card);
  return card;
}
